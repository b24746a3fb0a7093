//! What the machine asks its driver to do.

use crate::incarnation::Incarnation;
use crate::revision::Revision;
use crate::story::Story;

/// Something to do, in the order in which it is asked for. What comes later may rest on what came before.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub enum Action {
    /// Write this record if the log's epoch is ours and the record is as expected, else read record and epoch; then say
    /// what came of it ([`Machine::answered`](crate::Machine::answered)). Try another endpoint if the last one did not answer.
    Put {
        /// Whose record: its key.
        incarnation: Incarnation,
        /// The name of this sending.
        seq: u64,
        /// The revision of the record's last write; `None`: it must not exist.
        expected: Option<Revision>,
        /// The bytes to write.
        record: Vec<u8>,
    },
    /// Remove this record if its last write is still this revision. Nothing has to be reported.
    Remove {
        /// Whose record.
        incarnation: Incarnation,
        /// The revision of its last write.
        at: Revision,
    },
    /// The watch does not show what the log has: open it again from what was applied last, at another endpoint.
    ReopenWatch,
    /// Move the generations of every scope, so that decisions under way are made again. Done before any action after it.
    Distrust,
    /// This life is over. Call [`Machine::begin`](crate::Machine::begin) with a fresh incarnation; replica, watch and caches
    /// are as good as before.
    Rejoin,
    /// Something for the log of this node, once for each incident.
    Tell(Story),
}
