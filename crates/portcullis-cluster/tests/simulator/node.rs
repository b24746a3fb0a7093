//! A node: its clock, its replica and caches, its feed, and the machine under test. What it does with them is elsewhere.

use portcullis_cluster::{Boot, Identity, Listed, Machine, Mutant, Revision, Timing, Trust};

use super::log::{CREDENTIALS, Revoked};
use super::plan::Broken;

/// Who runs the machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    Member,
    /// A command: it watches and writes, and is no member.
    Command,
}

/// What the feed does next with its batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    Idle,
    First,
    Second,
    Third,
}

/// What is kept of a decision: whether the credential is good, and the fact from outside that belongs to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Fact {
    pub(crate) good: bool,
    pub(crate) outside: u64,
}

pub(crate) struct Node {
    pub(crate) role: Role,
    pub(crate) machine: Machine,
    pub(crate) trust: Trust,
    pub(crate) up: bool,
    /// Events of an earlier life are for nobody.
    pub(crate) life: u32,
    rate: u64,
    offset: u64,
    /// How long the clock has stood still, in microseconds: never, unless that is the broken rule.
    pub(crate) stood: u64,
    pub(crate) paused_until: u64,
    /// Messages to and from it are lost; or only what the log answers.
    pub(crate) cut_until: u64,
    pub(crate) deaf_until: u64,
    /// Whether anything has ever happened to it that may cost its trust.
    pub(crate) disturbed: bool,
    /// The log that its replica was filled from.
    pub(crate) epoch: u64,
    pub(crate) wake: u64,
    pub(crate) watch: Watch,
    pub(crate) replica: Revoked,
    /// What the replica has committed, and what is published.
    pub(crate) stored: Revision,
    pub(crate) published: Revision,
    pub(crate) stage: Stage,
    pub(crate) batch: Revision,
    pub(crate) snapshot: Option<(Vec<Listed>, Revoked, bool)>,
    /// The log's head that has to be applied before a life begins, once it is read, and whether one is to begin.
    pub(crate) begin_at: Option<Revision>,
    pub(crate) begins: bool,
    pub(crate) generations: [u64; CREDENTIALS],
    pub(crate) cache: [Option<Fact>; CREDENTIALS],
    pub(crate) waiting: Vec<usize>,
    /// An own record that the log said to have and the watch has not shown, since when, and how many were sent after its
    /// window.
    pub(crate) owed: Option<(Revision, Boot, u32)>,
    pub(crate) barrier: Barrier,
}

/// The stream of changes to this node.
#[derive(Clone, Copy, Default)]
pub(crate) struct Watch {
    pub(crate) open: bool,
    pub(crate) received: Revision,
    pub(crate) scheduled: bool,
    /// Nothing after this revision comes through, until then or until the watch is opened again.
    pub(crate) limit: Option<(Revision, u64)>,
    /// Until then opening it again does not help.
    pub(crate) deaf_until: u64,
    pub(crate) resyncing: bool,
}

/// Requests that wait for a read of the log's head. Who comes while one is in flight waits for the next.
#[derive(Default)]
pub(crate) struct Barrier {
    pub(crate) next: Vec<usize>,
    pub(crate) flight: Option<Vec<usize>>,
    pub(crate) read: Vec<(Revision, usize)>,
}

impl Node {
    pub(crate) fn new(
        number: usize,
        role: Role,
        timing: Timing,
        (rate, offset): (u64, u64),
        broken: Broken,
    ) -> Self {
        let machine = machine(number, timing, broken);
        Self {
            role,
            trust: machine.trust(),
            machine,
            up: false,
            life: 0,
            rate,
            offset,
            stood: 0,
            paused_until: 0,
            cut_until: 0,
            deaf_until: 0,
            disturbed: false,
            epoch: 0,
            wake: u64::MAX,
            watch: Watch::default(),
            replica: Revoked::default(),
            stored: Revision(0),
            published: Revision(0),
            stage: Stage::Idle,
            batch: Revision(0),
            snapshot: None,
            begin_at: None,
            begins: true,
            generations: [0; CREDENTIALS],
            cache: [None; CREDENTIALS],
            waiting: Vec::new(),
            owed: None,
            barrier: Barrier::default(),
        }
    }

    /// A new process over the same replica.
    pub(crate) fn restart(&mut self, number: usize, broken: Broken) {
        self.machine = machine(number, *self.machine.timing(), broken);
        self.trust = self.machine.trust();
        self.up = true;
        self.life += 1;
        self.wake = u64::MAX;
        self.watch = Watch::default();
        self.published = Revision(0);
        self.stage = Stage::Idle;
        self.snapshot = None;
        self.begin_at = None;
        self.begins = true;
        self.cache = [None; CREDENTIALS];
        self.waiting.clear();
        self.owed = None;
        self.barrier = Barrier::default();
    }

    pub(crate) fn boot(&self, now: u64) -> Boot {
        // Who looks at a clock that stands sees when it stopped: nobody on the node does, it is paused.
        let runs = if self.stood > 0 { now.max(self.paused_until) } else { now };
        let shown = runs - self.stood;
        Boot((self.offset + shown * self.rate / 1_000_000) / 1000)
    }

    /// When the clock will show that, in true microseconds.
    pub(crate) fn when(&self, boot: Boot) -> u64 {
        let micros = (boot.0.min(1 << 33) * 1000).saturating_sub(self.offset);
        (micros * 1_000_000).div_ceil(self.rate) + self.stood + 1
    }

    /// The broken rule: the clock knows nothing of a pause.
    pub(crate) fn stop_clock(&mut self, now: u64, until: u64) {
        self.stood += until - now;
    }

    /// Whether its watch has owed it an own record for longer than that could extend its trust.
    pub(crate) fn is_deaf(&self, now: u64) -> bool {
        let window = self.machine.timing().own().window_ms();
        self.owed.is_some_and(|(_, since, _)| self.boot(now) > since.after(window))
    }

    pub(crate) fn trusts(&self, now: u64) -> bool {
        self.up && self.boot(now) < self.machine.trusted_until()
    }

    /// Whatever is being decided is decided again.
    pub(crate) fn distrust(&mut self) {
        for generation in &mut self.generations {
            *generation += 1;
        }
    }
}

pub(crate) fn name(number: usize) -> String {
    format!("node-{number}")
}

/// Which node has this name.
pub(crate) fn number(name: &str) -> usize {
    name.trim_start_matches("node-").parse().expect("a node's name")
}

fn machine(number: usize, timing: Timing, broken: Broken) -> Machine {
    let name = name(number);
    let address = format!("10.0.0.{number}:9200");
    let identity = Identity { node_id: name.clone(), name, address, version: "1".to_owned() };
    let mut machine = Machine::new(timing, identity);
    machine.set_mutant(if let Broken::Machine(mutant) = broken { mutant } else { Mutant::None });
    machine
}
