//! The waiting room before a barrier: how many may wait, and what became of them.

use std::sync::atomic::{AtomicU64, Ordering};

use super::FenceCounts;

/// Most requests that wait at once. Each holds a connection and little else; more of them would only be told later what
/// another node can tell now.
pub(super) const MAX_WAITING: u64 = 1_000;

/// The room.
#[derive(Default)]
pub(super) struct Room {
    waiting: AtomicU64,
    most: AtomicU64,
    passed: AtomicU64,
    turned_away: AtomicU64,
    timed_out: AtomicU64,
}

/// A place in the room, free again when it is dropped.
pub(super) struct Place<'a>(&'a Room);

impl Room {
    /// A place, unless the room is full.
    pub(super) fn enter(&self) -> Option<Place<'_>> {
        let more = |waiting: u64| (waiting < MAX_WAITING).then_some(waiting + 1);
        match self.waiting.fetch_update(Ordering::Relaxed, Ordering::Relaxed, more) {
            Ok(before) => {
                self.most.fetch_max(before + 1, Ordering::Relaxed);
                Some(Place(self))
            }
            Err(_full) => {
                self.turned_away.fetch_add(1, Ordering::Relaxed);
                None
            }
        }
    }

    pub(super) fn count(&self, counts: &mut FenceCounts) {
        counts.waiting = self.waiting.load(Ordering::Relaxed);
        counts.most_waiting = self.most.load(Ordering::Relaxed);
        counts.passed = self.passed.load(Ordering::Relaxed);
        counts.turned_away = self.turned_away.load(Ordering::Relaxed);
        counts.timed_out = self.timed_out.load(Ordering::Relaxed);
    }
}

impl Place<'_> {
    pub(super) fn passed(self) {
        self.0.passed.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn timed_out(self) {
        self.0.timed_out.fetch_add(1, Ordering::Relaxed);
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.waiting.fetch_sub(1, Ordering::Relaxed);
    }
}
