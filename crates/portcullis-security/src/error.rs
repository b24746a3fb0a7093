//! The one failure that leaves this crate: what kind it is, a sentence for the client, what caused it, and
//! the place in our code that raised it. It knows no HTTP: the API maps [`Kind`] to a type name and a status.

use std::fmt;
use std::panic::Location;

use portcullis_model::role::{DescriptorError, ErrorKind};
use portcullis_model::role_mapping::MappingError;

/// What sort of failure it is. One row each in the API's table of type names and statuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// The credentials do not prove who is calling.
    Unauthenticated,
    /// The caller is known and may not do this.
    Forbidden,
    /// An argument is wrong.
    IllegalArgument,
    /// A request breaks one or more rules that can be told from the request alone.
    RequestValidation,
    /// A request breaks one or more rules that need the store to be told.
    Validation,
    /// A body, file or header cannot be parsed.
    Parse,
    /// A body has an unknown or mistyped field.
    ContentParse,
    /// `Accept` or `Content-Type` cannot be served.
    MediaTypeHeader,
    /// The inner reason of [`Kind::MediaTypeHeader`].
    Status,
    /// The thing named does not exist, or not for this caller.
    NotFound,
    /// Somebody else changed it first.
    VersionConflict,
    /// A bounded queue is full; try again later.
    Rejected,
    /// The feature is switched off by a setting.
    FeatureNotEnabled,
    /// The answer cannot be known now; try again, here or elsewhere.
    Unavailable,
    /// The node cannot tell whether it is behind; try again on another one.
    Fenced,
    /// The body is larger than `http.max_content_length`.
    ContentTooLarge,
    /// The client took too long to send its request.
    RequestTimeout,
    /// One node of several could not do its part.
    FailedNode,
    /// Our own fault.
    Internal,
}

/// A failure, with its causes.
#[derive(Clone)]
pub struct Failure {
    kind: Kind,
    reason: String,
    metadata: Vec<(&'static str, Vec<String>)>,
    cause: Option<Box<Failure>>,
    suppressed: Vec<Failure>,
    place: &'static Location<'static>,
}

impl Failure {
    /// A failure of `kind` with a sentence for the client. `reason` must hold no secret.
    #[track_caller]
    pub fn new(kind: Kind, reason: impl Into<String>) -> Self {
        Self {
            kind,
            reason: reason.into(),
            metadata: Vec::new(),
            cause: None,
            suppressed: Vec::new(),
            place: Location::caller(),
        }
    }

    /// [`Kind::IllegalArgument`].
    #[track_caller]
    pub fn illegal_argument(reason: impl Into<String>) -> Self {
        Self::new(Kind::IllegalArgument, reason)
    }

    /// [`Kind::Parse`].
    #[track_caller]
    pub fn parse(reason: impl Into<String>) -> Self {
        Self::new(Kind::Parse, reason)
    }

    /// [`Kind::ContentParse`].
    #[track_caller]
    pub fn content_parse(reason: impl Into<String>) -> Self {
        Self::new(Kind::ContentParse, reason)
    }

    /// [`Kind::Internal`].
    #[track_caller]
    pub fn internal(reason: impl Into<String>) -> Self {
        Self::new(Kind::Internal, reason)
    }

    /// [`Kind::Unavailable`]: neither yes nor no.
    #[track_caller]
    pub fn unavailable(reason: impl Into<String>) -> Self {
        Self::new(Kind::Unavailable, reason)
    }

    /// [`Kind::RequestValidation`] with the numbered list that Elasticsearch writes.
    #[track_caller]
    pub fn request_validation<S: AsRef<str>>(problems: &[S]) -> Self {
        Self::new(Kind::RequestValidation, numbered(problems))
    }

    /// [`Kind::Validation`] with the numbered list that Elasticsearch writes.
    #[track_caller]
    pub fn validation<S: AsRef<str>>(problems: &[S]) -> Self {
        Self::new(Kind::Validation, numbered(problems))
    }

    /// Adds one value of a metadata field that the client sees beside `reason`.
    #[must_use]
    pub fn with(mut self, key: &'static str, value: impl Into<String>) -> Self {
        match self.metadata.iter_mut().find(|(name, _)| *name == key) {
            Some((_, values)) => values.push(value.into()),
            None => self.metadata.push((key, vec![value.into()])),
        }
        self
    }

    /// Names what caused this failure.
    #[must_use]
    pub fn caused_by(mut self, cause: Failure) -> Self {
        self.cause = Some(Box::new(cause));
        self
    }

    /// Names a second failure that happened on the way.
    #[must_use]
    pub fn suppressing(mut self, other: Failure) -> Self {
        self.suppressed.push(other);
        self
    }

    /// What sort of failure it is.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// The sentence for the client.
    pub fn reason(&self) -> &str {
        &self.reason
    }

    /// Metadata fields in the order in which they were added.
    pub fn metadata(&self) -> &[(&'static str, Vec<String>)] {
        &self.metadata
    }

    /// What caused it.
    pub fn cause(&self) -> Option<&Failure> {
        self.cause.as_deref()
    }

    /// What else went wrong on the way.
    pub fn suppressed(&self) -> &[Failure] {
        &self.suppressed
    }

    /// Where in our code it was raised.
    pub fn place(&self) -> &'static Location<'static> {
        self.place
    }
}

impl From<DescriptorError> for Failure {
    /// What is wrong with a role descriptor, in the model's words.
    #[track_caller]
    fn from(error: DescriptorError) -> Self {
        let failure = match error.kind {
            ErrorKind::Parse => Self::parse(error.reason),
            ErrorKind::IllegalArgument => Self::illegal_argument(error.reason),
            ErrorKind::XContentParse => Self::content_parse(error.reason),
        };
        match error.cause {
            Some(cause) => failure.caused_by(Self::from(*cause)),
            None => failure,
        }
    }
}

impl From<MappingError> for Failure {
    /// What is wrong with a role mapping, in the model's words.
    #[track_caller]
    fn from(error: MappingError) -> Self {
        match error {
            MappingError::Parse(reason) => Self::parse(reason),
            MappingError::IllegalArgument(reason) => Self::illegal_argument(reason),
            MappingError::XContentParse { reason, .. } => Self::content_parse(reason),
            MappingError::Field { field, cause } => {
                Self::content_parse(format!("failed to parse field [{field}]")).caused_by(Self::from(*cause))
            }
            MappingError::RequestValidation(problems) => Self::request_validation(&problems),
        }
    }
}

/// `Validation Failed: 1: …;2: …;`
fn numbered<S: AsRef<str>>(problems: &[S]) -> String {
    let mut text = String::from("Validation Failed: ");
    for (index, problem) in problems.iter().enumerate() {
        text.push_str(&format!("{}: {};", index + 1, problem.as_ref()));
    }
    text
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reason)?;
        match &self.cause {
            Some(cause) => write!(f, ": {cause}"),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}({self}) at {}", self.kind, self.place)
    }
}

impl std::error::Error for Failure {}
