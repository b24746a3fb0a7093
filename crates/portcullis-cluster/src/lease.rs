//! Admission by trust. Here is the comparison of a captured reading with the clock; who extends trust is in `session`.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::boot::Boot;

/// Until when the node trusts itself. One machine writes it; everybody may keep a handle and read it without a lock.
#[derive(Clone, Debug, Default)]
pub struct Trust(Arc<AtomicU64>);

impl Trust {
    /// Captures how long the node trusts itself as of now. **This comes before anything that the decision looks at**, caches
    /// and replica alike. A lease that is taken at the end would be extended by a heartbeat that knows of a revocation
    /// which the decision does not.
    pub fn lease(&self) -> Lease {
        Lease { until: Boot(self.0.load(Ordering::Acquire)) }
    }

    /// May a decision that was made under this lease count at `now`, a reading taken after it? Not when the lease is over,
    /// **nor when trust was dropped since it was captured**: who leaves is not waited for, and a request that had captured
    /// its lease and not yet begun to decide has noted nothing that the leaving could move.
    #[must_use]
    pub fn admits(&self, lease: Lease, now: Boot) -> bool {
        now < lease.until && lease.until <= self.until()
    }

    pub(crate) fn set(&self, until: Boot) {
        self.0.store(until.0, Ordering::Release);
    }

    pub(crate) fn until(&self) -> Boot {
        Boot(self.0.load(Ordering::Acquire))
    }
}

/// What one decision may rest on: captured before it, asked after it. The order of an admission is: capture, decide,
/// check that nothing which the decision looked at has moved, ask [`Trust::admits`] with a fresh reading of the clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub struct Lease {
    until: Boot,
}

impl Lease {
    /// When it ends, if trust is not dropped before.
    #[must_use]
    pub fn until(self) -> Boot {
        self.until
    }
}
