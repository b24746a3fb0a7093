//! `GET /_cat/…`: tables for people at a terminal.

use portcullis_model::decision::RequestFacts;
use portcullis_security::Failure;

use crate::cat::View;
use crate::guard::Pending;
use crate::reply::Reply;
use crate::wire;

/// What [`View::of`] reads, and what clients send without an effect here.
pub(crate) const NODES_PARAMS: &[&str] = &[
    "h",
    "s",
    "v",
    "help",
    "time",
    "bytes",
    "full_id",
    "include_unloaded_segments",
    "local",
    "master_timeout",
];

/// All nodes, this one first.
pub(crate) async fn nodes(pending: Pending) -> Result<Reply, Failure> {
    let view = View::of(pending.query(), wire::nodes::COLUMNS)?;
    let permitted = pending.permit(&RequestFacts::None).await?;
    Ok(view.show(permitted.security().nodes().into_iter().map(wire::nodes::row).collect()))
}
