//! What the watch brings, and the stages in which a node takes it in: replica, caches, published.

use portcullis_cluster::{Listed, MemberEvent, Outcome, Revision};

use super::branch::Branch;
use super::log::{CREDENTIALS, Change, Revoked};
use super::node::Stage;
use super::plan::{Broken, SECOND};
use super::world::{Event, World};

impl World {
    /// The log has grown: whoever watches it will be told.
    pub(crate) fn appended(&mut self) {
        for node in 0..self.nodes.len() {
            self.schedule(node);
        }
    }

    pub(crate) fn schedule(&mut self, node: usize) {
        let watch = self.nodes[node].watch;
        if !self.nodes[node].up || !watch.open || watch.scheduled {
            return;
        }
        let mut at = self.now + self.delay(node);
        if let Some((_, until)) = watch.limit.filter(|(limit, _)| *limit <= watch.received) {
            if until == u64::MAX {
                return;
            }
            at = at.max(until);
        }
        self.nodes[node].watch.scheduled = true;
        let me = self.me(node);
        self.to(me, at.max(self.outage_until), Event::Deliver);
    }

    pub(crate) fn deliver(&mut self, node: usize) {
        self.nodes[node].watch.scheduled = false;
        if self.nodes[node].watch.limit.is_some_and(|(_, until)| until <= self.now) {
            self.nodes[node].watch.limit = None;
        }
        let watch = self.nodes[node].watch;
        if watch.resyncing || !watch.open {
            return;
        }
        if self.postponed() {
            return self.schedule(node);
        }
        if watch.received < self.log.compacted {
            // What it would have to bring is gone.
            self.nodes[node].watch.resyncing = true;
            return self.read_all(node, None);
        }
        let head = watch.limit.map_or(self.log.head(), |(limit, _)| limit.min(self.log.head()));
        let part = self.is_storm() && self.random.chance(150);
        let upto = if part && head > watch.received {
            Revision(self.random.between(watch.received.0, head.0))
        } else {
            head
        };
        self.nodes[node].watch.received = upto.max(watch.received);
        if self.nodes[node].watch.received < self.log.head() {
            self.schedule(node);
        }
        self.feed_on(node);
    }

    pub(crate) fn reopen(&mut self, node: usize) {
        self.pass(Branch::Reopened);
        let helps = !self.is_storm() || self.random.chance(700);
        if helps && self.nodes[node].watch.deaf_until <= self.now {
            self.nodes[node].watch.limit = None;
        }
        self.schedule(node);
    }

    /// Everything was read: at the start of a process, and when the watch cannot go on.
    pub(crate) fn listed(
        &mut self,
        node: usize,
        all: Vec<Listed>,
        revoked: Revoked,
        at: Revision,
        fresh: bool,
    ) {
        if self.nodes[node].stage != Stage::Idle {
            let (me, later) = (self.me(node), self.now + 1_000);
            return self.to(me, later, Event::Listed(all, revoked, at, fresh));
        }
        if at < self.nodes[node].watch.received {
            // An answer that was overtaken by another.
            return;
        }
        if self.nodes[node].watch.open {
            self.pass(Branch::Resynced);
            if self.nodes[node].trusts(self.now) {
                self.pass(Branch::SnapshotWhileTrusted);
            }
        } else {
            self.pass(if fresh { Branch::StartedFromSnapshot } else { Branch::StartedFromReplica });
        }
        self.nodes[node].snapshot = Some((all, revoked, fresh));
        self.nodes[node].batch = at;
        self.stage(node, Stage::First);
    }

    fn feed_on(&mut self, node: usize) {
        let received = self.nodes[node].watch.received;
        let published = self.nodes[node].published;
        if self.nodes[node].stage != Stage::Idle || received <= published {
            return;
        }
        let part = self.is_storm() && self.random.chance(200);
        let end = if part { Revision(self.random.between(published.0 + 1, received.0)) } else { received };
        self.nodes[node].batch = end;
        let only = |change: &Change| matches!(change, Change::Member(_));
        if self.log.between(published, end).iter().all(only) {
            self.nodes[node].stored = end;
            return self.publish(node);
        }
        self.stage(node, Stage::First);
    }

    fn stage(&mut self, node: usize, stage: Stage) {
        self.nodes[node].stage = stage;
        let slow = self.is_storm() && self.random.chance(100);
        let at = self.now + self.random.between(20, if slow { SECOND } else { 2_000 });
        let me = self.me(node);
        self.to(me, at, Event::Feed);
    }

    /// The order of the stages is the rule; three faults of it are here.
    pub(crate) fn feed(&mut self, node: usize) {
        match (self.nodes[node].stage, self.plan.broken) {
            (Stage::First, Broken::CachesFirst) | (Stage::Third, Broken::AckStored) => self.clear(node),
            (Stage::First, _) | (Stage::Second, Broken::CachesFirst) => self.store(node),
            (Stage::Second, Broken::AckStored) => self.publish(node),
            (Stage::Second, _) => self.clear(node),
            (Stage::Third, _) => self.publish(node),
            (Stage::Idle, _) => {}
        }
        match self.nodes[node].stage {
            Stage::First => self.stage(node, Stage::Second),
            Stage::Second => self.stage(node, Stage::Third),
            Stage::Third | Stage::Idle => {
                self.nodes[node].stage = Stage::Idle;
                self.feed_on(node);
            }
        }
    }

    fn store(&mut self, node: usize) {
        let this = &mut self.nodes[node];
        match &this.snapshot {
            Some((_, revoked, true)) => this.replica = *revoked,
            Some((_, _, false)) => {}
            None => {
                for change in self.log.between(this.published, this.batch) {
                    if let Change::Revoked(credential) = change {
                        this.replica[*credential] = true;
                    }
                }
            }
        }
        this.stored = this.batch;
    }

    fn clear(&mut self, node: usize) {
        let this = &mut self.nodes[node];
        if this.snapshot.is_some() {
            if self.plan.broken != Broken::ResyncKeepsCaches {
                this.cache = [None; CREDENTIALS];
                this.distrust();
            }
            return;
        }
        // With AckStored everything up to the batch is published already; then the batch is looked through again.
        let from = this.published.min(Revision(this.batch.0.saturating_sub(64)));
        let from = if self.plan.broken == Broken::AckStored { from } else { this.published };
        for (place, change) in self.log.between(from, this.batch).iter().enumerate() {
            match change {
                Change::Revoked(credential) => {
                    this.cache[*credential] = None;
                    this.generations[*credential] += 1;
                }
                Change::Order => {
                    let count = this.cache.iter().flatten().count() as u64;
                    this.cache = [None; CREDENTIALS];
                    this.distrust();
                    let order = Revision(from.0 + place as u64 + 1);
                    this.machine.cleared(order, Outcome::Evicted(count));
                }
                Change::Member(_) => {}
            }
        }
    }

    fn publish(&mut self, node: usize) {
        let now = self.nodes[node].boot(self.now);
        let this = &mut self.nodes[node];
        let before = std::mem::replace(&mut this.published, this.batch);
        this.owed = this.owed.filter(|(revision, ..)| *revision > this.published);
        let actions = if let Some((all, _, _)) = this.snapshot.take() {
            let starts = !std::mem::replace(&mut this.watch.open, true);
            this.watch.resyncing = false;
            this.watch.received = this.batch;
            let actions = this.machine.replaced(all, this.batch, now);
            if starts {
                self.read_head(node, false);
            }
            self.schedule(node);
            actions
        } else {
            let changes = self.log.between(before, this.batch);
            let event = |change: &Change| match change {
                Change::Member(event) => Some(event.clone()),
                Change::Revoked(_) | Change::Order => None,
            };
            let events: Vec<MemberEvent> = changes.iter().filter_map(event).collect();
            let others = events.len() < changes.len();
            let actions = this.machine.applied(this.batch, events, now);
            if others {
                this.machine.nudge();
            }
            actions
        };
        self.act(node, actions);
        self.may_begin(node);
        self.settle(node);
        self.release(node);
        for write in self.nodes[node].waiting.clone() {
            self.check(node, write);
        }
    }
}
