//! Service accounts: the accounts, the names of their tokens, creating and deleting tokens.

use portcullis_model::decision::RequestFacts;
use portcullis_security::Failure;
use serde_json::json;

use crate::guard::Pending;
use crate::reply::Reply;
use crate::wire;

/// `GET /_security/service[/{namespace}[/{service}]]`. An unknown one is an empty answer, not a 404.
pub(crate) async fn get(pending: Pending) -> Result<Reply, Failure> {
    let named = |name| Some(pending.path(name)).filter(|value| !value.is_empty());
    let (namespace, service) = (named("namespace"), named("service"));
    let permitted = pending.permit(&RequestFacts::None).await?;
    let accounts = permitted.security().service_accounts().list(permitted.caller(), namespace, service);
    Ok(Reply::ok(wire::service_accounts::by_principal(&accounts)))
}

/// `GET /_security/service/{namespace}/{service}/credential`.
pub(crate) async fn credentials(pending: Pending) -> Result<Reply, Failure> {
    let (namespace, service) = (pending.path("namespace"), pending.path("service"));
    let permitted = pending.permit(&RequestFacts::None).await?;
    let accounts = permitted.security().service_accounts();
    let names = accounts.credentials(permitted.caller(), namespace, service).await?;
    let principal = format!("{namespace}/{service}");
    let (node, telling) = (&permitted.security().settings().node_name, permitted.telling());
    Ok(Reply::ok(wire::service_accounts::credentials(&principal, names, node, telling)))
}

/// `POST /_security/service/{namespace}/{service}/credential/token[/{name}]`.
pub(crate) async fn create_token(pending: Pending) -> Result<Reply, Failure> {
    let (namespace, service) = (pending.path("namespace"), pending.path("service"));
    let name = Some(pending.path("name")).filter(|name| !name.is_empty());
    let permitted = pending.permit(&RequestFacts::None).await?;
    let accounts = permitted.security().service_accounts();
    let token = accounts.create_token(permitted.caller(), namespace, service, name).await?;
    Ok(Reply::ok(wire::service_accounts::created(&token)))
}

/// `DELETE /_security/service/{namespace}/{service}/credential/token/{name}`.
pub(crate) async fn delete_token(pending: Pending) -> Result<Reply, Failure> {
    let (namespace, service) = (pending.path("namespace"), pending.path("service"));
    let name = pending.path("name");
    let permitted = pending.permit(&RequestFacts::None).await?;
    let accounts = permitted.security().service_accounts();
    let found = accounts.delete_token(permitted.caller(), namespace, service, name).await?;
    Ok(Reply::found(found, json!({"found": found})))
}
