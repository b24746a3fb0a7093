//! Whether this node may rely on what it knows: until when, and why not. Who decides that is the cluster's part; who
//! asks is admission.

use std::sync::atomic::{AtomicU64, Ordering};

use portcullis_model::lifetime::BootTime;

use crate::error::Failure;

/// The node's trust in itself. Where nobody shares the log, it holds for good.
pub(crate) struct Fence {
    until: AtomicU64,
}

impl Fence {
    /// Of a node that has its store to itself: nothing can be behind.
    pub(crate) fn alone() -> Self {
        Self { until: AtomicU64::new(u64::MAX) }
    }

    /// Of a node whose store is over a shared log. It is not trusted yet.
    pub(crate) fn shared() -> Self {
        Self { until: AtomicU64::new(0) }
    }

    /// What this node holds counts until then, or longer if that was said before.
    pub(crate) fn trust_until(&self, until: BootTime) {
        self.until.fetch_max(until.0, Ordering::AcqRel);
    }

    /// What this node holds does not count any more.
    pub(crate) fn distrust(&self) {
        self.until.store(0, Ordering::Release);
    }

    /// The log is lost.
    pub(crate) fn severed(&self, _reason: &str) {
        self.distrust();
    }

    /// The log was found again, and taken in.
    pub(crate) fn mended(&self) {}

    /// What to do when somebody waits for a revision that this node's feed may never tell of.
    pub(crate) fn on_nudge(&self, _nudge: impl Fn() + Send + Sync + 'static) {}

    /// Whether the node trusts itself at `now`.
    ///
    /// # Errors
    /// [`crate::Kind::Unavailable`].
    pub(crate) fn check(&self, now: BootTime) -> Result<(), Failure> {
        if now.0 < self.until.load(Ordering::Acquire) {
            return Ok(());
        }
        Err(Failure::unavailable(
            "the node is fenced: it cannot tell whether credentials were revoked; retry on another node",
        ))
    }
}
