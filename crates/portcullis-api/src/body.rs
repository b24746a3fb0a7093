//! Reading a request's body within its two limits, size and time, into a buffer that is zeroed when it goes.
//! What stands in it is `wire`'s business.

use std::fmt;
use std::pin::pin;
use std::time::Duration;

use bytes::Buf;
use http_body::Body;
use http_body_util::BodyExt;
use portcullis_security::{Failure, Kind};
use zeroize::Zeroizing;

#[cfg(test)]
mod tests;

/// The limits of one body.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// `http.max_content_length`, in bytes.
    pub(crate) bytes: usize,
    /// The longest that all of a body may take.
    pub(crate) time: Duration,
}

/// A body, whole. It may hold a password.
#[derive(Default)]
pub(crate) struct Content(Zeroizing<Vec<u8>>);

impl Content {
    /// The bytes.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// Whether there was none.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Appends, without leaving a copy behind where the buffer has to move.
    fn push(&mut self, bytes: &[u8]) {
        let length = self.0.len() + bytes.len();
        if length > self.0.capacity() {
            let mut larger = Zeroizing::new(Vec::with_capacity(length.next_power_of_two()));
            larger.extend_from_slice(&self.0);
            self.0 = larger;
        }
        self.0.extend_from_slice(bytes);
    }
}

#[cfg(test)]
impl From<&str> for Content {
    fn from(text: &str) -> Self {
        let mut content = Self::default();
        content.push(text.as_bytes());
        content
    }
}

/// Whether the head promises a body: what Elasticsearch's checks of media types mean by "has content".
pub(crate) fn promised<B: Body>(body: &B) -> bool {
    !body.is_end_stream() && body.size_hint().exact() != Some(0)
}

/// Reads it to its end.
pub(crate) async fn read<B>(body: B, limits: Limits) -> Result<Content, Failure>
where
    B: Body,
    B::Error: fmt::Display,
{
    match tokio::time::timeout(limits.time, read_within(body, limits.bytes)).await {
        Ok(outcome) => outcome,
        Err(_) => Err(Failure::new(
            Kind::RequestTimeout,
            format!("the request body was not complete after [{}s]", limits.time.as_secs()),
        )),
    }
}

async fn read_within<B>(body: B, limit: usize) -> Result<Content, Failure>
where
    B: Body,
    B::Error: fmt::Display,
{
    let too_large = || {
        Failure::new(Kind::ContentTooLarge, format!("the request body is larger than [{limit}] bytes"))
            .with("setting", "http.max_content_length")
    };
    let mut body = pin!(body);
    let announced = body.size_hint().exact();
    if announced.is_some_and(|length| usize::try_from(length).map_or(true, |length| length > limit)) {
        return Err(too_large());
    }
    let mut content = Content::default();
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|error| {
            Failure::parse("the request body ended early")
                .caused_by(Failure::illegal_argument(error.to_string()))
        })?;
        // Trailers are not read: nothing of ours has a use for them.
        let Ok(mut data) = frame.into_data() else { continue };
        while data.has_remaining() {
            let chunk = data.chunk();
            let taken = chunk.len();
            if content.0.len() + taken > limit {
                return Err(too_large());
            }
            content.push(chunk);
            data.advance(taken);
        }
    }
    Ok(content)
}
