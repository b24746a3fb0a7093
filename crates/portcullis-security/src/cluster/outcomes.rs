//! What came of orders on this node itself, for the request that gave one and looks for it a moment later; and how a
//! failure stands in a member's record. What came of them elsewhere stands in the members' records.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use portcullis_cluster::{Outcome, Revision};

use crate::error::{Failure, Kind};

/// So many orders are remembered: far more than are answered at the same time.
const MOST: usize = 1024;

/// How a failure begins whose sentence is about the request's arguments.
const ARGUMENT: &str = "argument: ";

/// How any other begins.
const OTHER: &str = "other: ";

/// The latest orders and what came of them.
#[derive(Default)]
pub(crate) struct Outcomes(Mutex<VecDeque<(Revision, Outcome)>>);

impl Outcomes {
    fn lock(&self) -> MutexGuard<'_, VecDeque<(Revision, Outcome)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn add(&self, order: Revision, outcome: Outcome) {
        let mut latest = self.lock();
        if latest.len() == MOST {
            latest.pop_front();
        }
        latest.push_back((order, outcome));
    }

    pub(crate) fn of(&self, order: Revision) -> Option<Outcome> {
        self.lock().iter().rev().find(|(it, _)| *it == order).map(|(_, outcome)| outcome.clone())
    }
}

/// What a record tells of a clear.
pub(crate) fn told(cleared: &Result<usize, Failure>) -> Outcome {
    match cleared {
        Ok(evicted) => Outcome::Evicted(*evicted as u64),
        Err(failure) if failure.kind() == Kind::IllegalArgument => {
            Outcome::Error(format!("{ARGUMENT}{}", failure.reason()))
        }
        Err(failure) => Outcome::Error(format!("{OTHER}{}", failure.reason())),
    }
}

/// The failure that a record tells of.
pub(crate) fn failure(text: &str) -> Failure {
    if let Some(reason) = text.strip_prefix(ARGUMENT) {
        return Failure::illegal_argument(reason);
    }
    Failure::internal(text.strip_prefix(OTHER).unwrap_or(text))
}
