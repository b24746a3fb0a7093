//! Counting refusals that repeat: the first of its kind is written at once, those of the next seconds are counted and
//! written as one line.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use portcullis_model::lifetime::BootTime;

use super::Event;

/// Equal refusals within this many milliseconds become one line.
const WINDOW_MILLIS: u64 = 10_000;
/// So many kinds of refusals are counted at once; beyond it each is written.
const MAX_KINDS: usize = 1024;

/// What makes two refusals equal: the same action, user, address (whatever its port) and object.
type Sort = (&'static str, String, String, String);

struct Counted {
    since: BootTime,
    last: Event,
    count: u64,
}

/// The refusals of the last seconds.
#[derive(Default)]
pub(crate) struct Repeats {
    kinds: Mutex<HashMap<Sort, Counted>>,
}

impl Repeats {
    fn lock(&self) -> MutexGuard<'_, HashMap<Sort, Counted>> {
        self.kinds.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts `event`. What comes back is to be written now.
    pub(super) fn take(&self, event: Event, now: BootTime) -> Option<Event> {
        let mut kinds = self.lock();
        let sort = sort(&event);
        if let Some(counted) = kinds.get_mut(&sort) {
            counted.count += 1;
            counted.last = event;
            return None;
        }
        if kinds.len() < MAX_KINDS {
            kinds.insert(sort, Counted { since: now, last: event.clone(), count: 0 });
        }
        Some(event)
    }

    /// Lines about what was counted in windows that have ended.
    pub(super) fn over(&self, now: BootTime) -> Vec<Event> {
        let mut lines = Vec::new();
        self.lock().retain(|_, counted| {
            if now.0.saturating_sub(counted.since.0) < WINDOW_MILLIS {
                return true;
            }
            if counted.count > 0 {
                lines.push(Event { repeated: counted.count, ..counted.last.clone() });
            }
            false
        });
        lines
    }
}

fn sort(event: &Event) -> Sort {
    let address = event.origin.rsplit_once(':').map_or(event.origin.as_str(), |(address, _)| address);
    (event.action, event.user.clone(), address.to_owned(), event.object.clone())
}

#[cfg(test)]
mod tests;
