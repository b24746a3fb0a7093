//! API keys on the wire: the bodies of create, update and invalidate, the parameters of get, and the answers.

use portcullis_model::api_key::{ApiKeyRecord, ApiKeyType};
use portcullis_model::role::RoleDescriptor;
use portcullis_security::Failure;
use portcullis_security::manage::api_keys::{
    ApiKeyFilter, CreateApiKey, CreatedApiKey, InvalidateApiKeys, Invalidated, UpdateApiKey,
};
use serde_json::{Map, Value, json};

use super::json::Guarded;
use super::object::Object;
use super::{roles, secret};
use crate::error::{self, Telling};
use crate::params::Query;

#[cfg(test)]
mod tests;

/// Parses the body of create.
pub(crate) fn create(body: &[u8]) -> Result<CreateApiKey, Failure> {
    let (object, fields) = Object::begin("api_key_request", body)?;
    let mut key = CreateApiKey { name: None, expiration: None, role_descriptors: None, metadata: None };
    for (field, value) in fields {
        match field.as_str() {
            "name" => key.name = Some(object.text("name", value)?),
            "expiration" => key.expiration = object.text_or_null("expiration", value)?,
            "role_descriptors" => key.role_descriptors = descriptors(&object, value)?,
            "metadata" => key.metadata = object.map_or_null("metadata", value)?,
            unknown => {
                return Err(object.unknown(unknown, &["name", "expiration", "role_descriptors", "metadata"]));
            }
        }
    }
    if key.name.is_none() {
        return Err(Failure::illegal_argument("Required [name]"));
    }
    Ok(key)
}

/// Parses the body of update, which may be absent.
pub(crate) fn update(body: &[u8]) -> Result<UpdateApiKey, Failure> {
    let mut change = UpdateApiKey { role_descriptors: None, metadata: None, expiration: None };
    if body.is_empty() {
        return Ok(change);
    }
    let (object, fields) = Object::begin("update_api_key_request_payload", body)?;
    for (field, value) in fields {
        match field.as_str() {
            "role_descriptors" => change.role_descriptors = descriptors(&object, value)?,
            "metadata" => change.metadata = object.map_or_null("metadata", value)?,
            "expiration" => change.expiration = object.text_or_null("expiration", value)?,
            unknown => return Err(object.unknown(unknown, &["role_descriptors", "metadata", "expiration"])),
        }
    }
    Ok(change)
}

fn descriptors(object: &Object<'_>, value: Guarded) -> Result<Option<Vec<RoleDescriptor>>, Failure> {
    const FIELD: &str = "role_descriptors";
    let Some(map) = object.map_or_null(FIELD, value)? else { return Ok(None) };
    roles::of_api_key(&map).map(Some).map_err(|cause| object.failed(FIELD, cause))
}

/// Parses the body of invalidate.
pub(crate) fn invalidate(body: &[u8]) -> Result<InvalidateApiKeys, Failure> {
    let (object, fields) = Object::begin("invalidate_api_key", body)?;
    let mut which =
        InvalidateApiKeys { ids: None, name: None, username: None, realm_name: None, owner: false };
    for (field, value) in fields {
        match field.as_str() {
            "ids" if value.is_null() => which.ids = None,
            "ids" => which.ids = Some(object.texts("ids", value)?),
            "name" => which.name = object.text_or_null("name", value)?,
            "username" => which.username = object.text_or_null("username", value)?,
            "realm_name" => which.realm_name = object.text_or_null("realm_name", value)?,
            "owner" => which.owner = object.flag("owner", value)?,
            unknown => {
                return Err(object.unknown(unknown, &["ids", "name", "username", "realm_name", "owner"]));
            }
        }
    }
    Ok(which)
}

/// Takes the filter of get out of the query.
pub(crate) fn filter(query: &Query) -> Result<ApiKeyFilter, Failure> {
    query.flag("with_profile_uid")?;
    let text = |name: &str| query.present(name).map(str::to_owned);
    Ok(ApiKeyFilter {
        ids: text("id").into_iter().collect(),
        name: text("name"),
        username: text("username"),
        realm_name: text("realm_name"),
        owner: query.flag("owner")?,
        with_limited_by: query.flag("with_limited_by")?,
        active_only: query.flag("active_only")?,
    })
}

/// A new key, with its secret.
pub(crate) fn created(key: &CreatedApiKey) -> Value {
    let mut answer = Map::new();
    answer.insert("id".to_owned(), key.id.as_str().into());
    answer.insert("name".to_owned(), key.name.as_str().into());
    if let Some(expiration) = key.expiration {
        answer.insert("expiration".to_owned(), expiration.into());
    }
    secret::tell_api_key(&mut answer, &key.id, &key.secret);
    Value::Object(answer)
}

/// What became of an invalidation.
pub(crate) fn invalidated(outcome: &Invalidated, telling: Telling<'_>) -> Value {
    let mut answer = json!({
        "invalidated_api_keys": outcome.invalidated,
        "previously_invalidated_api_keys": outcome.previously_invalidated,
        "error_count": outcome.errors.len(),
    });
    if let Value::Object(answer) = &mut answer
        && !outcome.errors.is_empty()
    {
        let details = outcome.errors.iter().map(|failure| error::object(failure, telling)).collect();
        answer.insert("error_details".to_owned(), details);
    }
    answer
}

/// Keys as get tells them. Field order is Elasticsearch's.
pub(crate) fn listed(keys: &[(String, ApiKeyRecord)], with_limited_by: bool) -> Value {
    let keys: Vec<Value> = keys.iter().map(|key| shown(key, with_limited_by)).collect();
    json!({"api_keys": keys})
}

fn shown((id, key): &(String, ApiKeyRecord), with_limited_by: bool) -> Value {
    let mut entry = Map::new();
    let mut add = |name: &str, value: Value| entry.insert(name.to_owned(), value);
    add("id", id.as_str().into());
    add("name", key.name.as_deref().into());
    add("type", key.kind.as_str().into());
    add("creation", key.creation.0.into());
    if let Some(expiration) = key.expiration {
        add("expiration", expiration.0.into());
    }
    add("invalidated", key.invalidated.into());
    if let Some(invalidation) = key.invalidation {
        add("invalidation", invalidation.0.into());
    }
    add("username", key.creator.principal.as_str().into());
    add("realm", key.creator.realm.as_str().into());
    if let Some(kind) = &key.creator.realm_type {
        add("realm_type", kind.as_str().into());
    }
    add("metadata", Value::Object(key.metadata.clone().unwrap_or_default()));
    add("role_descriptors", roles::by_name(&key.role_descriptors));
    // What a key of another cluster may do is not derived from its owner.
    if with_limited_by && key.kind == ApiKeyType::Rest {
        add("limited_by", json!([roles::by_name(&key.limited_by)]));
    }
    if let Some(pattern) = &key.certificate_identity {
        add("certificate_identity", pattern.as_str().into());
    }
    Value::Object(entry)
}
