//! An authentication as `_authenticate` tells it. Field order is Elasticsearch's.

use portcullis_model::authentication::{Authentication, AuthenticationKind};
use portcullis_model::subject::RealmRef;
use serde_json::{Map, Value, json};

/// The whole answer. `roles` are those of the effective user, with what anonymous access adds to them.
pub(crate) fn shown(authentication: &Authentication, roles: &[String]) -> Value {
    let user = &authentication.effective;
    let mut answer = Map::new();
    let mut add = |name: &str, value: Value| answer.insert(name.to_owned(), value);
    add("username", user.username.as_str().into());
    add("roles", roles.into());
    add("full_name", user.full_name.as_deref().into());
    add("email", user.email.as_deref().into());
    if let AuthenticationKind::ServiceToken { name, source } = &authentication.kind {
        add("token", json!({"name": name, "type": source.as_str()}));
    }
    add("metadata", Value::Object(user.metadata.clone()));
    add("enabled", user.enabled.into());
    add("authentication_realm", realm(&authentication.realm));
    add("lookup_realm", realm(&authentication.lookup_realm));
    add("authentication_type", authentication.type_name().into());
    if let AuthenticationKind::ApiKey { id, name, .. } = &authentication.kind {
        add("api_key", json!({"id": id, "name": name}));
    }
    Value::Object(answer)
}

fn realm(realm: &RealmRef) -> Value {
    json!({"name": &*realm.name, "type": &*realm.kind})
}
