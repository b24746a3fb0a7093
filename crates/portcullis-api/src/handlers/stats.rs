//! `GET /_security/stats`: Elasticsearch's shape, with what is in the caches and files of each node beside it.

use portcullis_model::decision::RequestFacts;
use portcullis_security::Failure;
use serde_json::json;

use crate::guard::Pending;
use crate::nodes;
use crate::reply::Reply;
use crate::wire;

/// Tells what is in the caches.
pub(crate) async fn get(pending: Pending) -> Result<Reply, Failure> {
    let permitted = pending.permit(&RequestFacts::None).await?;
    let settings = permitted.settings();
    Ok(Reply::ok(json!({
        "_nodes": nodes::header(1, Vec::new(), permitted.telling()),
        "cluster_name": settings.cluster_name,
        "nodes": wire::stats::shown(permitted.security().stats()),
    })))
}
