//! What a node's log has to tell of its trust and of other members: one story for each incident, not one for each
//! heartbeat.

use crate::incarnation::Incarnation;

/// Why a node does not follow its log any more until somebody starts it over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    /// The log's epoch is another one.
    #[error("the log is not the one that this node's replica was filled from")]
    EpochMoved,
    /// There is no epoch in the log.
    #[error("the log has no epoch: it is empty, or nobody has adopted it")]
    EpochMissing,
    /// What was applied last does not stand in the log.
    #[error("the log's history is not the one that this node has applied")]
    Lineage,
    /// The log's newest revision is older than what was applied.
    #[error("the log is behind what this node has applied: it was restored from a copy")]
    Behind,
    /// A change could not be applied.
    #[error("a change could not be applied")]
    Unappliable,
}

/// Why trust ended while the node went on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Lapse {
    /// The log did not answer heartbeats.
    #[error("the log did not answer")]
    NoAnswer,
    /// Heartbeats were answered, but the watch did not show them.
    #[error("the watch did not show what the log had")]
    WatchSilent,
}

/// One incident.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Story {
    /// The node trusts itself for the first time in this life.
    #[error("member of the cluster as [{0}]")]
    Joined(Incarnation),
    /// Trust ran out.
    #[error("fenced: {0}")]
    Lapsed(Lapse),
    /// Trust is back.
    #[error("trusted again after {after_ms} ms")]
    Recovered {
        /// For how long it was gone, in milliseconds.
        after_ms: u64,
    },
    /// Somebody removed this node's record: it was silent for too long.
    #[error("this node's record [{0}] was removed by another member; joining again")]
    Evicted(Incarnation),
    /// Another process writes this node's record.
    #[error(
        "two processes run as [{0}]: was this machine or its data folder cloned? Joining again under a new name"
    )]
    Cloned(Incarnation),
    /// No trust until the node is started over.
    #[error("fenced: {0}")]
    Fenced(Reason),
    /// The watch is opened again because it did not show what the log has.
    #[error("the watch is {behind_ms} ms behind the log; opening it again")]
    WatchBehind {
        /// How long ago the log answered, in milliseconds.
        behind_ms: u64,
    },
    /// A silent member's record is being removed.
    #[error("member [{name}] ({incarnation}) was silent for {silent_ms} ms; removing it")]
    Removing {
        /// Whose record.
        incarnation: Incarnation,
        /// Its node's name; empty when its record cannot be read.
        name: String,
        /// For how long this node saw no change of it, in milliseconds.
        silent_ms: u64,
    },
    /// A record cannot be read; each write waits the longest time for it.
    #[error("the record of member [{0}] cannot be read")]
    Unreadable(Incarnation),
}
