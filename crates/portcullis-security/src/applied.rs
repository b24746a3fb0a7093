//! Up to which revision this node has taken the feed in: replica committed, caches cleared. Whoever answers a
//! write waits here first (I-3, I-4).

use portcullis_store::Revision;
use tokio::sync::watch;

/// The published revision.
pub(crate) struct Applied(watch::Sender<Revision>);

impl Applied {
    pub(crate) fn at(revision: Revision) -> Self {
        Self(watch::Sender::new(revision))
    }

    pub(crate) fn revision(&self) -> Revision {
        *self.0.borrow()
    }

    /// Called by the feed only, after the caches were cleared.
    pub(crate) fn publish(&self, revision: Revision) {
        self.0.send_if_modified(|current| {
            let newer = revision > *current;
            if newer {
                *current = revision;
            }
            newer
        });
    }

    /// Resolves once `revision` is applied.
    pub(crate) async fn reach(&self, revision: Revision) {
        // The sender lives as long as `self`, so this cannot fail.
        let _ = self.0.subscribe().wait_for(|applied| *applied >= revision).await;
    }
}
