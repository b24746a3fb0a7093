//! `Warning` headers (RFC 7234, code 299) as Elasticsearch writes them and its clients read them.

use http::HeaderValue;
use http::header::WARNING;
use portcullis_model::authentication::Authentication;
use portcullis_model::subject::RESERVED_REALM;
use serde_json::Value;

use crate::reply::Reply;
use crate::settings::ApiSettings;

/// What a user is told whose name will go: the reserved realm marks it in the metadata.
pub(crate) fn of_user(authentication: &Authentication) -> Option<String> {
    let user = authentication.authenticating_user();
    if &*authentication.realm.kind != RESERVED_REALM
        || user.metadata.get("_deprecated") != Some(&Value::Bool(true))
    {
        return None;
    }
    let reason = user.metadata.get("_deprecated_reason").and_then(Value::as_str).unwrap_or_default();
    let name = &user.username;
    Some(format!(
        "The user [{name}] is deprecated and will be removed in a future version of Elasticsearch. {reason}"
    ))
}

/// Adds a warning. `text` is ASCII of our own making, without quotes and backslashes.
pub(crate) fn add(reply: Reply, settings: &ApiSettings, text: &str) -> Reply {
    match HeaderValue::from_str(&format!(
        "299 Elasticsearch-{}-portcullis \"{text}\"",
        settings.version_number
    )) {
        Ok(value) => reply.header(WARNING, value),
        Err(_) => reply,
    }
}
