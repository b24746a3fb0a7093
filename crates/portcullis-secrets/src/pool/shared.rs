//! What the threads of a pool and its requesters share: the queue under its lock, and the loops of the threads.
//!
//! What never lives here: what a job does; the policy of the queue (`queue`).

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use super::meter::Meter;
use super::queue::{PoolStats, Queue};
use super::running::Spare;
use super::task::{Look, Task};
use super::{PoolError, PoolSettings, priority};

/// A thread that relieves others and is given more than this part of a processor shows that there is no need to. Where
/// processors are scarce its priority gives it a tenth.
const PLENTY: u32 = 6;

/// What the system gives: time, that of the clock and that of a thread, and a standing for the latter.
pub(super) struct System {
    pub(super) now: Box<dyn Fn() -> Instant + Send + Sync>,
    /// Of the thread that calls it.
    pub(super) meter: Box<dyn Fn() -> Option<Meter> + Send + Sync>,
    /// [`priority::spare`].
    pub(super) spare: fn() -> bool,
}

pub(super) struct Shared {
    queue: Mutex<Queue>,
    /// Told of each new job.
    worker: Condvar,
    /// Told when spare threads starve, of each new job while they do, and of the end.
    relief: Condvar,
    /// Told when the queue was empty and is not any more, and of the end.
    timer: Condvar,
    /// Told when all is over.
    over: Condvar,
    system: System,
}

impl Shared {
    pub(super) fn new(settings: PoolSettings, system: System) -> Self {
        Self {
            queue: Mutex::new(Queue::new(settings)),
            worker: Condvar::new(),
            relief: Condvar::new(),
            timer: Condvar::new(),
            over: Condvar::new(),
            system,
        }
    }

    pub(super) fn submit(&self, principal: &str, task: Box<dyn Task>) -> Result<u64, PoolError> {
        let now = self.now();
        let mut queue = self.lock();
        let (was_empty, is_stuck) = (queue.is_empty(), queue.is_stuck(now));
        let pushed = queue.push(principal, task, now);
        drop(queue);
        // A refused task wipes its secret here, outside the lock.
        let id = pushed.map_err(|(error, _task)| error)?;
        self.worker.notify_one();
        if is_stuck {
            self.relief.notify_one();
        }
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

    /// Takes no more jobs, and returns when what those that run come to is known.
    pub(super) fn stop(&self) {
        let left = self.lock().stop();
        self.worker.notify_all();
        self.tell_if_over();
        // A requester whose job is dropped without an answer learns that the pool has stopped.
        drop(left);
        let mut queue = self.lock();
        while !queue.is_over() {
            queue = self.over.wait(queue).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Whether a spare thread is busy. Once the pool has stopped that is with what another thread has answered.
    pub(super) fn is_busy(&self, number: usize) -> bool {
        self.lock().is_busy(number)
    }

    /// The life of a spare thread: it computes in what time the others leave, if it is seen there when they leave none.
    pub(super) fn work(&self, number: usize) {
        let meter = (self.system.meter)().filter(|_| (self.system.spare)());
        if meter.is_none() {
            priority::low();
        }
        let spare = Spare { number, meter: meter.map(Arc::new) };
        while let Some((id, task)) = self.next(&spare) {
            self.run(&*task, Some(id));
        }
    }

    /// The life of a thread that relieves spare ones while they starve.
    pub(super) fn relieve(&self) {
        priority::low();
        let meter = (self.system.meter)();
        let given = || meter.as_ref().and_then(|meter| meter()).unwrap_or_default();
        while let Some(task) = self.next_relief() {
            let (begin, before) = (self.now(), given());
            self.run(&*task, None);
            let passed = self.now().saturating_duration_since(begin);
            if given().saturating_sub(before) > passed / PLENTY {
                self.lock().recover(self.now());
            }
        }
    }

    /// The timer's life: answers the jobs that have waited for too long while the workers are busy, and looks at whether
    /// these get on.
    pub(super) fn watch(&self) {
        let mut queue = self.lock();
        while !queue.is_over() {
            queue = self.refuse_late(queue);
            if queue.measure(self.now()) {
                self.relief.notify_all();
            }
            queue = match queue.until_due(self.now()) {
                None if queue.is_over() => queue,
                None => self.timer.wait(queue).unwrap_or_else(PoisonError::into_inner),
                Some(rest) => self.timer.wait_timeout(queue, rest).unwrap_or_else(PoisonError::into_inner).0,
            };
        }
    }

    /// The next job of a spare thread, or `None` when the pool has stopped.
    fn next(&self, spare: &Spare) -> Option<(u64, Arc<dyn Task>)> {
        // Not under the lock, which such a thread may hold for long if it loses the processor. While it waits it is given none.
        let given = spare.given().unwrap_or_default();
        let mut queue = self.lock();
        loop {
            queue = self.refuse_late(queue);
            if let Some(taken) = queue.take(spare, given, self.now()) {
                return Some(taken);
            }
            if queue.is_stopped() {
                return None;
            }
            queue = self.worker.wait(queue).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// The next job of a thread that relieves, or `None` when all is over.
    fn next_relief(&self) -> Option<Arc<dyn Task>> {
        let mut queue = self.lock();
        loop {
            queue = self.refuse_late(queue);
            if let Some(task) = queue.take_relief(self.now()) {
                return Some(task);
            }
            if queue.is_over() {
                return None;
            }
            queue = self.relief.wait(queue).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Answers the jobs that have waited for too long, with the lock released: an answer wakes foreign code.
    fn refuse_late<'a>(&'a self, mut queue: MutexGuard<'a, Queue>) -> MutexGuard<'a, Queue> {
        while let Some(late) = queue.take_late(self.now()) {
            drop(queue);
            late.task.refuse(PoolError::TimedOut);
            // Its secret is wiped outside the lock, too.
            drop(late);
            queue = self.lock();
        }
        queue
    }

    /// Runs a job, which is the one of this number on a spare thread, and answers it unless another thread was first or nobody
    /// waits any more.
    fn run(&self, task: &dyn Task, on_spare: Option<u64>) {
        let begin = self.now();
        let look = task.look();
        let outcome = if look == Look::Open { task.run() } else { None };
        let busy = self.now().saturating_duration_since(begin);
        let mut queue = self.lock();
        if let Some(id) = on_spare {
            queue.ended(id);
        }
        match outcome {
            Some(outcome) => queue.ran(outcome, busy),
            None if look == Look::Abandoned => queue.skipped(),
            None => {}
        }
        drop(queue);
        if outcome.is_some() {
            task.answer();
        }
        self.tell_if_over();
    }

    /// Wakes whoever waits for the end.
    fn tell_if_over(&self) {
        if self.lock().is_over() {
            self.relief.notify_all();
            self.timer.notify_all();
            self.over.notify_all();
        }
    }

    /// Makes the timer look at the clock, which a test has moved.
    #[cfg(test)]
    pub(super) fn tick(&self) {
        // Taken so that the timer is not between looking at the clock and waiting.
        let _queue = self.lock();
        self.timer.notify_all();
    }

    fn now(&self) -> Instant {
        (self.system.now)()
    }

    fn lock(&self) -> MutexGuard<'_, Queue> {
        // No code that can panic runs under the lock, so a poisoned one is as good as any.
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
