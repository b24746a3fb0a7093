//! Why a request gets no handler's answer: a [`Failure`], or one of the routing layer's short errors, whose
//! `error` is a bare sentence. What a failure looks like is `error.rs`.

use http::{Method, StatusCode};
use portcullis_security::Failure;
use serde_json::{Value, json};

/// The end of a request that was not served.
#[derive(Debug)]
pub(crate) enum Refusal {
    /// A failure, told in the envelope.
    Failed(Failure),
    /// A sentence of the routing layer.
    Short(Short),
}

impl From<Failure> for Refusal {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

impl From<Short> for Refusal {
    fn from(short: Short) -> Self {
        Self::Short(short)
    }
}

/// A short error.
#[derive(Debug)]
pub(crate) enum Short {
    /// No route has this path.
    NoHandler {
        /// The request target as sent.
        uri: String,
        /// The method as sent.
        method: Method,
    },
    /// The path has routes, but not for this method.
    WrongMethod {
        /// The request target as sent.
        uri: String,
        /// The method as sent.
        method: Method,
        /// What the path takes, in the order of the `Allow` header.
        allowed: Vec<Method>,
    },
    /// A body without a media type.
    NoContentType,
    /// A body of a media type that no route reads.
    UnsupportedContentType(String),
    /// A header that may stand once stands twice with two values.
    RepeatedHeader(&'static str),
    /// `error_trace` where `http.detailed_errors.enabled` is false.
    TracesDisabled,
}

impl Short {
    /// The status of the answer.
    pub(crate) fn status(&self) -> StatusCode {
        match self {
            Self::NoHandler { .. } | Self::RepeatedHeader(_) | Self::TracesDisabled => {
                StatusCode::BAD_REQUEST
            }
            Self::WrongMethod { .. } => StatusCode::METHOD_NOT_ALLOWED,
            Self::NoContentType | Self::UnsupportedContentType(_) => StatusCode::NOT_ACCEPTABLE,
        }
    }

    /// The methods of the `Allow` header, where there is one.
    pub(crate) fn allowed(&self) -> &[Method] {
        match self {
            Self::WrongMethod { allowed, .. } => allowed,
            Self::NoHandler { .. }
            | Self::NoContentType
            | Self::UnsupportedContentType(_)
            | Self::RepeatedHeader(_)
            | Self::TracesDisabled => &[],
        }
    }

    /// The body. An unknown path alone has no `status` in it, as in Elasticsearch.
    pub(crate) fn body(&self) -> Value {
        let error = match self {
            Self::NoHandler { uri, method } => {
                return json!({"error": format!("no handler found for uri [{uri}] and method [{method}]")});
            }
            Self::WrongMethod { uri, method, allowed } => {
                let allowed: Vec<&str> = allowed.iter().map(Method::as_str).collect();
                let allowed = allowed.join(", ");
                format!("Incorrect HTTP method for uri [{uri}] and method [{method}], allowed: [{allowed}]")
            }
            Self::NoContentType => "Content-Type header is missing".to_owned(),
            Self::UnsupportedContentType(value) => format!("Content-Type header [{value}] is not supported"),
            Self::RepeatedHeader(name) => format!("multiple values for single-valued header [{name}]."),
            Self::TracesDisabled => "error traces in responses are disabled.".to_owned(),
        };
        json!({"error": error, "status": self.status().as_u16()})
    }
}
