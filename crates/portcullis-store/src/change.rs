//! What the feed tells. Names only: whoever is told reads the store, and so reads the newest.

use crate::document::{DocumentKey, Revision};

/// What happened to a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ChangeKind {
    /// It was created or replaced.
    Put,
    /// It was removed.
    Delete,
}

/// One committed batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Its revision.
    pub revision: Revision,
    /// What it wrote, in the batch's order; deletes of what was not there are left out. Never empty.
    pub keys: Vec<(DocumentKey, ChangeKind)>,
}

/// What [`crate::Feed::next`] hands out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FeedEvent {
    /// The next committed batch.
    Change(std::sync::Arc<Change>),
    /// The changes that were asked for are no longer held: everything up to and with this revision may have changed. The
    /// feed goes on behind it.
    Reset {
        /// Readers see this revision; what follows in the feed is later.
        revision: Revision,
    },
}

impl FeedEvent {
    /// The revision that is reached when this event has been taken in.
    #[must_use]
    pub fn revision(&self) -> Revision {
        match self {
            Self::Change(change) => change.revision,
            Self::Reset { revision } => *revision,
        }
    }
}
