//! The queue of jobs, the shares of principals in it, what runs, and the figures: plain data behind the pool's one lock.
//!
//! What never lives here: locks, threads, clocks.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::running::{Running, Spare, WINDOW};
use super::task::{Outcome, Task};
use super::{PoolError, PoolSettings};

#[cfg(test)]
mod tests;

/// What a pool has done so far and is doing. Counters start at zero with the pool and never go back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PoolStats {
    /// Jobs that wait now.
    pub queued: usize,
    /// Jobs that run now and are not answered.
    pub running: usize,
    /// Jobs that ran to their end. Each is exactly one slow hash: fast ones never come here.
    pub completed: u64,
    /// Jobs that panicked.
    pub panicked: u64,
    /// Jobs refused because the queue was full.
    pub rejected_full: u64,
    /// Jobs refused because their principal had its share of the queue.
    pub rejected_busy: u64,
    /// Jobs that were not run because nobody waited for them any more.
    pub dropped_unrun: u64,
    /// Jobs that were not run because they had waited for too long.
    pub timed_out: u64,
    /// Time from the beginning of each run to its end, where the run gave the answer, in nanoseconds.
    pub busy_nanos: u64,
}

pub(super) struct Job {
    pub(super) task: Arc<dyn Task>,
    principal: Arc<str>,
    since: Instant,
}

pub(super) struct Queue {
    settings: PoolSettings,
    /// By number, which is by age.
    jobs: BTreeMap<u64, Job>,
    /// How many of `jobs` each principal has; none has zero.
    held: HashMap<Arc<str>, usize>,
    running: Running,
    next: u64,
    stopped: bool,
    stats: PoolStats,
}

impl Queue {
    pub(super) fn new(settings: PoolSettings) -> Self {
        Self {
            settings,
            jobs: BTreeMap::new(),
            held: HashMap::new(),
            running: Running::default(),
            next: 0,
            stopped: false,
            stats: PoolStats::default(),
        }
    }

    /// Queues a job and says its number.
    ///
    /// Jobs that a free thread is about to take do not count against the queue's length nor the share.
    pub(super) fn push(
        &mut self,
        principal: &str,
        task: Box<dyn Task>,
        now: Instant,
    ) -> Result<u64, (PoolError, Box<dyn Task>)> {
        if self.stopped {
            return Err((PoolError::Stopped, task));
        }
        let free = self.settings.threads.saturating_sub(self.running.len());
        if self.jobs.len() >= free {
            if self.jobs.len() >= free.saturating_add(self.settings.queue) {
                self.stats.rejected_full += 1;
                return Err((PoolError::Full, task));
            }
            if self.held.get(principal).is_some_and(|held| *held >= self.settings.share()) {
                self.stats.rejected_busy += 1;
                return Err((PoolError::Busy, task));
            }
        }
        let principal = match self.held.get_key_value(principal) {
            Some((principal, _)) => Arc::clone(principal),
            None => Arc::from(principal),
        };
        *self.held.entry(Arc::clone(&principal)).or_default() += 1;
        let id = self.next;
        self.next += 1;
        self.jobs.insert(id, Job { task: Arc::from(task), principal, since: now });
        Ok(id)
    }

    /// Takes the oldest job, for a spare thread to run it that has been given so much so far.
    pub(super) fn take(
        &mut self,
        spare: &Spare,
        given: Duration,
        now: Instant,
    ) -> Option<(u64, Arc<dyn Task>)> {
        let (id, task) = self.take_oldest()?;
        self.running.begin(id, Arc::clone(&task), spare.clone(), given, now);
        Some((id, task))
    }

    /// A job for a thread that relieves spare ones: what one of them gets nowhere with, or the oldest of the queue if none of
    /// them gets anywhere.
    pub(super) fn take_relief(&mut self, now: Instant) -> Option<Arc<dyn Task>> {
        if let Some(task) = self.running.relieve() {
            return Some(task);
        }
        if !self.is_stuck(now) {
            return None;
        }
        self.take_oldest().map(|(_, task)| task)
    }

    fn take_oldest(&mut self) -> Option<(u64, Arc<dyn Task>)> {
        let (id, job) = self.jobs.pop_first()?;
        self.release(&job);
        self.stats.running += 1;
        Some((id, job.task))
    }

    /// Whether no spare thread gets on: those that are busy starve, and those that are free do not come, though there has been
    /// a job for them for as long as it takes to say that one starves.
    pub(super) fn is_stuck(&self, now: Instant) -> bool {
        let none_is_free = self.running.len() >= self.settings.threads;
        self.running.all_starve() && (none_is_free || self.waited(now) >= WINDOW)
    }

    /// Looks at whether the spare threads get on. Whether one does not.
    pub(super) fn measure(&mut self, now: Instant) -> bool {
        self.running.measure(now) || self.is_stuck(now)
    }

    /// A thread that relieves others was given more than it would be if processors were scarce.
    pub(super) fn recover(&mut self, now: Instant) {
        self.running.recover(now);
    }

    /// Takes the oldest job out if it has waited for too long.
    pub(super) fn take_late(&mut self, now: Instant) -> Option<Job> {
        let entry = self.jobs.first_entry()?;
        if now.saturating_duration_since(entry.get().since) < self.settings.wait {
            return None;
        }
        let job = entry.remove();
        self.release(&job);
        self.stats.timed_out += 1;
        Some(job)
    }

    /// How long until there is something to refuse or to measure.
    pub(super) fn until_due(&self, now: Instant) -> Option<Duration> {
        let late = self.until_late(now);
        // What is taken in the meantime is to be measured, too.
        let taken = late.map(|_| WINDOW);
        [late, taken, self.running.until_measure(now)].into_iter().flatten().min()
    }

    /// How long until the oldest job will have waited for too long.
    fn until_late(&self, now: Instant) -> Option<Duration> {
        (!self.jobs.is_empty()).then(|| self.settings.wait.saturating_sub(self.waited(now)))
    }

    /// How long the oldest job has waited.
    fn waited(&self, now: Instant) -> Duration {
        self.jobs
            .first_key_value()
            .map_or(Duration::ZERO, |(_, job)| now.saturating_duration_since(job.since))
    }

    /// Takes a job out whose requester has gone, if it is still here.
    pub(super) fn withdraw(&mut self, id: u64) -> Option<Job> {
        let job = self.jobs.remove(&id)?;
        self.release(&job);
        self.stats.dropped_unrun += 1;
        Some(job)
    }

    /// A job that was taken to run and is not answered had nobody waiting for it.
    pub(super) fn skipped(&mut self) {
        self.stats.running -= 1;
        self.stats.dropped_unrun += 1;
    }

    /// A spare thread is through with the job that it took.
    pub(super) fn ended(&mut self, id: u64) {
        self.running.end(id);
    }

    /// A job that was taken has run, and this is the run that answers it.
    pub(super) fn ran(&mut self, outcome: Outcome, busy: Duration) {
        self.stats.running -= 1;
        match outcome {
            Outcome::Completed => self.stats.completed += 1,
            Outcome::Panicked => self.stats.panicked += 1,
        }
        let nanos = u64::try_from(busy.as_nanos()).unwrap_or(u64::MAX);
        self.stats.busy_nanos = self.stats.busy_nanos.saturating_add(nanos);
    }

    /// Takes no more jobs, and gives up those that wait.
    pub(super) fn stop(&mut self) -> Vec<Job> {
        self.stopped = true;
        self.held.clear();
        std::mem::take(&mut self.jobs).into_values().collect()
    }

    pub(super) fn is_stopped(&self) -> bool {
        self.stopped
    }

    /// Stopped, and all that ran is found.
    pub(super) fn is_over(&self) -> bool {
        self.stopped && self.stats.running == 0
    }

    /// Whether this spare thread is busy.
    pub(super) fn is_busy(&self, number: usize) -> bool {
        self.running.has(number)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.jobs.is_empty()
    }

    pub(super) fn stats(&self) -> PoolStats {
        PoolStats { queued: self.jobs.len(), ..self.stats }
    }

    fn release(&mut self, job: &Job) {
        if let Some(held) = self.held.get_mut(&job.principal) {
            *held -= 1;
            if *held == 0 {
                self.held.remove(&job.principal);
            }
        }
    }
}
