//! What is counted of waiting for the other members. Heartbeats, evictions and the like the machine counts.

use std::sync::{Mutex, PoisonError};

/// How long answers have waited.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Waits {
    /// How many there were.
    pub(crate) count: u64,
    /// All together, in milliseconds.
    pub(crate) total_millis: u64,
    /// The longest, in milliseconds.
    pub(crate) longest_millis: u64,
    /// How many ended because a member was silent until its trust had ended.
    pub(crate) by_time: u64,
}

/// How a wait ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// With everybody's word, or because it was but for a moment.
    Confirmed,
    /// Because the time was over.
    ByTime,
}

/// The counters.
#[derive(Default)]
pub(crate) struct Counters {
    waits: Mutex<Waits>,
}

impl Counters {
    pub(super) fn waited(&self, millis: u64, end: End) {
        let mut waits = self.waits.lock().unwrap_or_else(PoisonError::into_inner);
        waits.count += 1;
        waits.total_millis = waits.total_millis.saturating_add(millis);
        waits.longest_millis = waits.longest_millis.max(millis);
        waits.by_time += u64::from(end == End::ByTime);
    }

    /// How long answers have waited so far.
    pub(crate) fn waits(&self) -> Waits {
        *self.waits.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
