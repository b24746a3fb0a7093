//! A member's record: the one thing that it writes, and all that others know of it.

use serde::{Deserialize, Serialize};

use crate::error::RecordError;
use crate::order::{Cleared, Outcome};
use crate::revision::Revision;
use crate::timing::Window;

/// The most bytes that a record is read from.
const MOST_BYTES: usize = 65_536;

/// The most bytes of a name, an address or a version.
const LONGEST_TEXT: usize = 1_024;

/// The most orders that one record tells the outcome of.
pub(crate) const MOST_CLEARED: usize = 32;

/// Who a member is, for people and for the answers of clears. The protocol decides nothing by it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// Stays the same over restarts.
    pub node_id: String,
    /// The node's name.
    pub name: String,
    /// Where it listens.
    pub address: String,
    /// The version of its executable.
    pub version: String,
}

/// Whether a member stays.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Presence {
    /// It serves, as far as its trust goes.
    #[default]
    Here,
    /// It has stopped to trust itself, for good, before it wrote this.
    Leaving,
}

/// What a member's record says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// Who it is.
    #[serde(flatten)]
    pub identity: Identity,
    /// How long its trust lasts.
    #[serde(flatten)]
    pub window: Window,
    /// Grows with each record that this process sends; never used twice.
    pub seq: u64,
    /// The last revision that it had applied, caches cleared, when it sent this.
    pub applied: Revision,
    /// Its wall clock then, in milliseconds since 1970: for the display of clock skew only.
    pub wall_ms: u64,
    /// Whether it stays.
    #[serde(default)]
    pub presence: Presence,
    #[serde(default)]
    pub(crate) cleared: Vec<Cleared>,
}

impl Record {
    /// The bytes that stand in the log.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        serde_json::to_vec(self).unwrap_or_default()
    }

    /// Reads what stands in the log. Fields that this version does not know are passed over.
    ///
    /// # Errors
    ///
    /// Too large, not of this shape, or with timings that no node can be set to.
    pub fn decode(bytes: &[u8]) -> Result<Self, RecordError> {
        if bytes.len() > MOST_BYTES {
            return Err(RecordError::TooLarge(bytes.len()));
        }
        let record: Self =
            serde_json::from_slice(bytes).map_err(|error| RecordError::Malformed(error.to_string()))?;
        if !record.window.is_allowed() {
            return Err(RecordError::OutOfLimits("window"));
        }
        if record.cleared.len() > MOST_CLEARED {
            return Err(RecordError::OutOfLimits("cleared"));
        }
        let Identity { node_id, name, address, version } = &record.identity;
        if [node_id, name, address, version].iter().any(|text| text.len() > LONGEST_TEXT) {
            return Err(RecordError::OutOfLimits("identity"));
        }
        Ok(record)
    }

    /// What came of an order on this member, if its record still tells.
    #[must_use]
    pub fn outcome(&self, order: Revision) -> Option<&Outcome> {
        self.cleared.iter().find(|cleared| cleared.order == order).map(|cleared| &cleared.outcome)
    }
}

#[cfg(test)]
mod tests;
