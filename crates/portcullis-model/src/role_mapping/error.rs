//! What can be wrong with a role mapping, in the words that the user is told.

use std::fmt;

/// What is wrong with a role mapping. Each variant is one kind of exception on the wire, and all of them are the
/// caller's mistake (400).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MappingError {
    /// `parse_exception`
    Parse(String),
    /// `illegal_argument_exception`
    IllegalArgument(String),
    /// `x_content_parse_exception`. On the wire the place of `field` stands before the reason: `[line:column] `.
    XContentParse {
        /// The outermost field of the body that it is about; `None`: the whole body.
        field: Option<String>,
        /// The sentence, without the place.
        reason: String,
    },
    /// `x_content_parse_exception` with another error as its cause: a field that is known, and whose value is refused.
    Field {
        /// The field of the body. On the wire its place stands before the reason.
        field: String,
        /// Why.
        cause: Box<MappingError>,
    },
    /// `action_request_validation_exception`: the items of its numbered list.
    RequestValidation(Vec<String>),
}

impl MappingError {
    /// A field that nobody knows.
    pub(super) fn unknown(parser: &str, outermost: &str, field: &str) -> Self {
        let reason = format!("[{parser}] unknown field [{field}]");
        Self::XContentParse { field: Some(outermost.to_owned()), reason }
    }

    /// A field with a value of a kind that it does not take.
    pub(super) fn mistyped(parser: &str, outermost: &str, field: &str, token: &str) -> Self {
        let reason = format!("[{parser}] {field} doesn't support values of type: {token}");
        Self::XContentParse { field: Some(outermost.to_owned()), reason }
    }

    /// That this is why the value of a field is refused.
    pub(super) fn within(self, field: &str) -> Self {
        Self::Field { field: field.to_owned(), cause: Box::new(self) }
    }
}

impl fmt::Display for MappingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Parse(reason) | Self::IllegalArgument(reason) | Self::XContentParse { reason, .. } => {
                f.write_str(reason)
            }
            Self::Field { field, cause } => write!(f, "failed to parse field [{field}]: {cause}"),
            Self::RequestValidation(items) => f.write_str(&items.join("; ")),
        }
    }
}

impl std::error::Error for MappingError {}
