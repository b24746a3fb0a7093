//! What the log was told already: an incident is told once, and again only when it has lasted for long; never at each
//! request that meets it.

use std::sync::{Arc, Mutex, PoisonError};

use portcullis_model::lifetime::Clock;

#[cfg(test)]
mod tests;

/// An incident that lasts is told again after so many milliseconds.
const AGAIN_MILLIS: u64 = 10 * 60_000;

/// Incidents that are told in that time. What makes more of them is in what they say, a name or an entry; the rest is
/// counted in the stats.
const MAX_TOLD: usize = 64;

/// Incidents of one directory.
pub(super) struct Incidents {
    clock: Arc<dyn Clock>,
    told: Mutex<Vec<Told>>,
}

struct Told {
    reason: String,
    /// By the boot clock, in milliseconds.
    at: u64,
}

impl Incidents {
    pub(super) fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, told: Mutex::default() }
    }

    /// Whether the log is to be told. If so, it is taken to be.
    pub(super) fn is_news(&self, reason: &str) -> bool {
        let now = self.clock.boot().0;
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        told.retain(|it| now.saturating_sub(it.at) < AGAIN_MILLIS);
        if told.len() >= MAX_TOLD || told.iter().any(|it| it.reason == reason) {
            return false;
        }
        told.push(Told { reason: reason.to_owned(), at: now });
        true
    }
}
