//! The one file in which JSON becomes a [`Secret`], and a new credential's secret becomes JSON. Values that
//! may have held one are zeroed here.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use portcullis_secrets::Secret;
use serde_json::{Map, Value};
use zeroize::{Zeroize, Zeroizing};

use super::json::Guarded;

/// Takes a secret out of a body; what is not a string is given back.
pub(super) fn take(value: Guarded) -> Result<Secret, Guarded> {
    value.into_text().map(Secret::from_string)
}

/// Zeroes every string in a value. Numbers and names of fields are not secret anywhere in this API.
pub(crate) fn scrub(value: Value) {
    match value {
        Value::String(mut text) => text.zeroize(),
        Value::Array(items) => items.into_iter().for_each(scrub),
        Value::Object(map) => map.into_iter().for_each(|(_, value)| scrub(value)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// `api_key` and `encoded` of a new API key: the only time that its secret is told.
pub(super) fn tell_api_key(answer: &mut Map<String, Value>, id: &str, secret: &Secret) {
    let text = secret.expose_str().unwrap_or_default();
    answer.insert("api_key".to_owned(), text.into());
    let pair = Zeroizing::new(format!("{id}:{text}"));
    answer.insert("encoded".to_owned(), STANDARD.encode(pair.as_bytes()).into());
}

/// `value` of a new service account token: the only time that it is told.
pub(super) fn tell_token(answer: &mut Map<String, Value>, bearer: &Secret) {
    answer.insert("value".to_owned(), bearer.expose_str().unwrap_or_default().into());
}
