//! The jobs that spare threads run, and whether these threads get on with them: plain data, as the queue is.
//!
//! What never lives here: locks, threads, clocks.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::meter::Meter;
use super::task::Task;

#[cfg(test)]
mod tests;

/// A thread is judged by what it was given in so much time.
pub(super) const WINDOW: Duration = Duration::from_millis(200);
/// A thread that is given less than this part of a processor starves.
const PART: u32 = 20;

/// A spare thread. Without a meter it is not one that can starve.
#[derive(Clone)]
pub(super) struct Spare {
    pub(super) number: usize,
    pub(super) meter: Option<Arc<Meter>>,
}

/// What spare threads are busy with, by the number of the job. An entry stays until its thread is through with it, whoever
/// answered it.
#[derive(Default)]
pub(super) struct Running {
    runs: BTreeMap<u64, Run>,
}

struct Run {
    task: Arc<dyn Task>,
    spare: Spare,
    /// When its thread was last measured, and what it had been given by then.
    measured: Instant,
    given: Duration,
    starved: bool,
    /// Another thread runs the same job, or has.
    relieved: bool,
}

impl Running {
    /// A thread begins with a job, and has been given so much so far.
    pub(super) fn begin(
        &mut self,
        id: u64,
        task: Arc<dyn Task>,
        spare: Spare,
        given: Duration,
        now: Instant,
    ) {
        self.runs.insert(id, Run { task, spare, measured: now, given, starved: false, relieved: false });
    }

    /// Its thread is through with it.
    pub(super) fn end(&mut self, id: u64) {
        self.runs.remove(&id);
    }

    /// How many spare threads are busy.
    pub(super) fn len(&self) -> usize {
        self.runs.len()
    }

    /// Whether this thread is busy.
    pub(super) fn has(&self, number: usize) -> bool {
        self.runs.values().any(|run| run.spare.number == number)
    }

    /// Looks at what the threads were given, where a window is over. Whether one starves.
    pub(super) fn measure(&mut self, now: Instant) -> bool {
        for run in self.runs.values_mut() {
            let window = now.saturating_duration_since(run.measured);
            if window < WINDOW {
                continue;
            }
            // A meter that says nothing any more counts as nothing given.
            let given = run.spare.given().unwrap_or(run.given);
            run.starved = given.saturating_sub(run.given) < window / PART && run.spare.meter.is_some();
            (run.measured, run.given) = (now, given);
        }
        self.runs.values().any(|run| run.starved)
    }

    /// How long until there is something to measure.
    pub(super) fn until_measure(&self, now: Instant) -> Option<Duration> {
        let next =
            self.runs.values().map(|run| WINDOW.saturating_sub(now.saturating_duration_since(run.measured)));
        next.min()
    }

    /// A job to run a second time, since its thread starves.
    pub(super) fn relieve(&mut self) -> Option<Arc<dyn Task>> {
        let run = self.runs.values_mut().find(|run| run.starved && !run.relieved)?;
        run.relieved = true;
        Some(Arc::clone(&run.task))
    }

    /// Whether those that are busy all starve.
    pub(super) fn all_starve(&self) -> bool {
        self.runs.values().all(|run| run.starved)
    }

    /// There is more of the processors to be had than was thought: nobody starves before another window is over.
    pub(super) fn recover(&mut self, now: Instant) {
        for run in self.runs.values_mut() {
            run.given = run.spare.given().unwrap_or(run.given);
            (run.measured, run.starved) = (now, false);
        }
    }
}

impl Spare {
    /// What it was given so far.
    pub(super) fn given(&self) -> Option<Duration> {
        self.meter.as_ref().and_then(|meter| meter())
    }
}
