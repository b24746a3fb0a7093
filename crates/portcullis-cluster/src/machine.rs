//! The machine: this node's membership, driven by what was applied, what was answered and what time it is.

use crate::acks::{Confirmation, Waiting};
use crate::action::Action;
use crate::boot::Boot;
use crate::event::{Answer, Listed, MemberEvent};
use crate::incarnation::Incarnation;
use crate::lease::Trust;
use crate::members::{Counters, MemberStatus, Phase, Status};
use crate::order::Outcome;
use crate::record::Identity;
use crate::revision::Revision;
use crate::story::Reason;
use crate::timing::Timing;

/// This node's membership. All calls come from one place at a time (a lock around it); each `now` is a reading of the same
/// clock, taken at the call.
///
/// Actions are to be done in their order. A machine that nobody begins has no record and no trust, and can still tell who
/// has confirmed a write: that is how a command writes.
#[derive(Debug)]
pub struct Machine {
    timing: Timing,
    #[expect(dead_code, reason = "the skeleton writes no record yet")]
    identity: Identity,
    applied: Revision,
    trust: Trust,
    phase: Phase,
}

impl Machine {
    /// A machine that is outside.
    #[must_use]
    pub fn new(timing: Timing, identity: Identity) -> Self {
        Self {
            timing,
            identity,
            applied: Revision::default(),
            trust: Trust::default(),
            phase: Phase::Outside,
        }
    }

    /// The timings that it was made with.
    #[must_use]
    pub fn timing(&self) -> &Timing {
        &self.timing
    }

    /// A handle to read this node's trust without the machine.
    #[must_use]
    pub fn trust(&self) -> Trust {
        self.trust.clone()
    }

    /// Begins a life. Only when the view was loaded ([`replaced`](Self::replaced)), and replica and watch have caught up with a
    /// linearizable read; after [`Action::Rejoin`] they still have. The record's creation is the first heartbeat: ask
    /// [`poll`](Self::poll) for it. Without effect on a machine that has a life, is leaving or has left.
    pub fn begin(&mut self, incarnation: Incarnation, _now: Boot) {
        self.phase = Phase::Member(incarnation);
    }

    /// All records were read anew, at revision `applied`, and the replica is at that revision with every cache cleared: at
    /// the start, and after a compaction. What the watch shows up to that revision is passed over.
    pub fn replaced(&mut self, _all: Vec<Listed>, applied: Revision, _now: Boot) -> Vec<Action> {
        self.applied = applied;
        Vec::new()
    }

    /// Everything up to `revision` is applied: the replica has committed it, the caches that it touches are cleared, and it is
    /// published to whoever reads `applied`. `events` are the changes of members' records among it, in the order of the log:
    /// all of them, since the last call. Trust is extended here and nowhere else. Wake who waits after this call, not before.
    pub fn applied(&mut self, revision: Revision, _events: Vec<MemberEvent>, _now: Boot) -> Vec<Action> {
        self.applied = revision;
        Vec::new()
    }

    /// An order was carried out; the next records tell. Called before [`applied`](Self::applied) with the order's revision, so
    /// that whoever confirms it also tells.
    pub fn cleared(&mut self, _order: Revision, _outcome: Outcome) {}

    /// Something was applied that others wait for: heartbeat at the next [`poll`](Self::poll), but not sooner than 10 ms after
    /// the last one, nor while one is unanswered. Never called for changes of members' records.
    pub fn nudge(&mut self) {}

    /// What is due. `wall_ms` is the wall clock, in milliseconds since 1970, for display only. To be called at
    /// [`wake_at`](Self::wake_at), and after each other call that changes the machine.
    pub fn poll(&mut self, _now: Boot, _wall_ms: u64) -> Vec<Action> {
        Vec::new()
    }

    /// The log's answer to a [`Put`](Action::Put). An answer that comes late, or twice, or never, does no harm. Ask
    /// [`poll`](Self::poll) afterwards.
    pub fn answered(&mut self, _seq: u64, _answer: Answer, _now: Boot) -> Vec<Action> {
        Vec::new()
    }

    /// Leaves: trust goes first, then the generations, then a last record says so, and when that is written it is removed.
    /// Go on with [`poll`](Self::poll) and [`answered`](Self::answered) until the phase is [`Phase::Left`], or give up.
    pub fn leave(&mut self, _now: Boot, _wall_ms: u64) -> Vec<Action> {
        self.trust.set(Boot(0));
        self.phase = Phase::Left;
        vec![Action::Distrust]
    }

    /// The log cannot be followed: no trust until [`replaced`](Self::replaced) and [`begin`](Self::begin) were called again.
    pub fn fence(&mut self, reason: Reason, _now: Boot) -> Vec<Action> {
        self.trust.set(Boot(0));
        self.phase = Phase::Fenced(reason);
        vec![Action::Distrust]
    }

    /// When this node's trust ends; `Boot(0)` when it has none.
    #[must_use]
    pub fn trusted_until(&self) -> Boot {
        self.trust.until()
    }

    /// When [`poll`](Self::poll) has something to do if nothing else happens; [`Boot::NEVER`] if only then.
    #[must_use]
    pub fn wake_at(&self) -> Boot {
        Boot::NEVER
    }

    /// This node.
    #[must_use]
    pub fn status(&self, _now: Boot) -> Status {
        Status {
            phase: self.phase.clone(),
            trusted_until: self.trusted_until(),
            since: Boot(0),
            applied: self.applied,
            members: 0,
            counters: Counters::default(),
        }
    }

    /// Every member in this node's view, itself included, and those who left or were lost within the hour and whose node has
    /// not come back. One line for each node.
    #[must_use]
    pub fn members(&self, _now: Boot) -> Vec<MemberStatus> {
        Vec::new()
    }

    /// Whether a write may be answered.
    #[must_use]
    pub fn confirm(&self, waiting: &Waiting, now: Boot) -> Confirmation {
        waiting.judge(self.applied, now)
    }
}
