//! The id that ties a request to its log lines, as the wire has it: taken from `X-Request-Id` where it is fit, made
//! otherwise.

use std::sync::atomic::{AtomicU64, Ordering};

use http::{HeaderMap, HeaderName, HeaderValue};
use portcullis_security::RequestId;
use uuid::Uuid;

#[cfg(test)]
mod tests;

/// The header.
pub(crate) const NAME: HeaderName = HeaderName::from_static("x-request-id");

/// The longest id that is taken from a client, in characters: it goes into every log line.
const LONGEST: usize = 128;

/// Makes ids. They are numbers, so that none costs a call of the system; what makes them this run's alone is drawn once.
pub(crate) struct RequestIds {
    run: u64,
    next: AtomicU64,
}

impl RequestIds {
    pub(crate) fn new() -> Self {
        Self { run: Uuid::new_v4().as_u64_pair().0, next: AtomicU64::new(0) }
    }

    /// Takes the id that the client sent, or makes one.
    pub(crate) fn of(&self, headers: &HeaderMap) -> RequestId {
        let taken = headers.get(NAME).and_then(|value| value.to_str().ok());
        match taken.filter(|id| (1..=LONGEST).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_graphic()))
        {
            Some(id) => RequestId::from(id),
            None => RequestId::numbered(self.run, self.next.fetch_add(1, Ordering::Relaxed)),
        }
    }
}

/// An id as a header's value; there always is one, as an id is visible ASCII.
pub(crate) fn header(id: &RequestId) -> Option<HeaderValue> {
    HeaderValue::from_str(id.as_str()).ok()
}
