//! Who may go on: so many at once, so many more wait, and nobody waits for long.

use std::time::Duration;

use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::timeout;

use super::trouble::Trouble;

#[cfg(test)]
mod tests;

/// Those who wait, at most. As many as wait for a slow hash.
const MAX_WAITERS: usize = 1_000;

/// For how long anybody waits, in milliseconds.
const WAIT_MILLIS: u64 = 5_000;

/// Turns at something.
pub(super) struct Turns {
    /// Named in the reason of a refusal.
    what: &'static str,
    /// Those who go on and those who wait.
    present: Semaphore,
    going: Semaphore,
}

/// One turn, over when dropped.
pub(super) struct Turn<'a> {
    _present: SemaphorePermit<'a>,
    _going: SemaphorePermit<'a>,
}

impl Turns {
    /// `size` at once.
    pub(super) fn new(what: &'static str, size: usize) -> Self {
        let size = size.clamp(1, Semaphore::MAX_PERMITS - MAX_WAITERS);
        let present = Semaphore::new(size + MAX_WAITERS);
        Self { what, present, going: Semaphore::new(size) }
    }

    /// Waits for a turn.
    ///
    /// # Errors
    /// When too many wait, or this one waited too long.
    pub(super) async fn take(&self) -> Result<Turn<'_>, Trouble> {
        let crowded = || Trouble::full(format!("too many questions wait for {}", self.what));
        let present = self.present.try_acquire().map_err(|_| crowded())?;
        let going = timeout(Duration::from_millis(WAIT_MILLIS), self.going.acquire()).await;
        let going = going.map_err(|_| crowded())?.map_err(|_| crowded())?;
        Ok(Turn { _present: present, _going: going })
    }
}
