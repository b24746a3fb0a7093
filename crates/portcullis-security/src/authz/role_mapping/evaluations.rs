//! Where rules are evaluated: on threads that may be held. Rules are anybody's text, and thousands of expressions over
//! the groups of one user take seconds.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::time::timeout;

use crate::error::Failure;

#[cfg(test)]
mod tests;

/// Users whose mappings are evaluated at once. It happens once for each user and `cache.ttl`, mostly in less than a
/// millisecond.
const AT_ONCE: usize = 4;

/// Work that is no more than this is done at once: bytes of mappings, times the names that they are compared with. An
/// expression takes about a microsecond for each byte and name, so that is a few milliseconds at the very most, and mostly
/// less than going to another thread takes.
const SMALL: usize = 4096;

/// For how long anybody waits for that, in milliseconds.
const WAIT_MILLIS: u64 = 10_000;

/// Evaluations, so many at once.
pub(super) struct Evaluations(Arc<Semaphore>);

impl Default for Evaluations {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(AT_ONCE)))
    }
}

impl Evaluations {
    /// Does `work` beside the threads that answer requests, unless it is small.
    ///
    /// # Errors
    /// When others were at it for too long, or the work came to no end.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        effort: usize,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Failure> {
        if effort <= SMALL {
            return Ok(work());
        }
        let turn = timeout(Duration::from_millis(WAIT_MILLIS), Arc::clone(&self.0).acquire_owned()).await;
        let Ok(Ok(turn)) = turn else {
            return Err(Failure::unavailable("too many role mappings are being evaluated; try again"));
        };
        let worked = tokio::task::spawn_blocking(move || {
            // Over with the work, not with the patience of whoever asked for it.
            let _turn = turn;
            work()
        });
        worked.await.map_err(|_| Failure::internal("the role mappings could not be evaluated"))
    }
}
