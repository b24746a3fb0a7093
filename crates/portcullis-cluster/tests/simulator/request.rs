//! A request on a node: the steps of its admission, each at its own moment, and the barrier of those whom trust does not carry.

use portcullis_cluster::{Lease, Revision};

use super::branch::Branch;
use super::node::Fact;
use super::oracle::{Kind, Promise};
use super::plan::{Broken, SECOND};
use super::world::{Event, World};

/// How often a decision is made again.
const MOST_TRIES: u32 = 8;

/// How long a request waits at a barrier.
const BARRIER_WAIT: u64 = 2 * SECOND;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Capture,
    Decide,
    Load,
    Keep,
    Recheck,
    Clock,
    Answer,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Path {
    Trust,
    Barrier,
}

pub(crate) struct Request {
    credential: usize,
    step: Step,
    path: Path,
    tries: u32,
    lease: Option<Lease>,
    generation: u64,
    fact: Option<Fact>,
    /// What was promised when it began, and when it last looked at the generations.
    began: Promise,
    rechecked: Promise,
    fenced_at: u64,
    /// How long a step takes at most.
    pace: u64,
}

impl World {
    pub(crate) fn ask(&mut self, node: usize, credential: usize) {
        let pace = if self.is_storm() {
            self.random.pick(&[500, 5_000, 50_000, 400_000, 2 * SECOND])
        } else {
            self.random.pick(&[500, 5_000])
        };
        let began = self.oracle.promise(credential);
        self.requests.push(Request {
            credential,
            step: Step::Capture,
            path: Path::Trust,
            tries: 0,
            lease: None,
            generation: 0,
            fact: None,
            began,
            rechecked: Promise::default(),
            fenced_at: 0,
            pace,
        });
        self.step(node, self.requests.len() - 1);
    }

    fn go(&mut self, node: usize, request: usize, step: Step) {
        self.requests[request].step = step;
        let at = self.now + self.random.between(1, self.requests[request].pace);
        let me = self.me(node);
        self.to(me, at, Event::Step(request));
    }

    pub(crate) fn step(&mut self, node: usize, number: usize) {
        let (this, request) = (&mut self.nodes[node], &mut self.requests[number]);
        let credential = request.credential;
        match request.step {
            Step::Capture => {
                request.lease = Some(this.trust.lease());
                self.go(node, number, Step::Decide);
            }
            Step::Decide => {
                request.generation = this.generations[credential];
                request.fact = this.cache[credential];
                let next = if request.fact.is_some() { self.after_decision(number) } else { Step::Load };
                self.go(node, number, next);
            }
            Step::Load => {
                request.fact = Some(Fact { good: !this.replica[credential], outside: self.outside });
                self.go(node, number, Step::Keep);
            }
            Step::Keep => {
                let same = request.generation == this.generations[credential];
                if same || self.plan.broken == Broken::NoTicket {
                    this.cache[credential] = request.fact;
                }
                self.pass(if same { Branch::LoadKept } else { Branch::LoadDropped });
                let next = self.after_decision(number);
                self.go(node, number, next);
            }
            Step::Recheck => self.recheck(node, number),
            Step::Clock => self.clock(node, number),
            Step::Answer => self.answer(number),
        }
    }

    fn after_decision(&self, number: usize) -> Step {
        let early = self.plan.broken == Broken::ClockBeforeGenerations;
        if early && self.requests[number].path == Path::Trust { Step::Clock } else { Step::Recheck }
    }

    fn recheck(&mut self, node: usize, number: usize) {
        let promise = self.oracle.promise(self.requests[number].credential);
        let request = &mut self.requests[number];
        request.rechecked = promise;
        let moved = request.generation != self.nodes[node].generations[request.credential];
        if moved && self.plan.broken != Broken::SkipRecheck {
            request.tries += 1;
            if request.tries > MOST_TRIES {
                return self.pass(Branch::GaveUp);
            }
            let again = if request.path == Path::Trust { Step::Capture } else { Step::Decide };
            self.pass(Branch::DecisionMadeAgain);
            return self.go(node, number, again);
        }
        let early = self.plan.broken == Broken::ClockBeforeGenerations;
        let trust = request.path == Path::Trust;
        self.go(node, number, if trust && !early { Step::Clock } else { Step::Answer });
    }

    fn clock(&mut self, node: usize, number: usize) {
        let this = &self.nodes[node];
        let request = &mut self.requests[number];
        if self.plan.broken == Broken::LateLease {
            request.lease = Some(this.trust.lease());
        }
        let now = this.boot(self.now);
        let admits = request.lease.is_some_and(|lease| match self.plan.broken {
            Broken::LeaseOutlivesTrust => now < lease.until(),
            _ => this.trust.admits(lease, now),
        });
        if !admits && self.plan.broken != Broken::NoFence {
            request.fenced_at = self.now;
            request.path = Path::Barrier;
            self.pass(Branch::Fenced);
            return self.join(node, number);
        }
        if self.plan.broken == Broken::ClockBeforeGenerations {
            self.go(node, number, Step::Recheck);
        } else {
            self.answer(number);
        }
    }

    fn answer(&mut self, number: usize) {
        let Request { credential, path, fact, began, rechecked, .. } = self.requests[number];
        let Some(fact) = fact else { return };
        self.pass(match (path, fact.good) {
            (Path::Trust, true) => Branch::AdmittedByTrust,
            (Path::Trust, false) => Branch::RefusedByTrust,
            (Path::Barrier, true) => Branch::AdmittedByBarrier,
            (Path::Barrier, false) => Branch::RefusedByBarrier,
        });
        let what = || format!("credential {credential} by {path:?}");
        if fact.good && began.acknowledged {
            self.oracle.violated(Kind::Revoked, self.now, what);
        }
        if fact.good && rechecked.acknowledged && path == Path::Trust {
            self.oracle.violated(Kind::RevokedUnderWay, self.now, what);
        }
        if fact.outside < began.cleared {
            self.oracle.violated(Kind::Cleared, self.now, what);
        }
    }

    fn join(&mut self, node: usize, number: usize) {
        let barrier = &mut self.nodes[node].barrier;
        match &mut barrier.flight {
            Some(flight) if self.plan.broken == Broken::JoinInFlight => flight.push(number),
            Some(_) => barrier.next.push(number),
            None => {
                barrier.flight = Some(vec![number]);
                self.read_head(node, true);
            }
        }
    }

    pub(crate) fn barrier_read(&mut self, node: usize, at: Revision) {
        let barrier = &mut self.nodes[node].barrier;
        let batch = barrier.flight.take().unwrap_or_default();
        let shared = batch.len() > 1;
        barrier.read.extend(batch.into_iter().map(|request| (at, request)));
        let next = std::mem::take(&mut barrier.next);
        if shared {
            self.pass(Branch::BarrierShared);
        }
        if !next.is_empty() {
            self.nodes[node].barrier.flight = Some(next);
            self.read_head(node, true);
        }
        if self.nodes[node].published < at {
            self.pass(Branch::BarrierWaited);
        }
        self.release(node);
    }

    /// Whoever waits for what is now applied decides.
    pub(crate) fn release(&mut self, node: usize) {
        let early = self.plan.broken == Broken::BarrierEarly;
        let published = self.nodes[node].published;
        let read = std::mem::take(&mut self.nodes[node].barrier.read);
        for (at, request) in read {
            if self.now > self.requests[request].fenced_at + BARRIER_WAIT {
                self.pass(Branch::GaveUp);
            } else if published >= at || early {
                self.go(node, request, Step::Decide);
            } else {
                self.nodes[node].barrier.read.push((at, request));
            }
        }
    }
}
