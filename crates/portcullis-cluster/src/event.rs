//! What the log says of members' records, and what it answered to ours.

use crate::incarnation::Incarnation;
use crate::revision::Revision;

/// A change of a member's record, as the watch shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemberEvent {
    /// Whose record.
    pub incarnation: Incarnation,
    /// The revision of the change.
    pub revision: Revision,
    /// What happened to it.
    pub change: MemberChange,
}

/// What happened to a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MemberChange {
    /// It was written; these are its bytes.
    Put(Vec<u8>),
    /// It was removed.
    Deleted,
}

/// A member's record, as a read of all of them shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Whose record.
    pub incarnation: Incarnation,
    /// The revision of its last write.
    pub modified: Revision,
    /// Its bytes.
    pub record: Vec<u8>,
}

/// What the log answered to the writing of our record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It was written, at this revision.
    Written(Revision),
    /// A condition did not hold, and nothing was written.
    Refused {
        /// What stands there instead: its last revision and bytes; `None` when there is no record.
        current: Option<(Revision, Vec<u8>)>,
        /// Whether the log is still the one that we follow.
        epoch: Epoch,
    },
    /// Nobody knows. It may be written yet.
    NoAnswer,
}

/// Whether the log's epoch is the one that this node's replica was filled from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Epoch {
    /// It is.
    Same,
    /// It is another one, or there is none.
    Moved,
}
