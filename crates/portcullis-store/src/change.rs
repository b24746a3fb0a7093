//! What the feed tells. Names only: whoever is told reads the store, and so reads the newest.

use bytes::Bytes;

use crate::document::{DocumentKey, Revision};
use crate::member::MemberChange;

/// What happened to a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ChangeKind {
    /// It was created or replaced.
    Put,
    /// It was removed.
    Delete,
}

/// What one revision of the log changed. Nothing, where the engine wrote something for itself there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Change {
    /// The revision.
    pub revision: Revision,
    /// The documents that were written, in the batch's order; deletes of what was not there are left out.
    pub keys: Vec<(DocumentKey, ChangeKind)>,
    /// The members' records that were written. None where nobody shares the log, as with orders.
    pub members: Vec<MemberChange>,
    /// The orders that were given.
    pub orders: Vec<Bytes>,
}

impl Change {
    /// A change of documents.
    #[must_use]
    pub fn of_documents(revision: Revision, keys: Vec<(DocumentKey, ChangeKind)>) -> Self {
        Self { revision, keys, ..Self::default() }
    }
}

/// What [`crate::Feed::next`] hands out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FeedEvent {
    /// The next revision that changed something.
    Change(std::sync::Arc<Change>),
    /// The changes that were asked for are no longer held, or the log was read anew: everything up to and with this
    /// revision may have changed, members included. The feed goes on behind it.
    Reset {
        /// Readers see this revision; what follows in the feed is later.
        revision: Revision,
    },
    /// The shared log is not the one that this store has followed, or has lost what was in it: nothing that was read
    /// from this store may be relied on until the next [`FeedEvent::Reset`].
    Severed {
        /// Why, in a sentence for the operator.
        reason: std::sync::Arc<str>,
    },
}

impl FeedEvent {
    /// The revision that is reached when this event has been taken in; none where the log was lost.
    #[must_use]
    pub fn revision(&self) -> Option<Revision> {
        match self {
            Self::Change(change) => Some(change.revision),
            Self::Reset { revision } => Some(*revision),
            Self::Severed { .. } => None,
        }
    }
}
