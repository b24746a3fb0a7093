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
mod tests {
    use super::*;

    #[test]
    fn a_fault_explains_what_touches_it_and_a_while_after() {
        let (second, faults) = (Duration::from_secs(1), Faults::default());
        let before = Instant::now();
        faults.begin("it");
        let told = |from: Instant, until: Instant| faults.explain(from, until, second);
        assert_eq!(told(before, Instant::now()), Some("it"));
        assert_eq!(told(before + 60 * second, before + 61 * second), Some("it"), "it lasts");
        assert_eq!(told(before - 2 * second, before - second), None);
        faults.end();
        let ended = Instant::now();
        assert_eq!(told(ended, ended + second), Some("it"));
        assert_eq!(told(ended + 2 * second, ended + 3 * second), None);
    }
}
