//! What the threads of a pool and its requesters share: the queue under its lock, and the loops of the threads.
//!
//! What never lives here: what a job does; the policy of the queue (`queue`).

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use super::queue::{Job, PoolStats, Queue};
use super::task::Task;
use super::{PoolError, PoolSettings};

/// Where the time comes from.
pub(super) type Now = Box<dyn Fn() -> Instant + Send + Sync>;

pub(super) struct Shared {
    queue: Mutex<Queue>,
    /// Told of each new job.
    worker: Condvar,
    /// Told when the queue was empty and is not any more.
    timer: Condvar,
    now: Now,
}

impl Shared {
    pub(super) fn new(settings: PoolSettings, now: Now) -> Self {
        let queue = Mutex::new(Queue::new(settings));
        Self { queue, worker: Condvar::new(), timer: Condvar::new(), now }
    }

    pub(super) fn submit(&self, principal: &str, task: Box<dyn Task>) -> Result<u64, PoolError> {
        let now = (self.now)();
        let mut queue = self.lock();
        let was_empty = queue.is_empty();
        let pushed = queue.push(principal, task, now);
        drop(queue);
        // A refused task wipes its secret here, outside the lock.
        let id = pushed.map_err(|(error, _task)| error)?;
        self.worker.notify_one();
        if was_empty {
            self.timer.notify_one();
        }
        Ok(id)
    }

    pub(super) fn withdraw(&self, id: u64) {
        let job = self.lock().withdraw(id);
        drop(job);
    }

    pub(super) fn stats(&self) -> PoolStats {
        self.lock().stats()
    }

    pub(super) fn stop(&self) {
        let left = self.lock().stop();
        self.worker.notify_all();
        self.timer.notify_all();
        // A requester whose job is dropped without an answer learns that the pool has stopped.
        drop(left);
    }

    /// A worker's life.
    pub(super) fn work(&self) {
        lower_priority();
        while let Some(job) = self.next() {
            self.run(job.task);
        }
    }

    /// The timer's life: answers the jobs that have waited for too long while the workers are busy.
    pub(super) fn expire(&self) {
        let mut queue = self.lock();
        while !queue.is_stopped() {
            queue = match queue.until_late((self.now)()) {
                None => self.timer.wait(queue).unwrap_or_else(PoisonError::into_inner),
                Some(rest) if rest.is_zero() => self.refuse_late(queue),
                Some(rest) => self.timer.wait_timeout(queue, rest).unwrap_or_else(PoisonError::into_inner).0,
            };
        }
    }

    /// The next job to run, or `None` when the pool has stopped.
    fn next(&self) -> Option<Job> {
        let mut queue = self.lock();
        loop {
            queue = self.refuse_late(queue);
            if let Some(job) = queue.take() {
                return Some(job);
            }
            if queue.is_stopped() {
                return None;
            }
            queue = self.worker.wait(queue).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Answers the jobs that have waited for too long, with the lock released: an answer wakes foreign code.
    fn refuse_late<'a>(&'a self, mut queue: MutexGuard<'a, Queue>) -> MutexGuard<'a, Queue> {
        while let Some(late) = queue.take_late((self.now)()) {
            drop(queue);
            late.task.refuse(PoolError::TimedOut);
            queue = self.lock();
        }
        queue
    }

    fn run(&self, mut task: Box<dyn Task>) {
        if task.is_abandoned() {
            self.lock().skipped();
            return;
        }
        let begin = (self.now)();
        let outcome = task.run();
        let busy = (self.now)().saturating_duration_since(begin);
        self.lock().ran(outcome, busy);
        task.answer();
    }

    /// Makes the timer look at the clock, which a test has moved.
    #[cfg(test)]
    pub(super) fn tick(&self) {
        // Taken so that the timer is not between looking at the clock and waiting.
        let _queue = self.lock();
        self.timer.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, Queue> {
        // No code that can panic runs under the lock, so a poisoned one is as good as any.
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Lets request threads go first when there are not enough processors for all. Best effort.
#[cfg(target_os = "linux")]
fn lower_priority() {
    use rustix::process::{getpriority_process, setpriority_process};

    /// Steps of niceness below the thread that started the pool; on Linux each thread has its own. A tenth of a core is left
    /// to a thread that hashes while requests take all they can get.
    const NICER: i32 = 10;
    let this = Some(rustix::thread::gettid());
    if let Ok(nice) = getpriority_process(this) {
        // Giving way is always permitted; if some sandbox forbids it, hashing runs at full priority.
        let _ = setpriority_process(this, nice.saturating_add(NICER));
    }
}

/// Other systems have no priority for one thread that could be set without `unsafe`.
#[cfg(not(target_os = "linux"))]
fn lower_priority() {}
