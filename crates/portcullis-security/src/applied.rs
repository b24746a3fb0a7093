//! Up to which revision this node has taken the feed in: replica committed, caches cleared. Whoever answers a
//! write waits here first (I-3, I-4).

use std::sync::atomic::{AtomicBool, Ordering};

use portcullis_store::Revision;
use tokio::sync::watch;

use crate::error::Failure;

/// The published revision.
pub(crate) struct Applied {
    revision: watch::Sender<Revision>,
    ended: AtomicBool,
}

impl Applied {
    pub(crate) fn at(revision: Revision) -> Self {
        Self { revision: watch::Sender::new(revision), ended: AtomicBool::new(false) }
    }

    pub(crate) fn revision(&self) -> Revision {
        *self.revision.borrow()
    }

    /// Called by the feed only, after the caches were cleared.
    pub(crate) fn publish(&self, revision: Revision) {
        self.revision.send_if_modified(|current| {
            let newer = revision > *current;
            if newer {
                *current = revision;
            }
            newer
        });
    }

    /// As [`Applied::publish`], after everything was read anew: the log may be another one, and so its revision lower.
    pub(crate) fn set(&self, revision: Revision) {
        self.revision.send_replace(revision);
    }

    /// Nothing will be published any more.
    pub(crate) fn end(&self) {
        self.ended.store(true, Ordering::Release);
        // Only wakes: whoever waits looks again.
        self.revision.send_modify(|_| {});
    }

    /// Fails once the feed has ended: changes do not reach the caches any more, so nothing in them may be used.
    ///
    /// # Errors
    /// [`crate::Kind::Unavailable`].
    pub(crate) fn check(&self) -> Result<(), Failure> {
        if self.ended.load(Ordering::Acquire) {
            return Err(Failure::unavailable("the node is stopping: it does not follow its store any more"));
        }
        Ok(())
    }

    /// Resolves once `revision` is applied.
    ///
    /// # Errors
    /// [`crate::Kind::Unavailable`] when the feed ends before that.
    pub(crate) async fn reach(&self, revision: Revision) -> Result<(), Failure> {
        let settled = |applied: &Revision| *applied >= revision || self.check().is_err();
        // The sender lives as long as `self`, so this cannot fail.
        let _ = self.revision.subscribe().wait_for(settled).await;
        if self.revision() >= revision { Ok(()) } else { self.check() }
    }
}
