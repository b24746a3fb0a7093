//! Until when what this node holds counts. One thread moves it; decisions take a copy and compare that with the clock.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use portcullis_model::lifetime::BootTime;

use super::FenceState;

/// Until when what was held counts, as a decision found it before it read anything. There is no way to a newer one but
/// to decide again: what was extended meanwhile is good for what is read after it, not for what was read before.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Captured(u64);

impl Captured {
    /// Never held.
    pub(super) const NEVER: Self = Self(0);

    /// Whether it has not passed.
    fn is_ahead(self, now: BootTime) -> bool {
        now.0 < self.0
    }
}

/// The moment.
#[derive(Default)]
pub(super) struct Trust {
    /// Milliseconds of the boot clock.
    until: AtomicU64,
    /// The latest that it ever was, for displays.
    latest: AtomicU64,
    severed: Mutex<Option<String>>,
}

impl Trust {
    /// Acquire: whoever sees the moment sees everything that was applied before it was extended.
    pub(super) fn capture(&self) -> Captured {
        Captured(self.until.load(Ordering::Acquire))
    }

    /// Whether what was captured still holds. Not if trust has ended since: a node that leaves is waited for by nobody, so
    /// nothing that it held counts any more, however long it might have.
    pub(super) fn admits(&self, captured: Captured, now: BootTime) -> bool {
        captured.is_ahead(now) && self.until.load(Ordering::Acquire) >= captured.0
    }

    pub(super) fn extend(&self, until: BootTime) {
        if self.lock().is_none() {
            self.until.fetch_max(until.0, Ordering::Release);
            self.latest.fetch_max(until.0, Ordering::Relaxed);
        }
    }

    pub(super) fn end(&self) {
        self.until.store(0, Ordering::Release);
    }

    pub(super) fn sever(&self, reason: &str) {
        *self.lock() = Some(reason.to_owned());
        self.end();
    }

    pub(super) fn mend(&self) {
        *self.lock() = None;
    }

    /// Why the log is lost, while it is.
    pub(super) fn severed(&self) -> Option<String> {
        self.lock().clone()
    }

    pub(super) fn state(&self, now: BootTime) -> FenceState {
        if let Some(reason) = self.severed() {
            return FenceState::Severed { reason };
        }
        let until = BootTime(self.until.load(Ordering::Acquire));
        if now < until {
            return FenceState::Trusted { left_millis: until.millis_since(now) };
        }
        match self.latest.load(Ordering::Relaxed) {
            0 => FenceState::Fenced { for_millis: None },
            latest => FenceState::Fenced { for_millis: Some(now.millis_since(BootTime(latest))) },
        }
    }

    fn lock(&self) -> MutexGuard<'_, Option<String>> {
        self.severed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
