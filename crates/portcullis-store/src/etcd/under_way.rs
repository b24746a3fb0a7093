//! How many commits are under way: not too many, and none any more when the store has closed.

use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

use crate::error::CommitError;
use crate::limits::{MAX_QUEUED_BYTES, MAX_QUEUED_COMMITS};

/// Limits how many are under way, and tells when none is.
#[derive(Default)]
pub(super) struct UnderWay {
    /// Commits, and bytes in them.
    count: Mutex<(usize, usize)>,
    less: Condvar,
}

/// One that is under way.
pub(super) struct Place {
    under_way: Arc<UnderWay>,
    bytes: usize,
}

impl UnderWay {
    /// A place for one of so many bytes.
    ///
    /// # Errors
    /// [`CommitError::Unavailable`] when too many wait already.
    pub(super) fn enter(self: &Arc<Self>, bytes: usize) -> Result<Place, CommitError> {
        let mut count = self.count.lock().unwrap_or_else(PoisonError::into_inner);
        if count.0 >= MAX_QUEUED_COMMITS || count.1 + bytes > MAX_QUEUED_BYTES {
            return Err(CommitError::Unavailable("too many commits are waiting".to_owned()));
        }
        count.0 += 1;
        count.1 += bytes;
        Ok(Place { under_way: Arc::clone(self), bytes })
    }

    /// Blocks until none is, or the time is up.
    pub(super) fn wait(&self, patience: Duration) {
        let count = self.count.lock().unwrap_or_else(PoisonError::into_inner);
        let _ = self.less.wait_timeout_while(count, patience, |count| count.0 > 0);
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut count = self.under_way.count.lock().unwrap_or_else(PoisonError::into_inner);
        count.0 -= 1;
        count.1 -= self.bytes;
        drop(count);
        self.under_way.less.notify_all();
    }
}
