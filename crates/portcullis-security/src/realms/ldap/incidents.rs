//! What the log was told already: an incident is told once, not at each request that meets it.

use std::sync::{Mutex, PoisonError};

/// The last incident of one sort.
#[derive(Default)]
pub(super) struct Incidents(Mutex<Option<String>>);

impl Incidents {
    /// Whether this is not the incident that was told last. It is from now on.
    pub(super) fn is_news(&self, reason: &str) -> bool {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if last.as_deref() == Some(reason) {
            return false;
        }
        *last = Some(reason.to_owned());
        true
    }

    /// All is well: the next incident is news, whatever it is.
    pub(super) fn over(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}
