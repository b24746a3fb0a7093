//! What a node can tell of itself and of the other members, for displays, health and metrics.

use crate::boot::Boot;
use crate::incarnation::Incarnation;
use crate::record::Identity;
use crate::revision::Revision;
use crate::story::Reason;

/// How far this node's membership is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Phase {
    /// It has not begun, or waits for a fresh incarnation.
    Outside,
    /// It has a life; whether it is trusted, its trust tells.
    Member(Incarnation),
    /// It is about to leave.
    Leaving(Incarnation),
    /// It has left.
    Left,
    /// It cannot follow the log.
    Fenced(Reason),
}

/// This node, at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Status {
    /// How far its membership is.
    pub phase: Phase,
    /// When its trust ends or ended; `Boot(0)` when there is none.
    pub trusted_until: Boot,
    /// Since when it is trusted or not.
    pub since: Boot,
    /// What it has applied.
    pub applied: Revision,
    /// Members in its view, itself included.
    pub members: usize,
    /// Counters since the machine was made.
    pub counters: Counters,
}

/// What has happened since the machine was made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    /// Heartbeats sent.
    pub heartbeats: u64,
    /// Of these, without an answer in time.
    pub unanswered: u64,
    /// Own heartbeats seen in the watch.
    pub seen: u64,
    /// Refused heartbeats whose record was an earlier one of ours.
    pub adopted: u64,
    /// Times that trust ran out.
    pub lapses: u64,
    /// Times that this node's record was removed or overwritten by somebody else.
    pub evicted: u64,
    /// Removals of silent members that this node asked for.
    pub evictions: u64,
    /// Times that the watch was opened again.
    pub reopened: u64,
}

/// What is known of a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MemberState {
    /// Its record changes.
    Trusted,
    /// Its record has not changed for its window, as far as this node has seen.
    Silent,
    /// It left by itself.
    Left,
    /// It was removed because it was silent, and has not come back.
    Lost,
}

/// A member, at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemberStatus {
    /// Its life.
    pub incarnation: Incarnation,
    /// Who it is; `None` when its record cannot be read.
    pub identity: Option<Identity>,
    /// What it said that it has applied.
    pub applied: Revision,
    /// What is known of it.
    pub state: MemberState,
    /// Since when this node knows it in this state.
    pub since: Boot,
    /// Its wall clock in its last record, in milliseconds since 1970, and when this node saw that record.
    pub wall: (u64, Boot),
}
