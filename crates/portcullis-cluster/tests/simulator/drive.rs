//! What a driver does for the machine: its actions, the log's answers, the start and the end of a process.

use portcullis_cluster::{Action, Answer, Epoch, Incarnation, Lapse, Presence, Record, Revision, Story};

use super::branch::Branch;
use super::node::Role;
use super::oracle::Kind;
use super::plan::{Broken, SECOND, Weather};
use super::world::{Event, Sender, World};
use super::write::Wish;

/// How long a process waits for its watch to catch up before it opens it again.
const CATCH_UP: u64 = SECOND;

impl World {
    /// A new process begins: it reads who is there, at its replica's revision or anew.
    pub(crate) fn start(&mut self, node: usize) {
        if self.nodes[node].up {
            return;
        }
        self.nodes[node].restart(node, self.plan.broken);
        let stored = self.nodes[node].stored;
        let from = (stored.0 > 0 && self.random.chance(500)).then_some(stored);
        self.read_all(node, from);
    }

    pub(crate) fn read_all(&mut self, node: usize, at: Option<Revision>) {
        let (me, arrives) = (self.me(node), self.now + self.delay(node));
        self.at(arrives.max(self.nodes[node].cut_until), Event::ReadAll(me, at));
    }

    pub(crate) fn read_all_arrives(&mut self, sender: Sender, at: Option<Revision>) {
        if self.postponed() {
            return self.at(self.outage_until + 1_000, Event::ReadAll(sender, at));
        }
        if self.nodes[sender.0].life == sender.1 {
            self.nodes[sender.0].epoch = self.log.epoch;
        }
        let kept = at.filter(|at| *at >= self.log.compacted);
        let answer = match kept {
            Some(at) => Event::Listed(self.log.list_at(at), self.log.revoked, at, false),
            None => Event::Listed(self.log.list(), self.log.revoked, self.log.head(), true),
        };
        let at = self.now + self.delay(sender.0);
        self.to(sender, at, answer);
    }

    /// The process may begin a life when it has applied what the log has now.
    pub(crate) fn read_head(&mut self, node: usize, barrier: bool) {
        let (me, arrives) = (self.me(node), self.now + self.delay(node));
        self.at(arrives.max(self.nodes[node].cut_until), Event::ReadHead(me, barrier));
    }

    pub(crate) fn read_head_arrives(&mut self, sender: Sender, barrier: bool) {
        if self.postponed() {
            return self.at(self.outage_until + 1_000, Event::ReadHead(sender, barrier));
        }
        let slow = if self.is_storm() && self.random.chance(150) { 3 * SECOND } else { 1 };
        let (head, at) = (self.log.head(), self.now + self.delay(sender.0) + self.random.between(0, slow));
        self.to(sender, at, if barrier { Event::BarrierRead(head) } else { Event::Head(head) });
    }

    pub(crate) fn head_read(&mut self, node: usize, at: Revision) {
        if !self.nodes[node].begins || !self.nodes[node].watch.open {
            return;
        }
        // Before a life begins the machine does not look after the watch: the driver does.
        if self.nodes[node].begin_at.replace(at).is_some() {
            self.pass(Branch::ReopenedAtStart);
            self.reopen(node);
        }
        self.may_begin(node);
        self.settle(node);
        if self.nodes[node].begin_at.is_some() {
            let (me, later) = (self.me(node), self.now + CATCH_UP);
            self.to(me, later, Event::Head(at));
        }
    }

    pub(crate) fn may_begin(&mut self, node: usize) {
        let published = self.nodes[node].published;
        if self.nodes[node].begin_at.is_none_or(|at| published < at) {
            return;
        }
        self.nodes[node].begin_at = None;
        self.nodes[node].begins = false;
        match self.nodes[node].role {
            Role::Member => self.begin(node),
            Role::Command => {
                let at = self.now + self.random.between(0, 2 * SECOND);
                let wish = if self.random.chance(800) { Wish::Revoke } else { Wish::Clear };
                self.at(at, Event::Wish(Some(node), wish));
            }
        }
    }

    fn begin(&mut self, node: usize) {
        self.lives += 1;
        let life = Incarnation::new(format!("{node}-{}", self.lives));
        let now = self.nodes[node].boot(self.now);
        self.nodes[node].machine.begin(life, now);
        self.nodes[node].owed = None;
        if self.is_storm() && self.random.chance(300) {
            // Who joins while somebody writes is the hardest to count.
            let at = self.now + self.random.between(0, SECOND / 5);
            self.at(at, Event::Wish(None, Wish::Revoke));
        }
        if self.is_storm() && self.random.chance(200) {
            self.hold_back(node);
        }
    }

    /// The process is gone.
    pub(crate) fn exit(&mut self, node: usize, life: u32) {
        if self.nodes[node].up && self.nodes[node].life == life {
            self.nodes[node].up = false;
            let at = self.now + self.random.between(0, 3 * SECOND);
            self.at(self.before_the_end(at), Event::Start(node));
        }
    }

    pub(crate) fn woken(&mut self, node: usize) {
        self.nodes[node].wake = u64::MAX;
        self.settle(node);
    }

    /// Asks the machine what is due, does it, and comes back when it says.
    pub(crate) fn settle(&mut self, node: usize) {
        let (now, wall) = (self.nodes[node].boot(self.now), self.now / 1_000);
        let actions = self.nodes[node].machine.poll(now, wall);
        self.act(node, actions);
        if self.nodes[node].is_deaf(self.now) {
            self.pass(Branch::HeldItsPeace);
        }
        let due = self.nodes[node].when(self.nodes[node].machine.wake_at());
        let late = if self.is_storm() { self.random.between(0, 3_000) } else { 0 };
        let due = due.max(self.now + 1_000) + late;
        if due < self.nodes[node].wake && due < self.now + 1_000 * SECOND {
            self.nodes[node].wake = due;
            let me = self.me(node);
            self.to(me, due, Event::Wake);
        }
    }

    pub(crate) fn act(&mut self, node: usize, actions: Vec<Action>) {
        for action in actions {
            match action {
                Action::Put { incarnation, seq, expected, record } => {
                    self.send_put(node, seq, incarnation, expected, record);
                }
                Action::Remove { incarnation, at } => self.send_remove(node, incarnation, at),
                Action::ReopenWatch => self.reopen(node),
                Action::Distrust => self.nodes[node].distrust(),
                Action::Rejoin => {
                    self.begin(node);
                    self.settle(node);
                }
                Action::Tell(Story::Fenced(_)) => self.start_over(node),
                Action::Tell(story) => self.told(&story),
            }
        }
    }

    /// The log is another one: everything is read anew, and a new life is begun.
    fn start_over(&mut self, node: usize) {
        self.pass(Branch::StartedOver);
        let this = &mut self.nodes[node];
        this.watch.open = false;
        this.begins = true;
        this.begin_at = None;
        self.read_all(node, None);
    }

    fn told(&mut self, story: &Story) {
        self.passed.pass(match story {
            Story::Joined(_) => Branch::Joined,
            Story::Lapsed(Lapse::NoAnswer) => Branch::LapsedNoAnswer,
            Story::Lapsed(Lapse::WatchSilent) => Branch::LapsedWatchSilent,
            Story::Recovered { .. } => Branch::Recovered,
            Story::Evicted(_) => Branch::Evicted,
            Story::WatchBehind { .. } => Branch::WatchBehind,
            Story::Removing { .. } => Branch::Removing,
            Story::Cloned(_) | Story::Fenced(_) | Story::Unreadable(_) => {
                unreachable!("nobody here does that: {story}")
            }
        });
    }

    fn send_put(
        &mut self,
        node: usize,
        seq: u64,
        incarnation: Incarnation,
        expected: Option<Revision>,
        record: Vec<u8>,
    ) {
        let me = self.me(node);
        self.judge_put(node, &record);
        let arrives = self.now + self.delay(node);
        if self.loses_request(node) {
            self.pass(Branch::PutLost);
            return self.nobody_answered(me, seq);
        }
        let epoch = self.nodes[node].epoch;
        self.at(arrives, Event::Put(me, epoch, seq, incarnation, expected, record));
    }

    /// Who hears nothing does not keep others waiting. One record may be late: it was due before that, and its node paused.
    fn judge_put(&mut self, node: usize, record: &[u8]) {
        let here = Record::decode(record).is_ok_and(|record| record.presence == Presence::Here);
        if !here || !self.nodes[node].is_deaf(self.now) {
            return;
        }
        let Some((revision, since, sent)) = &mut self.nodes[node].owed else { return };
        *sent += 1;
        let (revision, since, late) = (*revision, *since, *sent > 1);
        if late {
            self.oracle.violated(Kind::KeptAlive, self.now, || {
                format!("node {node} has not seen its own {revision} since {since} and still sends")
            });
        }
    }

    fn nobody_answered(&mut self, sender: Sender, seq: u64) {
        if self.random.chance(500) {
            self.pass(Branch::NobodyAnswered);
            let at = self.now + self.random.between(1_000, SECOND);
            self.to(sender, at, Event::Answered(seq, Answer::NoAnswer));
        }
    }

    pub(crate) fn put_arrives(
        &mut self,
        sender: Sender,
        (epoch, seq): (u64, u64),
        incarnation: Incarnation,
        expected: Option<Revision>,
        record: Vec<u8>,
    ) {
        if self.postponed() {
            let at = self.outage_until + self.random.between(0, 20_000);
            return self.at(at, Event::Put(sender, epoch, seq, incarnation, expected, record));
        }
        let answer = self.log.put(epoch, &incarnation, expected, &record);
        self.appended();
        if self.loses_answer(sender.0) {
            self.pass(Branch::AnswerLost);
            return self.nobody_answered(sender, seq);
        }
        if self.is_storm() && self.random.chance(30) {
            self.pass(Branch::AnswerDoubled);
            let at = self.now + self.delay(sender.0) + self.random.between(0, SECOND);
            self.to(sender, at, Event::Answered(seq, answer.clone()));
        }
        let at = self.now + self.delay(sender.0);
        self.to(sender, at, Event::Answered(seq, answer));
    }

    pub(crate) fn answered(&mut self, node: usize, seq: u64, answer: Answer) {
        let now = self.nodes[node].boot(self.now);
        match &answer {
            Answer::Written(revision) => {
                self.pass(Branch::PutWritten);
                let this = &mut self.nodes[node];
                if *revision > this.published && this.owed.is_none() {
                    this.owed = Some((*revision, now, 0));
                }
            }
            Answer::Refused { epoch: Epoch::Moved, .. } => self.pass(Branch::PutElsewhere),
            Answer::Refused { current: Some(_), .. } => self.pass(Branch::PutAdopted),
            Answer::Refused { current: None, .. } => self.pass(Branch::PutRemoved),
            Answer::NoAnswer => {}
        }
        let actions = self.nodes[node].machine.answered(seq, answer, now);
        self.act(node, actions);
        self.settle(node);
    }

    pub(crate) fn send_remove(&mut self, node: usize, incarnation: Incarnation, at: Revision) {
        // In an outage the worst is that it arrives at its end, before those whom it is about.
        if self.plan.weather == Weather::Outages || !self.loses_request(node) {
            let arrives = self.now + self.delay(node);
            let own = incarnation.as_str().starts_with(&format!("{node}-"));
            self.at(arrives, Event::Remove(incarnation, at, own));
        }
    }

    pub(crate) fn remove_arrives(&mut self, incarnation: Incarnation, at: Revision, own: bool) {
        if self.postponed() {
            let when = self.outage_until + self.random.between(0, 20_000);
            return self.at(when, Event::Remove(incarnation, at, own));
        }
        let at = (self.plan.broken != Broken::RemoveBlindly).then_some(at);
        if self.log.remove(&incarnation, at).is_none() {
            return self.pass(Branch::RemovalRefused);
        }
        self.pass(Branch::Removed);
        self.appended();
        let number: usize =
            incarnation.as_str().split('-').next().and_then(|n| n.parse().ok()).expect("a node");
        let node = &self.nodes[number];
        let life = format!("{:?}", node.machine.phase());
        if !own && node.trusts(self.now) && life.contains(&format!("({incarnation})")) {
            self.oracle.violated(Kind::RemovedTrusted, self.now, || format!("{incarnation} trusts itself"));
        }
    }
}
