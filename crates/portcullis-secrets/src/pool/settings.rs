//! [`PoolSettings`]: how large the pool is.
//!
//! What never lives here: reading configuration.

use std::num::NonZeroUsize;
use std::thread;
use std::time::Duration;

/// Size and patience of a pool. Zeros are taken for one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PoolSettings {
    /// How many threads compute in spare time (`xpack.security.crypto.thread_pool.size`), and how many relieve them where
    /// there is none; by default half the processors, rounded up.
    pub threads: usize,
    /// How many jobs may wait for a thread (`xpack.security.crypto.thread_pool.queue_size`); 1000 by default.
    pub queue: usize,
    /// How long a job may wait for a thread; 10 seconds by default. Clients have given up by then, and computing
    /// answers that nobody waits for is how an overload lasts.
    pub wait: Duration,
}

/// One principal may hold this part of the queue, so that guessing at one account leaves room for the others.
const SHARES: usize = 16;

impl Default for PoolSettings {
    fn default() -> Self {
        let processors = thread::available_parallelism().map_or(1, NonZeroUsize::get);
        Self { threads: processors.div_ceil(2), queue: 1000, wait: Duration::from_secs(10) }
    }
}

impl PoolSettings {
    pub(super) fn normal(self) -> Self {
        Self { threads: self.threads.max(1), queue: self.queue.max(1), wait: self.wait }
    }

    /// How many jobs of one principal may wait: a sixteenth of the queue, at least one.
    pub(super) fn share(&self) -> usize {
        (self.queue / SHARES).max(1)
    }
}
