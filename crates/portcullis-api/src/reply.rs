//! What a handler answers, and how it is written: JSON or YAML, pretty or compact, filtered or whole. What an
//! answer says is the handlers' business; what a refusal says is `error.rs` and `refusal.rs`.

use bytes::Bytes;
use http::{HeaderName, HeaderValue, StatusCode};
use portcullis_security::Failure;
use serde::Serialize;
use serde_json::Value;
use zeroize::Zeroizing;

use crate::media::{Format, Preferred};
use crate::reply::filter::Filter;
use crate::reply::pretty::Pretty;

pub(crate) mod filter;
mod pretty;
#[cfg(test)]
mod tests;

/// An answer before it is written.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) content: Content,
    pub(crate) headers: Vec<(HeaderName, HeaderValue)>,
    /// Whether it is indented without being asked.
    pub(crate) pretty: bool,
    /// Whether `filter_path` applies; it never does to errors.
    pub(crate) filtered: bool,
}

/// The body of an answer.
#[derive(Debug)]
pub(crate) enum Content {
    /// A value, written as the client wants it.
    Value(Value),
    /// Compact JSON that was written before, for whoever asked the same.
    Rendered(Bytes),
    /// Text of one fixed media type.
    Text {
        /// The `Content-Type`.
        media: &'static str,
        /// The body.
        text: String,
    },
    /// A table: a value for who asks for a format of values, text for everybody else.
    Either {
        /// The value.
        value: Value,
        /// The `Content-Type` of the text.
        media: &'static str,
        /// The text.
        text: String,
    },
}

impl Reply {
    /// 200 with a value.
    pub(crate) fn ok(value: Value) -> Self {
        Self::with_status(StatusCode::OK, value)
    }

    /// 200 with compact JSON that was written before.
    pub(crate) fn rendered(json: Bytes) -> Self {
        Self { content: Content::Rendered(json), ..Self::ok(Value::Null) }
    }

    /// 200 if what was asked for exists, else 404, with the same value.
    pub(crate) fn found(found: bool, value: Value) -> Self {
        Self::with_status(if found { StatusCode::OK } else { StatusCode::NOT_FOUND }, value)
    }

    /// Any status with a value.
    pub(crate) fn with_status(status: StatusCode, value: Value) -> Self {
        Self { status, content: Content::Value(value), headers: Vec::new(), pretty: false, filtered: true }
    }

    /// Text of a media type that is not negotiated.
    pub(crate) fn text(status: StatusCode, media: &'static str, text: String) -> Self {
        Self {
            status,
            content: Content::Text { media, text },
            headers: Vec::new(),
            pretty: false,
            filtered: true,
        }
    }

    /// 200 with a value, or with text for who does not ask for a format of values.
    pub(crate) fn either(value: Value, media: &'static str, text: String) -> Self {
        Self { content: Content::Either { value, media, text }, ..Self::ok(Value::Null) }
    }

    /// Adds a header line.
    pub(crate) fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.push((name, value));
        self
    }

    /// Indents it also when nobody asks.
    pub(crate) fn indented(mut self) -> Self {
        self.pretty = true;
        self
    }

    /// Keeps `filter_path` away from it.
    pub(crate) fn whole(mut self) -> Self {
        self.filtered = false;
        self
    }
}

/// How this client wants its answer. Made from the head alone and without ever failing, because refusals are
/// written with it too.
#[derive(Debug)]
pub(crate) struct Presentation {
    pub(crate) format: Format,
    /// The `Content-Type` of a value.
    pub(crate) media: HeaderValue,
    /// What is written of an answer that can be both.
    pub(crate) preferred: Preferred,
    pub(crate) pretty: bool,
    pub(crate) filter: Filter,
}

impl Presentation {
    /// Compact JSON.
    pub(crate) fn plain() -> Self {
        Self {
            format: Format::Json,
            media: HeaderValue::from_static("application/json"),
            preferred: Preferred::Value,
            pretty: false,
            filter: Filter::default(),
        }
    }

    /// Whether a value is written as compact JSON, whole.
    pub(crate) fn is_plain(&self) -> bool {
        self.format == Format::Json && !self.pretty && self.filter.is_empty()
    }

    /// The same without a filter.
    pub(crate) fn unfiltered(self) -> Self {
        Self { filter: Filter::default(), ..self }
    }

    /// Writes a value. The buffer is zeroed when its last reader drops it: a value may hold a new key's secret.
    pub(crate) fn write(&self, value: Value, pretty: bool) -> Result<Bytes, Failure> {
        let value = self.filter.apply(value);
        let pretty = pretty || self.pretty;
        let mut text = Zeroizing::new(Vec::with_capacity(256));
        match self.format {
            Format::Json if pretty => {
                let mut writer = serde_json::Serializer::with_formatter(&mut *text, Pretty::default());
                value.serialize(&mut writer).map_err(unwritable)?;
                text.push(b'\n');
            }
            Format::Json => serde_json::to_writer(&mut *text, &value).map_err(unwritable)?,
            Format::Yaml => {
                let yaml = serde_saphyr::to_string(&value).map_err(unwritable)?;
                text.extend_from_slice(b"---\n");
                text.extend_from_slice(yaml.as_bytes());
            }
        }
        crate::wire::secret::scrub(value);
        Ok(Bytes::from_owner(text))
    }
}

fn unwritable(error: impl std::fmt::Display) -> Failure {
    Failure::internal("the answer could not be written").caused_by(Failure::internal(error.to_string()))
}
