//! `Warning` headers (RFC 7234, code 299) as Elasticsearch writes them and its clients read them.

use http::HeaderValue;
use http::header::WARNING;

use crate::reply::Reply;
use crate::settings::ApiSettings;

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
