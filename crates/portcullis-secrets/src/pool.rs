//! [`HashingPool`]: the threads on which slow hashes run, behind a bounded queue that no single principal can fill.
//!
//! What never lives here: an async runtime or its timers, and the hashing itself (`format`).

use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Instant;

use crate::{HashAlgorithm, HashError, Secret, StoredHash};

mod future;
mod meter;
mod priority;
mod queue;
mod running;
mod settings;
mod shared;
mod task;
#[cfg(test)]
mod tests;

pub use future::PoolFuture;
pub use queue::PoolStats;
pub use settings::PoolSettings;

use shared::{Shared, System};

/// Why a hash was not computed. None of these says anything about the secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PoolError {
    /// The queue is full. Try again later (429).
    #[error("the hashing queue is full")]
    Full,
    /// This principal has its share of the queue already. Try again later (429).
    #[error("too many hashes are queued for this principal")]
    Busy,
    /// It stood in the queue for longer than [`PoolSettings::wait`]. Try again later (429).
    #[error("timed out waiting in the hashing queue")]
    TimedOut,
    /// The pool has been stopped (503).
    #[error("the hashing pool has been stopped")]
    Stopped,
    /// The job panicked, which is a bug (500).
    #[error("hashing failed")]
    Failed,
    /// The secret or the algorithm cannot be hashed, however often it is tried.
    #[error(transparent)]
    Refused(#[from] HashError),
}

/// A fixed number of threads, which compute in the time that the rest of the process leaves where the platform allows that,
/// and a bounded queue before them.
///
/// Where next to no time is left (a thread is given less than a twentieth of a processor for a fifth of a second), as many
/// threads of a low priority relieve them: these begin again with what the others have, and take what is queued, so that
/// hashing goes on with a tenth of a processor each.
///
/// A job whose future has been dropped leaves the queue at once and is not run. One that has waited for
/// [`PoolSettings::wait`] is answered [`PoolError::TimedOut`] by a thread of the pool's own, so no runtime timer is
/// needed; a job that runs is not cut short.
///
/// Dropping the pool is [`stop`](Self::stop).
pub struct HashingPool {
    shared: Arc<Shared>,
    threads: Mutex<Vec<Thread>>,
}

struct Thread {
    /// Its number if it is a spare one.
    spare: Option<usize>,
    handle: JoinHandle<()>,
}

impl HashingPool {
    /// Starts the threads, whose names begin with `security-crypto-`.
    ///
    /// # Errors
    /// That of the system if it refuses a thread; those already started are stopped.
    pub fn start(settings: PoolSettings) -> io::Result<Self> {
        let (now, meter) = (Box::new(Instant::now), Box::new(meter::of_this_thread));
        Self::start_with(settings, System { now, meter, spare: priority::spare })
    }

    fn start_with(settings: PoolSettings, system: System) -> io::Result<Self> {
        let settings = settings.normal();
        let pool = Self { shared: Arc::new(Shared::new(settings, system)), threads: Mutex::new(Vec::new()) };
        for number in 0..settings.threads {
            pool.spawn(format!("security-crypto-{number}"), Some(number), move |shared| shared.work(number))?;
            pool.spawn(format!("security-crypto-relief-{number}"), None, Shared::relieve)?;
        }
        pool.spawn("security-crypto-timer".to_owned(), None, Shared::watch)?;
        Ok(pool)
    }

    fn spawn(
        &self,
        name: String,
        spare: Option<usize>,
        run: impl FnOnce(&Shared) + Send + 'static,
    ) -> io::Result<()> {
        let shared = Arc::clone(&self.shared);
        let handle = thread::Builder::new().name(name).spawn(move || run(&shared))?;
        self.threads.lock().unwrap_or_else(PoisonError::into_inner).push(Thread { spare, handle });
        Ok(())
    }

    /// Verifies a secret against a stored hash. The job is queued by the call itself; dropping the future takes it
    /// back.
    ///
    /// `principal` is whoever the secret is claimed for (user name, key id, token id): it shares the queue out. Fast
    /// algorithms, and secrets too long to be right, are answered on the spot and never queue.
    ///
    /// # Errors
    /// [`PoolError`], except `Refused`.
    pub fn verify(&self, principal: &str, hash: Arc<StoredHash>, secret: Secret) -> PoolFuture<bool> {
        if !hash.algorithm().is_slow() || secret.is_too_long() {
            return PoolFuture::known(Ok(hash.verify(&secret)));
        }
        self.submit(principal, move || Ok(hash.verify(&secret)))
    }

    /// Hashes a secret. Queues as [`verify`](Self::verify) does.
    ///
    /// # Errors
    /// [`PoolError`]; `Refused` for a secret or an algorithm that [`HashAlgorithm::hash`] refuses.
    pub fn hash(&self, principal: &str, algorithm: HashAlgorithm, secret: Secret) -> PoolFuture<StoredHash> {
        if !algorithm.is_slow() || secret.is_too_long() {
            return PoolFuture::known(algorithm.hash(&secret).map_err(PoolError::from));
        }
        self.submit(principal, move || Ok(algorithm.hash(&secret)?))
    }

    fn submit<T: Send + 'static>(
        &self,
        principal: &str,
        work: impl Fn() -> Result<T, PoolError> + Send + Sync + 'static,
    ) -> PoolFuture<T> {
        let (task, reply) = task::pending(work);
        match self.shared.submit(principal, task) {
            Ok(id) => PoolFuture::queued(reply, id, Arc::clone(&self.shared)),
            Err(error) => PoolFuture::known(Err(error)),
        }
    }

    /// What the pool has done and is doing, at one moment.
    #[must_use]
    pub fn stats(&self) -> PoolStats {
        self.shared.stats()
    }

    /// Stops the pool: what is queued is answered [`PoolError::Stopped`], what runs is finished and answered, later
    /// jobs are refused. Returns when the threads have ended, so it blocks for the length of the longest running hash; a
    /// thread that was relieved is not waited for. Stopping twice is harmless.
    pub fn stop(&self) {
        self.shared.stop();
        let threads = std::mem::take(&mut *self.threads.lock().unwrap_or_else(PoisonError::into_inner));
        for Thread { spare, handle } in threads {
            if spare.is_some_and(|number| self.shared.is_busy(number)) {
                continue;
            }
            // A worker cannot panic (jobs are caught), and there would be nobody to tell.
            let _ = handle.join();
        }
    }
}

impl Drop for HashingPool {
    fn drop(&mut self) {
        self.stop();
    }
}
