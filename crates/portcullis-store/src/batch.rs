//! What one commit asks for: conditions and writes, taken together or not at all. How an engine does it lives with the
//! engine; what is too much is decided here, for all of them.

use std::collections::HashSet;

use bytes::Bytes;

use crate::document::{DocumentKey, Kind, Revision};
use crate::error::CommitError;
use crate::limits::{
    MAX_BATCH_BYTES, MAX_BATCH_CONDITIONS, MAX_BATCH_WRITES, MAX_DOCUMENT_BYTES, MAX_ID_BYTES, MAX_KIND_BYTES,
};

/// What must be true of a document for the batch to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    /// It does not exist.
    Absent,
    /// It exists and its last write was this revision.
    At(Revision),
    /// It exists.
    Present,
}

impl Expected {
    /// Whether a document whose last write was `actual` (`None`: it does not exist) is as expected.
    #[must_use]
    pub fn holds(self, actual: Option<Revision>) -> bool {
        match self {
            Self::Absent => actual.is_none(),
            Self::At(revision) => actual == Some(revision),
            Self::Present => actual.is_some(),
        }
    }
}

/// A condition of a batch, looked at in the transaction that does the writes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    /// The document looked at; it need not be one that the batch writes.
    pub key: DocumentKey,
    /// What must be true of it.
    pub expected: Expected,
}

/// One write of a batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Write {
    /// Creates the document, or replaces it.
    Put {
        /// The document.
        key: DocumentKey,
        /// Its new content.
        body: Bytes,
    },
    /// Removes the document if it exists.
    Delete {
        /// The document.
        key: DocumentKey,
    },
}

impl Write {
    /// The document written.
    #[must_use]
    pub fn key(&self) -> &DocumentKey {
        match self {
            Self::Put { key, .. } | Self::Delete { key } => key,
        }
    }
}

/// Conditions and writes that are taken together or not at all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Batch {
    /// What must be true before the writes.
    pub conditions: Vec<Condition>,
    /// The writes; no two of the same document.
    pub writes: Vec<Write>,
}

impl Batch {
    /// A batch that asks for nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a condition.
    #[must_use]
    pub fn expect(mut self, key: DocumentKey, expected: Expected) -> Self {
        self.conditions.push(Condition { key, expected });
        self
    }

    /// Adds a write that creates or replaces a document.
    #[must_use]
    pub fn put(mut self, key: DocumentKey, body: impl Into<Bytes>) -> Self {
        self.writes.push(Write::Put { key, body: body.into() });
        self
    }

    /// Adds a write that removes a document.
    #[must_use]
    pub fn delete(mut self, key: DocumentKey) -> Self {
        self.writes.push(Write::Delete { key });
        self
    }

    /// Refuses what no engine takes: every engine calls this before anything else.
    ///
    /// # Errors
    /// [`CommitError::TooLarge`] names the limit that is exceeded; [`CommitError::Invalid`] says what is malformed.
    pub fn check(&self) -> Result<(), CommitError> {
        within("conditions in a batch", self.conditions.len(), MAX_BATCH_CONDITIONS)?;
        within("writes in a batch", self.writes.len(), MAX_BATCH_WRITES)?;
        let mut written = HashSet::with_capacity(self.writes.len());
        for condition in &self.conditions {
            check_key(&condition.key)?;
        }
        for write in &self.writes {
            check_key(write.key())?;
            if let Write::Put { body, .. } = write {
                within("bytes in a document", body.len(), MAX_DOCUMENT_BYTES)?;
            }
            if !written.insert(write.key()) {
                return Err(CommitError::Invalid(format!("[{}] is written twice in one batch", write.key())));
            }
        }
        within("bytes in a batch", self.bytes(), MAX_BATCH_BYTES)
    }

    /// Bytes of keys and bodies together.
    pub(crate) fn bytes(&self) -> usize {
        let conditions = self.conditions.iter().map(|condition| condition.key.bytes());
        let writes = self.writes.iter().map(|write| match write {
            Write::Put { key, body } => key.bytes() + body.len(),
            Write::Delete { key } => key.bytes(),
        });
        conditions.chain(writes).sum()
    }
}

/// Refuses a key that not every engine can hold.
fn check_key(key: &DocumentKey) -> Result<(), CommitError> {
    check_kind(&key.kind)?;
    if key.id.is_empty() {
        return Err(CommitError::Invalid(format!("a document of kind [{}] has an empty id", key.kind)));
    }
    within("bytes in an id", key.id.len(), MAX_ID_BYTES)
}

fn check_kind(kind: &Kind) -> Result<(), CommitError> {
    within("bytes in a kind", kind.as_str().len(), MAX_KIND_BYTES)?;
    if kind.as_str().bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_') {
        return Ok(());
    }
    Err(CommitError::Invalid(format!("[{kind}] is not a kind of documents")))
}

pub(crate) fn within(what: &'static str, size: usize, limit: usize) -> Result<(), CommitError> {
    if size <= limit {
        return Ok(());
    }
    Err(CommitError::TooLarge { what, size, limit })
}
