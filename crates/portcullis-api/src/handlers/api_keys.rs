//! API keys: create, get, update, invalidate.

use portcullis_model::decision::{ApiKeyFacts, RequestFacts};
use portcullis_security::Failure;
use serde_json::json;

use crate::guard::Pending;
use crate::reply::Reply;
use crate::wire;

/// `with_profile_uid` is taken and has no effect: there are no profiles, and a key without one lacks the field.
pub(crate) const GET_PARAMS: &[&str] =
    &["id", "name", "realm_name", "username", "owner", "with_limited_by", "active_only", "with_profile_uid"];

/// `POST /_security/api_key`.
pub(crate) async fn create(pending: Pending) -> Result<Reply, Failure> {
    let key = wire::api_keys::create(pending.body())?;
    let permitted = pending.permit(&RequestFacts::ApiKeys(ApiKeyFacts::Create)).await?;
    let created = permitted.security().api_keys().create(permitted.caller(), key).await?;
    Ok(Reply::ok(wire::api_keys::created(&created)))
}

/// `GET /_security/api_key`. An id that was asked for and is not there is a 404; an empty list is not.
pub(crate) async fn get(pending: Pending) -> Result<Reply, Failure> {
    let filter = wire::api_keys::filter(pending.query())?;
    let facts = RequestFacts::ApiKeys(ApiKeyFacts::Get {
        ids: filter.ids.clone(),
        owner: filter.owner,
        username: filter.username.clone(),
        realm: filter.realm_name.clone(),
        with_limited_by: filter.with_limited_by,
    });
    let permitted = pending.permit(&facts).await?;
    let keys = permitted.security().api_keys().get(permitted.caller(), &filter).await?;
    let found = filter.ids.is_empty() || !keys.is_empty();
    Ok(Reply::found(found, wire::api_keys::listed(&keys, filter.with_limited_by)))
}

/// `DELETE /_security/api_key`.
pub(crate) async fn invalidate(pending: Pending) -> Result<Reply, Failure> {
    let which = wire::api_keys::invalidate(pending.body())?;
    let facts = RequestFacts::ApiKeys(ApiKeyFacts::Invalidate {
        ids: which.ids.clone().unwrap_or_default(),
        owner: which.owner,
        username: which.username.clone(),
        realm: which.realm_name.clone(),
    });
    let permitted = pending.permit(&facts).await?;
    let outcome = permitted.security().api_keys().invalidate(permitted.caller(), &which).await?;
    Ok(Reply::ok(wire::api_keys::invalidated(&outcome, permitted.telling())))
}

/// `PUT /_security/api_key/{id}`.
pub(crate) async fn update(pending: Pending) -> Result<Reply, Failure> {
    let change = wire::api_keys::update(pending.body())?;
    let id = pending.path("id");
    let permitted = pending.permit(&RequestFacts::ApiKeys(ApiKeyFacts::Update)).await?;
    let updated = permitted.security().api_keys().update(permitted.caller(), id, change).await?;
    Ok(Reply::ok(json!({"updated": updated})))
}
