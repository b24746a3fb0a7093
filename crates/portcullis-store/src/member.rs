//! Records of the nodes that share a log, in a key space of their own beside the documents. What a record says, and who
//! is trusted by it, is not known here.

use bytes::Bytes;

use crate::document::Revision;

/// A member's record as it stood at some revision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemberRecord {
    /// Its key: one life of one process, never used again.
    pub id: String,
    /// The revision of its last write.
    pub revision: Revision,
    /// Its content.
    pub body: Bytes,
}

/// What happened to a member's record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MemberChange {
    /// It was created or replaced.
    Put {
        /// Its key.
        id: String,
        /// Its new content.
        body: Bytes,
    },
    /// It was removed.
    Removed {
        /// Its key.
        id: String,
    },
}

/// What came of writing a member's record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MemberWritten {
    /// It is written, at this revision.
    At(Revision),
    /// It was not as expected, and nothing was written.
    Refused {
        /// The record as it is; `None` when there is none.
        current: Option<MemberRecord>,
    },
}

/// What a commit came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Committed {
    /// The revision; of a batch that changed nothing, the latest one.
    pub revision: Revision,
    /// The members of the log at that revision, read in the same transaction. Empty where nobody shares the log.
    pub members: Vec<MemberRecord>,
}

impl Committed {
    /// A commit to a log that nobody shares.
    #[must_use]
    pub fn alone(revision: Revision) -> Self {
        Self { revision, members: Vec::new() }
    }
}
