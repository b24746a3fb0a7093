//! `GET /_prometheus/metrics`: the host's metrics, for callers who may monitor.

use http::StatusCode;
use portcullis_model::decision::RequestFacts;
use portcullis_security::Failure;

use crate::guard::Pending;
use crate::reply::Reply;

/// The text format's own media type.
const MEDIA: &str = "text/plain; version=0.0.4; charset=utf-8";

/// Tells the metrics.
pub(crate) async fn get(pending: Pending) -> Result<Reply, Failure> {
    let permitted = pending.permit(&RequestFacts::None).await?;
    Ok(Reply::text(StatusCode::OK, MEDIA, permitted.host().metrics()))
}
