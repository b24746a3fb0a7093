//! `GET /` and `HEAD /`: names and versions, as clients look at them.

use portcullis_model::decision::RequestFacts;
use portcullis_security::Failure;
use serde_json::json;

use crate::guard::Pending;
use crate::reply::Reply;

/// Tells names and versions.
pub(crate) async fn get(pending: Pending) -> Result<Reply, Failure> {
    let permitted = pending.permit(&RequestFacts::None).await?;
    let settings = permitted.settings();
    let major = settings.major();
    let value = json!({
        "name": permitted.security().settings().node_name,
        "cluster_name": settings.cluster_name,
        "cluster_uuid": permitted.security().cluster_uuid(),
        "version": {
            "number": settings.version_number,
            "build_flavor": "default",
            "build_type": "portcullis",
            "build_hash": "unknown",
            "build_date": "1970-01-01T00:00:00.000Z",
            "build_snapshot": false,
            "lucene_version": "0.0.0",
            "minimum_wire_compatibility_version": settings.version_number,
            "minimum_index_compatibility_version": format!("{}.0.0", major.saturating_sub(1)),
            "portcullis": settings.portcullis_version,
        },
        "tagline": "You Know, for Search",
    });
    Ok(Reply::ok(value).indented())
}
