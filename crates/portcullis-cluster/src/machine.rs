//! The machine: this node's membership, driven by what was applied, what was answered and what time it is. Own heartbeats
//! are in `machine/heartbeat`, what it tells of members in `machine/telling`.

mod heartbeat;
mod telling;

use crate::acks::{Confirmation, Judge, Waiting};
use crate::action::Action;
use crate::boot::Boot;
use crate::event::{Answer, Epoch, Listed, MemberChange, MemberEvent};
use crate::evict::Reaper;
use crate::incarnation::Incarnation;
use crate::lease::Trust;
use crate::members::Counters;
#[cfg(doc)]
use crate::members::Phase;
use crate::mutant::{Mutant, Switch};
use crate::order::{Cleared, Outcome, Outcomes};
use crate::record::Identity;
use crate::revision::Revision;
use crate::session::{Session, Told};
use crate::standing::Standing;
use crate::story::{Lapse, Reason, Story};
use crate::timing::Timing;
use crate::view::{Applied, View};

/// This node's membership. All calls come from one place at a time (a lock around it); each `now` is a reading of the same
/// clock, taken at the call.
///
/// Actions are to be done in their order. A machine that nobody begins has no record and no trust, and can still tell who
/// has confirmed a write: that is how a command writes.
#[derive(Debug)]
pub struct Machine {
    timing: Timing,
    identity: Identity,
    applied: Revision,
    standing: Standing,
    life: Life,
    view: View,
    outcomes: Outcomes,
    /// The newest number that any life of this process has used.
    seq: u64,
    counters: Counters,
    mutant: Switch,
}

/// How far the membership is.
#[derive(Debug)]
enum Life {
    Outside,
    Member(Session),
    Leaving(Session),
    Left,
    Fenced(Reason),
}

impl Life {
    fn session(&self) -> Option<&Session> {
        match self {
            Self::Member(session) | Self::Leaving(session) => Some(session),
            Self::Outside | Self::Left | Self::Fenced(_) => None,
        }
    }

    fn session_mut(&mut self) -> Option<&mut Session> {
        match self {
            Self::Member(session) | Self::Leaving(session) => Some(session),
            Self::Outside | Self::Left | Self::Fenced(_) => None,
        }
    }
}

impl Machine {
    /// A machine that is outside. Texts of the identity over 1 KiB are cut off.
    #[must_use]
    pub fn new(timing: Timing, identity: Identity) -> Self {
        Self {
            timing,
            identity: identity.shortened(),
            applied: Revision::default(),
            standing: Standing::default(),
            life: Life::Outside,
            view: View::default(),
            outcomes: Outcomes::default(),
            seq: 0,
            counters: Counters::default(),
            mutant: Switch::default(),
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
        self.standing.trust().clone()
    }

    /// Begins a life. Only when the view was loaded ([`replaced`](Self::replaced)), and replica and watch have caught up with a
    /// linearizable read; after [`Action::Rejoin`] they still have. The record's creation is the first heartbeat: ask
    /// [`poll`](Self::poll) for it. Without effect if the view was not loaded, and on a machine that has a life, is leaving,
    /// has left or is fenced.
    pub fn begin(&mut self, incarnation: Incarnation, now: Boot) {
        if !matches!(self.life, Life::Outside) || !self.view.is_loaded() {
            return;
        }
        if self.mutant.is(Mutant::TrustAtBegin) {
            self.standing.extend(now.after(self.timing.own().window_ms()), now, &incarnation);
        }
        self.life = Life::Member(Session::new(incarnation, self.seq, now));
    }

    /// All records were read anew, at revision `applied`, and the replica is at that revision with every cache cleared: at
    /// the start, and after a compaction. What the watch shows up to that revision is passed over. Ends a
    /// [`fence`](Self::fence); a new life is begun after it.
    pub fn replaced(&mut self, all: Vec<Listed>, applied: Revision, now: Boot) -> Vec<Action> {
        if matches!(self.life, Life::Fenced(_)) {
            self.life = Life::Outside;
        }
        let own = self.life.session().map(|session| session.incarnation().clone());
        let mine = all.iter().find(|listed| Some(&listed.incarnation) == own.as_ref()).cloned();
        self.applied = applied;
        let unreadable = self.view.replace(all, applied, now, &self.identity.node_id);
        let mut actions: Vec<Action> =
            unreadable.into_iter().map(|incarnation| Action::Tell(Story::Unreadable(incarnation))).collect();
        let created = self.life.session().and_then(Session::known).is_some_and(|known| known <= applied);
        match mine {
            Some(mine) => actions.extend(self.listed(mine.modified, &mine.record, now)),
            None if created => actions.extend(self.removed(now)),
            None => {}
        }
        actions
    }

    /// Everything up to `revision` is applied: the replica has committed it, the caches that it touches are cleared, and it is
    /// published to whoever reads `applied`. `events` are the changes of members' records among it, in the order of the log:
    /// all of them, since the last call. Trust is extended here and nowhere else. Wake who waits after this call, not before.
    pub fn applied(&mut self, revision: Revision, events: Vec<MemberEvent>, now: Boot) -> Vec<Action> {
        if revision > self.applied
            && let Some(session) = self.life.session_mut()
        {
            session.watch_shows(now);
        }
        self.applied = self.applied.max(revision);
        if matches!(self.life, Life::Fenced(_)) {
            return Vec::new();
        }
        let mut actions = Vec::new();
        for event in events {
            match self.view.apply(&event, now, &self.identity.node_id) {
                Applied::Passed => continue,
                Applied::Taken => {}
                Applied::Unreadable => {
                    actions.push(Action::Tell(Story::Unreadable(event.incarnation.clone())));
                }
            }
            if self.life.session().is_none_or(|session| *session.incarnation() != event.incarnation) {
                continue;
            }
            actions.extend(match &event.change {
                MemberChange::Put(record) => self.own_event(event.revision, record, now),
                MemberChange::Deleted => self.removed(now),
            });
        }
        actions
    }

    /// An order was carried out; the next records tell. Called before [`applied`](Self::applied) with the order's revision, so
    /// that whoever confirms it also tells. The newest 32 are told, each for a minute.
    pub fn cleared(&mut self, order: Revision, outcome: Outcome) {
        self.outcomes.add(Cleared::new(order, outcome));
    }

    /// Something was applied that others wait for: heartbeat at the next [`poll`](Self::poll), but a few milliseconds after
    /// the last one, nor while one is unanswered. Never called for changes of members' records.
    pub fn nudge(&mut self) {
        if let Some(session) = self.life.session_mut() {
            session.nudge();
        }
    }

    /// What is due. `wall_ms` is the wall clock, in milliseconds since 1970, for display only. To be called at
    /// [`wake_at`](Self::wake_at), and after each other call that changes the machine.
    pub fn poll(&mut self, now: Boot, wall_ms: u64) -> Vec<Action> {
        let mut actions: Vec<Action> = self.check_trust(now).into_iter().collect();
        actions.extend(self.check_watch(now));
        actions.extend(self.reap(now));
        actions.extend(self.beat(now, wall_ms));
        actions
    }

    /// The log's answer to a [`Put`](Action::Put). An answer that comes late, or twice, or never, does no harm. Ask
    /// [`poll`](Self::poll) afterwards.
    pub fn answered(&mut self, seq: u64, answer: Answer, now: Boot) -> Vec<Action> {
        match answer {
            Answer::Written(revision) => self.written(seq, revision, now),
            Answer::Refused { epoch: Epoch::Moved, .. } if self.is_ours(seq) => {
                self.fence(Reason::EpochMoved, now)
            }
            Answer::Refused { epoch: Epoch::Same, current } if self.is_ours(seq) => {
                self.refused(seq, current, now)
            }
            Answer::Refused { .. } => Vec::new(),
            Answer::NoAnswer => {
                if let Some(session) = self.life.session_mut() {
                    session.unanswered(seq, now);
                }
                Vec::new()
            }
        }
    }

    /// Leaves: trust goes first, then the generations, then a last record says so, and when that is written it is removed.
    /// Go on with [`poll`](Self::poll) and [`answered`](Self::answered) until the phase is [`Phase::Left`], or give up.
    pub fn leave(&mut self, now: Boot, wall_ms: u64) -> Vec<Action> {
        let mut actions = Vec::new();
        if !self.mutant.is(Mutant::LeaveTrusting) {
            self.standing.end(now);
            actions.push(Action::Distrust);
        }
        self.life = match std::mem::replace(&mut self.life, Life::Left) {
            Life::Member(mut session) => {
                session.leave();
                Life::Leaving(session)
            }
            Life::Leaving(session) => Life::Leaving(session),
            Life::Outside | Life::Left | Life::Fenced(_) => Life::Left,
        };
        actions.extend(self.beat(now, wall_ms));
        actions
    }

    /// The log cannot be followed: no trust until [`replaced`](Self::replaced) and [`begin`](Self::begin) were called again.
    pub fn fence(&mut self, reason: Reason, now: Boot) -> Vec<Action> {
        self.standing.end(now);
        self.view.forget();
        match self.life {
            Life::Left | Life::Leaving(_) => self.life = Life::Left,
            Life::Fenced(known) if known == reason => return vec![Action::Distrust],
            Life::Outside | Life::Member(_) | Life::Fenced(_) => self.life = Life::Fenced(reason),
        }
        vec![Action::Distrust, Action::Tell(Story::Fenced(reason))]
    }

    /// When this node's trust ends; `Boot(0)` when it has none.
    #[must_use]
    pub fn trusted_until(&self) -> Boot {
        self.standing.trust().until()
    }

    /// When [`poll`](Self::poll) has something to do if nothing else happens; [`Boot::NEVER`] if only then.
    #[must_use]
    pub fn wake_at(&self) -> Boot {
        let beat = self.beat_due();
        let watch = self.life.session().and_then(Session::watch_check);
        let lapse = self.standing.ends_at();
        let reap = self.reaper().and_then(|reaper| reaper.next(&self.view)).map(|(due, _)| due);
        // A removal that is due after the trust's end is not made; what extends the trust changes this.
        let reap = reap.filter(|due| self.standing.is_trusted(*due));
        [beat, watch, lapse, reap].into_iter().flatten().min().unwrap_or(Boot::NEVER)
    }

    /// Whether a write may be answered.
    #[must_use]
    pub fn confirm(&self, waiting: &Waiting, now: Boot) -> Confirmation {
        let own = self.life.session().map(Session::incarnation);
        let Self { view, applied, outcomes, mutant, .. } = self;
        Judge { view, applied: *applied, own, outcomes, mutant: *mutant }.judge(waiting, now)
    }

    /// Whether members that are silent at the end of a wait may be removed: only if this node was trusted from the write on.
    /// Otherwise it may be the log that was silent, and everybody else is as well as this node is.
    #[must_use]
    pub fn may_remove(&self, waiting: &Waiting, now: Boot) -> bool {
        self.standing.is_trusted(now) && self.standing.since() <= waiting.since()
    }

    /// Break one rule of the protocol, or none.
    #[cfg(any(test, feature = "mutants"))]
    pub fn set_mutant(&mut self, mutant: Mutant) {
        self.mutant.set(mutant);
    }

    fn check_trust(&mut self, now: Boot) -> Option<Action> {
        let behind = self.life.session().is_some_and(Session::is_behind);
        let cause = if behind { Lapse::WatchSilent } else { Lapse::NoAnswer };
        let story = self.standing.lapse(now, cause)?;
        self.counters.lapses += 1;
        Some(Action::Tell(story))
    }

    fn check_watch(&mut self, now: Boot) -> Vec<Action> {
        let Some(session) = self.life.session_mut() else { return Vec::new() };
        if self.mutant.is(Mutant::NoWatchdog) {
            return Vec::new();
        }
        let Some((behind_ms, told)) = session.check_watch(now) else { return Vec::new() };
        self.counters.reopened += 1;
        match told {
            Told::NotYet => vec![Action::Tell(Story::WatchBehind { behind_ms }), Action::ReopenWatch],
            Told::Already => vec![Action::ReopenWatch],
        }
    }

    fn reaper(&self) -> Option<Reaper<'_>> {
        let Life::Member(session) = &self.life else { return None };
        let fearless = self.mutant.is(Mutant::ReapFenced);
        let trusted_since = if fearless { Boot(0) } else { self.standing.since() };
        let Self { timing, mutant, .. } = self;
        Some(Reaper { timing, own: session.incarnation(), trusted_since, mutant: *mutant })
    }

    fn reap(&mut self, now: Boot) -> Vec<Action> {
        let mut actions = Vec::new();
        while self.standing.is_trusted(now) || self.mutant.is(Mutant::ReapFenced) {
            let due = self.reaper().and_then(|reaper| reaper.next(&self.view));
            let Some((_, incarnation)) = due.filter(|(due, _)| *due <= now) else { break };
            let Some(seen) = self.view.get(&incarnation) else { break };
            let name = seen.record.as_ref().map(|record| record.identity.name.clone()).unwrap_or_default();
            let (at, silent_ms) = (seen.modified, now.since(seen.at));
            if seen.asked.is_none() {
                let incarnation = incarnation.clone();
                actions.push(Action::Tell(Story::Removing { incarnation, name, silent_ms }));
            }
            self.view.asked(&incarnation, now);
            self.counters.evictions += 1;
            actions.push(Action::Remove { incarnation, at });
        }
        actions
    }
}

#[cfg(test)]
mod tests;
