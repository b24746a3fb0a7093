//! One run: the queue of what happens when, and whom it happens to. What it means is in `drive`, `feed`, `request`, `write`
//! and `weather`.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use portcullis_cluster::{Answer, Incarnation, Listed, Revision};

use super::branch::{Branch, Passed};
use super::log::{Log, Revoked};
use super::node::{Node, Role};
use super::oracle::{Kind, Oracle, Violation};
use super::plan::{Broken, Plan, SECOND, WEATHER_ENDS, Weather};
use super::random::Random;
use super::request::Request;
use super::weather::Disturbance;
use super::write::{Found, Wish, Write};

/// What happens.
pub(crate) enum Event {
    /// To a process: a timer, a message, a step of a request.
    Wake,
    Deliver,
    Feed,
    Answered(u64, Answer),
    Listed(Vec<Listed>, Revoked, Revision, bool),
    Head(Revision),
    BarrierRead(Revision),
    Step(usize),
    Ask(usize),
    Written(usize, Found),
    Unanswered(usize),
    Check(usize),
    /// To the log: a request of a process arrives.
    Put(Sender, u64, u64, Incarnation, Option<Revision>, Vec<u8>),
    Remove(Incarnation, Revision, bool),
    ReadAll(Sender, Option<Revision>),
    ReadHead(Sender, bool),
    Commit(Sender, usize),
    /// To the world.
    Start(usize),
    Exit(usize, u32),
    Wish(Option<usize>, Wish),
    Disturb(usize, Disturbance),
}

/// Which process.
pub(crate) type Sender = (usize, u32);

struct Entry {
    at: u64,
    number: u64,
    to: Option<Sender>,
    event: Event,
}

impl PartialEq for Entry {
    fn eq(&self, other: &Self) -> bool {
        self.number == other.number
    }
}

impl Eq for Entry {}

impl PartialOrd for Entry {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Entry {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.at, self.number).cmp(&(other.at, other.number))
    }
}

pub(crate) struct World {
    pub(crate) now: u64,
    pub(crate) plan: Plan,
    pub(crate) random: Random,
    pub(crate) log: Log,
    pub(crate) nodes: Vec<Node>,
    pub(crate) requests: Vec<Request>,
    pub(crate) writes: Vec<Write>,
    pub(crate) oracle: Oracle,
    pub(crate) passed: Passed,
    pub(crate) outage_until: u64,
    /// Something outside the log that nodes cache, and that only a clear makes them look at again.
    pub(crate) outside: u64,
    pub(crate) lives: u64,
    queue: BinaryHeap<Reverse<Entry>>,
    number: u64,
}

/// What came of a run.
pub(crate) struct Report {
    pub(crate) violations: Vec<Violation>,
    pub(crate) passed: Passed,
}

/// One run, from its seed.
pub(crate) fn run(seed: u64, broken: Broken) -> Report {
    let mut world = World::new(Plan::new(seed, broken));
    world.script();
    let settled = world.settled();
    world.until(settled);
    world.judge_settled();
    world.until(settled + 5 * SECOND);
    world.judge_end();
    Report { violations: world.oracle.violations, passed: world.passed }
}

impl World {
    fn new(plan: Plan) -> Self {
        let mut random = Random::new(plan.seed);
        let members = usize::try_from(random.between(2, 4)).expect("small");
        let timings = plan.timings(members + 1, &mut random);
        let node = |(number, timing)| {
            let role = if number == members { Role::Command } else { Role::Member };
            let clock = (plan.rate(&mut random), random.between(0, 1 << 30));
            Node::new(number, role, timing, clock, plan.broken)
        };
        let nodes = timings.into_iter().enumerate().map(node).collect();
        Self {
            now: 0,
            plan,
            random,
            log: Log::default(),
            nodes,
            requests: Vec::new(),
            writes: Vec::new(),
            oracle: Oracle::default(),
            passed: Passed::default(),
            outage_until: 0,
            outside: 0,
            lives: 0,
            queue: BinaryHeap::new(),
            number: 0,
        }
    }

    pub(crate) fn at(&mut self, at: u64, event: Event) {
        self.push(at, None, event);
    }

    /// For a process: void when it is no longer that one, and later when it is paused.
    pub(crate) fn to(&mut self, to: Sender, at: u64, event: Event) {
        self.push(at, Some(to), event);
    }

    fn push(&mut self, at: u64, to: Option<Sender>, event: Event) {
        self.number += 1;
        self.queue.push(Reverse(Entry { at: at.max(self.now), number: self.number, to, event }));
    }

    pub(crate) fn me(&self, node: usize) -> Sender {
        (node, self.nodes[node].life)
    }

    pub(crate) fn members(&self) -> usize {
        self.nodes.len() - 1
    }

    pub(crate) fn pass(&mut self, branch: Branch) {
        self.passed.pass(branch);
    }

    pub(crate) fn is_storm(&self) -> bool {
        self.plan.weather == Weather::Storm && self.now < WEATHER_ENDS
    }

    fn until(&mut self, end: u64) {
        while self.queue.peek().is_some_and(|next| next.0.at <= end) {
            let Some(Reverse(entry)) = self.queue.pop() else { break };
            self.now = entry.at;
            match entry.to {
                None => self.happen(entry.event),
                Some((node, life)) => {
                    let (up, paused) = (&self.nodes[node], self.nodes[node].paused_until);
                    if !up.up || up.life != life {
                        continue;
                    }
                    if paused > self.now {
                        self.to((node, life), paused, entry.event);
                    } else {
                        self.happen_to(node, entry.event);
                    }
                }
            }
        }
        self.now = end;
    }

    fn happen_to(&mut self, node: usize, event: Event) {
        match event {
            Event::Wake => self.woken(node),
            Event::Deliver => self.deliver(node),
            Event::Feed => self.feed(node),
            Event::Answered(seq, answer) => self.answered(node, seq, answer),
            Event::Listed(all, revoked, at, fresh) => self.listed(node, all, revoked, at, fresh),
            Event::Head(at) => self.head_read(node, at),
            Event::BarrierRead(at) => self.barrier_read(node, at),
            Event::Step(request) => self.step(node, request),
            Event::Ask(credential) => self.ask(node, credential),
            Event::Written(write, found) => self.written(node, write, found),
            Event::Unanswered(write) => self.unanswered(node, write),
            Event::Check(write) => self.check(node, write),
            _ => unreachable!("not for a process"),
        }
    }

    fn happen(&mut self, event: Event) {
        match event {
            Event::Put(sender, epoch, seq, incarnation, expected, record) => {
                self.put_arrives(sender, (epoch, seq), incarnation, expected, record);
            }
            Event::Remove(incarnation, at, own) => self.remove_arrives(incarnation, at, own),
            Event::ReadAll(sender, at) => self.read_all_arrives(sender, at),
            Event::ReadHead(sender, barrier) => self.read_head_arrives(sender, barrier),
            Event::Commit(sender, write) => self.commit_arrives(sender, write),
            Event::Start(node) => self.start(node),
            Event::Exit(node, life) => self.exit(node, life),
            Event::Wish(node, wish) => self.wish(node, wish),
            Event::Disturb(node, disturbance) => self.disturb(node, disturbance),
            _ => unreachable!("for a process"),
        }
    }

    /// When everything that was disturbed must be as if it had not been.
    pub(crate) fn settled(&self) -> u64 {
        let wait = |node: &Node| {
            self.nodes.iter().map(|of| node.machine.timing().wait_for_ms(of.machine.timing().own())).max()
        };
        let longest = self.nodes.iter().filter_map(wait).max().unwrap_or_default();
        WEATHER_ENDS + 4 * SECOND + longest * 1_300
    }

    fn judge_settled(&mut self) {
        for node in 0..self.members() {
            if !self.nodes[node].trusts(self.now) {
                let phase = self.nodes[node].machine.phase();
                self.oracle.violated(Kind::NotTrusted, self.now, || format!("node {node} is {phase:?}"));
            }
        }
    }

    fn judge_end(&mut self) {
        self.judge_settled();
        for node in 0..self.members() {
            let counters = self.nodes[node].machine.status(self.nodes[node].boot(self.now)).counters;
            let removed = self.plan.weather != Weather::Storm && counters.evicted > 0;
            let undisturbed = !self.nodes[node].disturbed && counters.lapses + counters.evicted > 0;
            if removed || undisturbed {
                self.oracle.violated(Kind::Distrusted, self.now, || format!("node {node}: {counters:?}"));
            }
        }
        self.judge_writes();
    }
}
