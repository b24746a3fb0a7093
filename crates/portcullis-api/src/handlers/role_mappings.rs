//! Role mappings: get, put, delete.

use portcullis_model::decision::RequestFacts;
use portcullis_security::Failure;
use serde_json::json;

use crate::guard::Pending;
use crate::reply::Reply;
use crate::wire;

/// `GET /_security/role_mapping[/{name}]`.
pub(crate) async fn get(pending: Pending) -> Result<Reply, Failure> {
    let names = pending.path_list("name");
    let permitted = pending.permit(&RequestFacts::None).await?;
    let mappings = permitted.security().role_mappings().get(permitted.caller(), &names).await?;
    Ok(Reply::found(names.is_empty() || !mappings.is_empty(), wire::role_mappings::by_name(&mappings)))
}

/// `PUT /_security/role_mapping/{name}`.
pub(crate) async fn put(pending: Pending) -> Result<Reply, Failure> {
    let mapping = wire::role_mappings::put(pending.path("name"), pending.body())?;
    let permitted = pending.permit(&RequestFacts::None).await?;
    let created = permitted.security().role_mappings().put(permitted.caller(), &mapping).await?;
    Ok(Reply::ok(json!({"role_mapping": {"created": created}})))
}

/// `DELETE /_security/role_mapping/{name}`.
pub(crate) async fn delete(pending: Pending) -> Result<Reply, Failure> {
    let name = pending.path("name");
    let permitted = pending.permit(&RequestFacts::None).await?;
    let found = permitted.security().role_mappings().delete(permitted.caller(), name).await?;
    Ok(Reply::found(found, json!({"found": found})))
}
