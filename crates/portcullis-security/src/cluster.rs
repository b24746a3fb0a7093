//! This node as a member of a cluster: the protocol's machine behind a lock, what it asks for on its way to whoever does
//! it, and those who wait for its news. The feed tells it what was applied, `session` does what it asks for, `waiting`
//! waits for confirmations. The rules of the protocol are the machine's; none is here.

mod compaction;
mod counters;
mod jump;
mod outcomes;
mod session;
mod waiting;

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use portcullis_cluster::{
    Action, Answer, Boot, Confirmation, Incarnation, Listed, Machine, MemberChange, MemberEvent,
    MemberStatus, Outcome, Phase, Reason, Revision, Status, Story, Waiting,
};
use portcullis_model::lifetime::BootTime;
use portcullis_secrets::random;
use portcullis_store::{MemberChange as Written, MemberRecord, Revision as StoreRevision, SharedLog};
use tokio::sync::{Notify, watch};

use crate::core::Core;
use crate::error::Failure;
use crate::settings::{ClusterSettings, Settings};
use crate::stats::cluster::AcknowledgementStats;
use counters::Counters;
use jump::Jumps;
use outcomes::Outcomes;

pub(crate) use outcomes::{failure, told};
pub(crate) use session::{join, shared};
pub(crate) use waiting::{acknowledged, confirmed, reach};

/// What this node wants of the cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wish {
    /// Nothing yet.
    Outside,
    /// To be a member.
    Joined,
    /// To be none any more.
    Gone,
}

/// The member that this node is.
pub(crate) struct Cluster {
    settings: ClusterSettings,
    state: Mutex<State>,
    /// Moved with each news that a waiting write may wait for.
    news: watch::Sender<()>,
    /// Wakes the session.
    session: Notify,
    /// A heartbeat is wanted at once.
    nudged: AtomicBool,
    wish: watch::Sender<Wish>,
    /// Whether it was done with leaving.
    left: watch::Sender<bool>,
    outcomes: Outcomes,
    counters: Counters,
    /// Makes the feed fail at the next change.
    #[cfg(test)]
    pub(crate) broken: AtomicBool,
}

struct State {
    machine: Machine,
    /// What the machine has asked for and the session has not begun.
    todo: VecDeque<Action>,
    /// Trust that ends before this is not passed on: it was given before the clocks jumped.
    believed_from: Boot,
    jumps: Jumps,
}

/// A reading of the node's clock.
pub(crate) fn boot(core: &Core) -> Boot {
    Boot(core.boot().0)
}

/// Most revisions are the store's; the machine has a type of its own.
pub(crate) fn place(revision: StoreRevision) -> Revision {
    Revision(revision.0)
}

impl Cluster {
    /// A node that is outside, over a store that has taken in `applied`.
    pub(crate) fn new(
        settings: &Settings,
        own: ClusterSettings,
        log: &dyn SharedLog,
        applied: StoreRevision,
    ) -> Self {
        let machine = machine(settings, &own, log, applied, Boot(0));
        let state = State { machine, todo: VecDeque::new(), believed_from: Boot(0), jumps: Jumps::default() };
        Self {
            settings: own,
            state: Mutex::new(state),
            news: watch::Sender::new(()),
            session: Notify::new(),
            nudged: AtomicBool::new(false),
            wish: watch::Sender::new(Wish::Outside),
            left: watch::Sender::new(false),
            outcomes: Outcomes::default(),
            counters: Counters::default(),
            #[cfg(test)]
            broken: AtomicBool::new(false),
        }
    }

    /// A poisoned lock is taken all the same: what was being applied has then not been confirmed.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Asks for a heartbeat at once. Takes no lock that is held while anybody is called.
    pub(crate) fn nudge(&self) {
        self.nudged.store(true, Ordering::Release);
        self.session.notify_one();
    }

    /// Lets everybody look again who waits for news.
    fn tell(&self) {
        self.news.send_replace(());
        self.session.notify_one();
    }

    /// The feed has taken in `revision` and published it; `members` are the changes of records in it. Extends trust.
    pub(crate) fn applied(&self, core: &Core, revision: StoreRevision, members: &[Written]) {
        let events = members.iter().map(|it| event(revision, it)).collect();
        let now = boot(core);
        let mut state = self.lock();
        let actions = state.machine.applied(place(revision), events, now);
        state.take(core, actions);
        state.pass_trust_on(core);
        drop(state);
        self.tell();
    }

    /// The feed has carried an order out; called before [`Cluster::applied`] with its revision.
    pub(crate) fn carried_out(&self, order: StoreRevision, outcome: Outcome) {
        self.outcomes.add(place(order), outcome.clone());
        self.lock().machine.cleared(place(order), outcome);
    }

    /// Everything was read anew, and is at `revision`.
    pub(crate) fn replaced(&self, core: &Core, log: &dyn SharedLog, revision: StoreRevision) {
        let now = boot(core);
        let mut state = self.lock();
        let actions = state.machine.replaced(listed(log.members()), place(revision), now);
        state.take(core, actions);
        state.pass_trust_on(core);
        drop(state);
        self.tell();
    }

    /// The log cannot be followed.
    pub(crate) fn lost(&self, core: &Core, reason: Reason) {
        let now = boot(core);
        let mut state = self.lock();
        let actions = state.machine.fence(reason, now);
        state.take(core, actions);
        state.distrust(core);
        drop(state);
        self.tell();
    }

    /// Looks whether the clocks have jumped, and then trusts nothing that was known before.
    fn watch_clocks(&self, core: &Core) {
        let (wall, now) = (core.now(), core.boot());
        let mut state = self.lock();
        if !state.jumps.look(wall, now) {
            return;
        }
        let window = self.settings.timing.own().window_ms();
        state.believed_from = Boot(now.0).after(window);
        state.distrust(core);
        drop(state);
        tracing::warn!(
            "the wall clock has jumped: was this machine paused? fenced until the node hears of itself again"
        );
        self.nudge();
    }

    /// What is to be done now, in order.
    fn due(&self, core: &Core) -> Vec<Action> {
        let (now, wall) = (boot(core), core.now().0.unsigned_abs());
        let mut state = self.lock();
        if self.nudged.swap(false, Ordering::AcqRel) {
            state.machine.nudge();
        }
        if *self.wish.borrow() == Wish::Gone && matches!(state.machine.status(now).phase, Phase::Member(_)) {
            let actions = state.machine.leave(now, wall);
            state.take(core, actions);
        }
        let actions = state.machine.poll(now, wall);
        state.take(core, actions);
        state.todo.drain(..).collect()
    }

    /// The log has answered a record's writing, or not in time.
    fn answered(&self, core: &Core, seq: u64, answer: Answer) {
        let now = boot(core);
        let mut state = self.lock();
        let actions = state.machine.answered(seq, answer, now);
        state.take(core, actions);
        drop(state);
        self.tell();
    }

    /// Begins a life under a name that nobody had.
    fn begin(&self, core: &Core) {
        let now = boot(core);
        let name = random::time_based_id(core.now().0);
        self.lock().machine.begin(Incarnation::new(name), now);
    }

    /// Whether a write may be answered.
    fn confirm(&self, waiting: &Waiting, now: Boot) -> Confirmation {
        self.lock().machine.confirm(waiting, now)
    }

    /// Whether this node may remove who was silent while it waited.
    fn may_remove(&self, waiting: &Waiting, now: Boot) -> bool {
        self.lock().machine.may_remove(waiting, now)
    }

    fn wake_at(&self) -> Boot {
        self.lock().machine.wake_at()
    }

    /// This node's membership.
    pub(crate) fn status(&self, now: BootTime) -> Status {
        self.lock().machine.status(Boot(now.0))
    }

    /// All members as this node sees them.
    pub(crate) fn members(&self, now: BootTime) -> Vec<MemberStatus> {
        self.lock().machine.members(Boot(now.0))
    }

    /// How long answers have waited for the other members.
    pub(crate) fn acknowledgements(&self) -> AcknowledgementStats {
        self.counters.waits()
    }

    /// How often a write removed a member that was silent; the machine counts its own removals.
    pub(crate) fn removals(&self) -> u64 {
        self.counters.removals()
    }

    /// What came of an order on this node, if that is not too long ago.
    pub(crate) fn outcome(&self, order: StoreRevision) -> Option<Outcome> {
        self.outcomes.of(place(order))
    }

    /// Whether this is the record of the life that this node lives.
    fn is_own(&self, incarnation: &Incarnation, now: Boot) -> bool {
        match self.lock().machine.status(now).phase {
            Phase::Member(own) | Phase::Leaving(own) => own == *incarnation,
            Phase::Outside | Phase::Left | Phase::Fenced(_) => false,
        }
    }
}

impl State {
    /// Does what is done here, and keeps the rest for the session. Both under the lock, so that trust which was
    /// withdrawn is not given again by somebody who knew it before.
    fn take(&mut self, core: &Core, actions: Vec<Action>) {
        for action in actions {
            match action {
                Action::Distrust => self.distrust(core),
                Action::Tell(story) => log(&story),
                Action::Put { .. } | Action::Remove { .. } | Action::ReopenWatch | Action::Rejoin => {
                    self.todo.push_back(action);
                }
            }
        }
    }

    fn distrust(&self, core: &Core) {
        core.fence().distrust();
        core.generations().bump_all();
    }

    fn pass_trust_on(&self, core: &Core) {
        let until = self.machine.trusted_until();
        if until >= self.believed_from {
            core.fence().trust_until(BootTime(until.0));
        }
    }
}

/// A machine that is outside, with the view that the log has now.
fn machine(
    settings: &Settings,
    own: &ClusterSettings,
    log: &dyn SharedLog,
    applied: StoreRevision,
    now: Boot,
) -> Machine {
    let identity = portcullis_cluster::Identity {
        node_id: settings.node_id.clone(),
        name: settings.node_name.clone(),
        address: own.address.clone(),
        version: own.version.clone(),
    };
    let mut machine = Machine::new(own.timing, identity);
    // It has no life yet, so there is nothing that it could ask for.
    let _ = machine.replaced(listed(log.members()), place(applied), now);
    machine
}

fn listed(members: Vec<MemberRecord>) -> Vec<Listed> {
    let listed = members.into_iter().map(|MemberRecord { id, revision, body }| Listed {
        incarnation: Incarnation::new(id),
        modified: place(revision),
        record: body.to_vec(),
    });
    listed.collect()
}

fn event(revision: StoreRevision, change: &Written) -> MemberEvent {
    let (id, change) = match change {
        Written::Put { id, body } => (id, MemberChange::Put(body.to_vec())),
        Written::Removed { id } => (id, MemberChange::Deleted),
    };
    MemberEvent { incarnation: Incarnation::new(id.as_str()), revision: place(revision), change }
}

fn log(story: &Story) {
    match story {
        Story::Joined(_) | Story::Recovered { .. } => tracing::info!("{story}"),
        Story::Lapsed(_)
        | Story::Evicted(_)
        | Story::WatchBehind { .. }
        | Story::Removing { .. }
        | Story::Unreadable(_) => tracing::warn!("{story}"),
        Story::Cloned(_) | Story::Fenced(_) => tracing::error!("{story}"),
    }
}

/// Why a node outside of a cluster cannot do what only a member does.
fn alone() -> Failure {
    Failure::internal("this node shares its log with nobody")
}

#[cfg(test)]
mod tests;
