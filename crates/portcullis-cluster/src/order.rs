//! What a member says of an order that it has carried out. What an order is about, nobody here knows.

use serde::{Deserialize, Serialize};

use crate::revision::Revision;

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
            Outcome::Error(text) => Outcome::Error(shortened(text)),
        };
        Self { order, outcome }
    }
}

fn shortened(mut text: String) -> String {
    let end = (0..=LONGEST_ERROR).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
    text.truncate(end);
    text
}
