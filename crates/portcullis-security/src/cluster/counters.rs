//! What is counted of waiting for the other members. Heartbeats, evictions and the like the machine counts.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use crate::stats::cluster::AcknowledgementStats;

/// How a wait ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// With everybody's word, or because it was but for a moment.
    Confirmed,
    /// Because a member was silent until its trust had ended.
    ByTime,
}

/// The counters.
#[derive(Default)]
pub(super) struct Counters {
    waits: Mutex<AcknowledgementStats>,
    removals: AtomicU64,
}

impl Counters {
    pub(super) fn waited(&self, millis: u64, end: End) {
        let mut waits = self.waits.lock().unwrap_or_else(PoisonError::into_inner);
        waits.add(millis.saturating_mul(1000));
        waits.by_time += u64::from(end == End::ByTime);
    }

    /// How long answers have waited so far.
    pub(super) fn waits(&self) -> AcknowledgementStats {
        *self.waits.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A write asked for the removal of a silent member.
    pub(super) fn removed(&self) {
        self.removals.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn removals(&self) -> u64 {
        self.removals.load(Ordering::Relaxed)
    }
}
