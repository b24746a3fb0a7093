//! What a history does to nodes and to etcd, and when: nobody may say that it does not know while nothing is, or just
//! was, wrong.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// What was wrong, from when until when.
#[derive(Debug)]
struct Fault {
    what: &'static str,
    from: Instant,
    until: Option<Instant>,
}

/// All faults of a history, in their order.
#[derive(Debug, Default)]
pub struct Faults(Mutex<Vec<Fault>>);

impl Faults {
    fn lock(&self) -> MutexGuard<'_, Vec<Fault>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Something will go wrong from now on. Call it before that.
    pub fn begin(&self, what: &'static str) {
        self.lock().push(Fault { what, from: Instant::now(), until: None });
    }

    /// Everything that went wrong is over, and everybody is well.
    pub fn end(&self) {
        for fault in self.lock().iter_mut().filter(|it| it.until.is_none()) {
            fault.until = Some(Instant::now());
        }
    }

    /// What was wrong at some moment from `from` until `until`, or not longer before than `after`.
    pub(super) fn explain(&self, from: Instant, until: Instant, after: Duration) -> Option<&'static str> {
        let explains = |it: &&Fault| it.from <= until && it.until.is_none_or(|ended| from <= ended + after);
        self.lock().iter().find(explains).map(|it| it.what)
    }
}

#[cfg(test)]
mod tests;
