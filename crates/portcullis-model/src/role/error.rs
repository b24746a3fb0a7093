//! What can be wrong with a role descriptor, in the words that the user is told.

use std::fmt;

/// Which kind of exception the wire makes of the error. All of them are the caller's mistake (400).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// `parse_exception`
    Parse,
    /// `illegal_argument_exception`
    IllegalArgument,
    /// `x_content_parse_exception`
    XContentParse,
}

/// What is wrong with a role descriptor, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DescriptorError {
    /// Which kind of exception this is on the wire.
    pub kind: ErrorKind,
    /// The sentence for the user.
    pub reason: String,
    /// What lies beneath it, if the sentence alone does not say.
    pub cause: Option<Box<DescriptorError>>,
}

impl DescriptorError {
    /// A `parse_exception`.
    #[must_use]
    pub fn parse(reason: impl Into<String>) -> Self {
        Self { kind: ErrorKind::Parse, reason: reason.into(), cause: None }
    }

    /// An `illegal_argument_exception`.
    #[must_use]
    pub fn illegal_argument(reason: impl Into<String>) -> Self {
        Self { kind: ErrorKind::IllegalArgument, reason: reason.into(), cause: None }
    }

    /// An `x_content_parse_exception`.
    #[must_use]
    pub fn x_content(reason: impl Into<String>) -> Self {
        Self { kind: ErrorKind::XContentParse, reason: reason.into(), cause: None }
    }

    /// The same error with `cause` beneath it.
    #[must_use]
    pub fn caused_by(self, cause: Self) -> Self {
        Self { cause: Some(Box::new(cause)), ..self }
    }
}

impl fmt::Display for DescriptorError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reason)
    }
}

impl std::error::Error for DescriptorError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.cause.as_deref().map(|cause| cause as _)
    }
}
