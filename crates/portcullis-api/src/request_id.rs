//! The id that ties a request to its log lines: taken from `X-Request-Id` where it is fit, made otherwise.

use http::{HeaderMap, HeaderValue};

#[cfg(test)]
mod tests;

/// The header.
pub(crate) const NAME: &str = "x-request-id";

/// The longest id that is taken from a client, in characters: it goes into every log line.
const LONGEST: usize = 128;

/// A request's id: 1 to 128 visible ASCII characters.
#[derive(Clone, Debug)]
pub(crate) struct RequestId(String);

impl RequestId {
    /// Takes or makes it.
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        let taken = headers.get(NAME).and_then(|value| value.to_str().ok());
        match taken.filter(|id| (1..=LONGEST).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_graphic()))
        {
            Some(id) => Self(id.to_owned()),
            None => Self(uuid::Uuid::new_v4().simple().to_string()),
        }
    }

    /// The text.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// As a header's value; there always is one, as an id is visible ASCII.
    pub(crate) fn header(&self) -> Option<HeaderValue> {
        HeaderValue::from_str(&self.0).ok()
    }
}
