//! What a member says of an order that it has carried out. What an order is about, nobody here knows.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use crate::boot::Boot;
use crate::record::MOST_CLEARED;
use crate::revision::Revision;

/// For how long records tell an outcome after the first one that does, in milliseconds. One would be enough for whoever
/// follows the log without a gap.
const TOLD_MS: u64 = 60_000;

/// The longest text of an error in a record, in bytes; more is cut off.
const LONGEST_ERROR: usize = 256;

/// What came of an order on one member.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It was carried out, and so many entries went.
    Evicted(u64),
    /// It was carried out as far as the fence goes, and something else failed.
    Error(String),
}

/// One order's outcome, as it stands in a record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Cleared {
    pub(crate) order: Revision,
    #[serde(flatten)]
    pub(crate) outcome: Outcome,
}

impl Cleared {
    pub(crate) fn new(order: Revision, outcome: Outcome) -> Self {
        let outcome = match outcome {
            Outcome::Evicted(count) => Outcome::Evicted(count),
            Outcome::Error(text) => Outcome::Error(shortened(text, LONGEST_ERROR)),
        };
        Self { order, outcome }
    }
}

/// The outcomes that this node's records still tell, and when they began to.
#[derive(Debug, Default)]
pub(crate) struct Outcomes(VecDeque<(Cleared, Option<Boot>)>);

impl Outcomes {
    pub(crate) fn add(&mut self, cleared: Cleared) {
        if self.0.len() >= MOST_CLEARED {
            self.0.pop_front();
        }
        self.0.push_back((cleared, None));
    }

    /// For a record that is sent now.
    pub(crate) fn tell(&mut self, now: Boot) -> Vec<Cleared> {
        self.0.retain(|(_, told)| told.is_none_or(|told| now.since(told) < TOLD_MS));
        let tell = |(cleared, told): &mut (Cleared, Option<Boot>)| {
            told.get_or_insert(now);
            cleared.clone()
        };
        self.0.iter_mut().map(tell).collect()
    }

    pub(crate) fn of(&self, order: Revision) -> Option<&Outcome> {
        self.0.iter().find(|(cleared, _)| cleared.order == order).map(|(cleared, _)| &cleared.outcome)
    }
}

/// The text, cut off where it is longer than so many bytes.
pub(crate) fn shortened(mut text: String, longest: usize) -> String {
    let end = (0..=longest.min(text.len())).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
    text.truncate(end);
    text
}
