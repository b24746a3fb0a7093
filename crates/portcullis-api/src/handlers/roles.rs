//! Roles: get, put, delete.

use portcullis_model::decision::RequestFacts;
use portcullis_security::Failure;
use serde_json::json;

use crate::guard::Pending;
use crate::reply::Reply;
use crate::wire;

/// `GET /_security/role[/{name}]`.
pub(crate) async fn get(pending: Pending) -> Result<Reply, Failure> {
    let names = pending.params.names("name");
    let permitted = pending.permit(&RequestFacts::None).await?;
    let roles = permitted.security().roles().get(permitted.caller(), &names).await?;
    Ok(Reply::found(names.is_empty() || !roles.is_empty(), wire::roles::by_name(&roles)))
}

/// `PUT /_security/role/{name}`.
pub(crate) async fn put(pending: Pending) -> Result<Reply, Failure> {
    let role = wire::roles::put(pending.path("name"), pending.body())?;
    let permitted = pending.permit(&RequestFacts::None).await?;
    let created = permitted.security().roles().put(permitted.caller(), role).await?;
    Ok(Reply::ok(json!({"role": {"created": created}})))
}

/// `DELETE /_security/role/{name}`.
pub(crate) async fn delete(pending: Pending) -> Result<Reply, Failure> {
    let name = pending.path("name");
    let permitted = pending.permit(&RequestFacts::None).await?;
    let found = permitted.security().roles().delete(permitted.caller(), name).await?;
    Ok(Reply::found(found, json!({"found": found})))
}
