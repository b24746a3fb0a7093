//! What was answered during a run, counted.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Kept of what must not be, so that a run that goes wrong does not fill the memory.
const KEPT: usize = 50;

/// The counts.
pub(super) struct Tally {
    counts: Mutex<Counts>,
    start: Instant,
}

#[derive(Default)]
pub(super) struct Counts {
    /// In which seconds of the run somebody was told 503.
    pub(super) undecided: BTreeSet<u64>,
    /// Answers by what was asked and the status.
    pub(super) answers: BTreeMap<(&'static str, u16), u64>,
    /// How long each write took, in microseconds.
    pub(super) writes: Vec<u32>,
    /// What must not be, the first of it.
    pub(super) violations: Vec<String>,
}

impl Tally {
    /// Nothing yet.
    pub(super) fn start() -> Self {
        Self { counts: Mutex::default(), start: Instant::now() }
    }

    /// Takes note of an answer. True if it is what it should be; 503 is neither that nor a violation.
    pub(super) fn saw(&self, what: &'static str, status: u16, right: &[u16]) -> bool {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        if status == 503 {
            counts.undecided.insert(self.start.elapsed().as_secs());
        }
        *counts.answers.entry((what, status)).or_default() += 1;
        let is_right = right.contains(&status);
        if !is_right && status != 503 && counts.violations.len() < KEPT {
            counts.violations.push(format!("{what}: {status}"));
        }
        is_right
    }

    /// Takes note of how long a write took.
    pub(super) fn took(&self, time: Duration) {
        let micros = u32::try_from(time.as_micros()).unwrap_or(u32::MAX);
        self.counts.lock().unwrap_or_else(PoisonError::into_inner).writes.push(micros);
    }

    /// All that was counted, once.
    pub(super) fn take(&self) -> Counts {
        std::mem::take(&mut *self.counts.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Counts {
    /// Answers with this status, whatever was asked.
    pub(super) fn with_status(&self, status: u16) -> u64 {
        self.answers.iter().filter(|((_, it), _)| *it == status).map(|(_, count)| count).sum()
    }

    /// Answers to this with this status.
    pub(super) fn of(&self, what: &'static str, status: u16) -> u64 {
        self.answers.get(&(what, status)).copied().unwrap_or_default()
    }
}
