//! Documents, their names and their revisions. What a body means, and which kinds there are, is not known here.

use std::borrow::Cow;
use std::fmt;

use bytes::Bytes;

/// The kind of a document: the prefix of its stored id, `user-` for `user-jo`. API keys have the empty prefix.
///
/// At most [`crate::MAX_KIND_BYTES`] of ASCII letters, digits, `-` and `_`; a commit refuses others.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Kind(Cow<'static, str>);

impl Kind {
    /// A kind known when this is compiled.
    #[must_use]
    pub const fn from_static(prefix: &'static str) -> Self {
        Self(Cow::Borrowed(prefix))
    }

    /// A kind that was read from somewhere.
    #[must_use]
    pub fn from_string(prefix: String) -> Self {
        Self(Cow::Owned(prefix))
    }

    /// The prefix.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The name of a document: unique within its kind, so two kinds may hold the same id, and `user-` + `jo` is not the
/// document `user-jo` of the empty kind although both are displayed alike.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DocumentKey {
    /// Its kind.
    pub kind: Kind,
    /// Its id within the kind: 1 to [`crate::MAX_ID_BYTES`] bytes.
    pub id: String,
}

impl DocumentKey {
    /// The key of the document `id` of a kind.
    #[must_use]
    pub fn new(kind: Kind, id: impl Into<String>) -> Self {
        Self { kind, id: id.into() }
    }

    pub(crate) fn bytes(&self) -> usize {
        self.kind.as_str().len() + self.id.len()
    }
}

impl fmt::Display for DocumentKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.kind, self.id)
    }
}

/// A position in the log. Later commits have greater revisions; numbers may be left out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Revision(pub u64);

impl Revision {
    /// The revision of an empty store, before the first commit.
    pub const ZERO: Self = Self(0);
}

impl fmt::Display for Revision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A document as it stood at some revision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// Its name.
    pub key: DocumentKey,
    /// The revision of its last write: what [`crate::Expected::At`] compares with.
    pub revision: Revision,
    /// Its content.
    pub body: Bytes,
}
