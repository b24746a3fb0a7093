//! What disturbs a run: how late messages are, what is lost, who is cut off, paused, killed. It all ends some time before the
//! run does.

use portcullis_cluster::Revision;

use super::branch::Branch;
use super::node::Role;
use super::plan::{Broken, SECOND, WEATHER_ENDS, Weather};
use super::world::{Event, World};
use super::write::Wish;

/// What later than this is a disturbance.
const UNNOTICED: u64 = SECOND / 10;

/// The half of all stalls that last longer cannot be ended by opening the watch again.
const STUBBORN: u64 = 2 * SECOND;

/// Between two outages, where nobody may be removed.
const BETWEEN: u64 = 2 * SECOND;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Disturbance {
    /// Requests and answers are lost.
    Cut,
    /// The watch brings nothing for a time.
    Stall,
    /// The watch brings nothing until it is opened again.
    HalfOpen,
    /// The watch brings one or two changes, and then nothing for a time.
    Trickle,
    Pause,
    Crash,
    Leave,
    /// The log is away for everybody.
    Outage,
    Compact,
    /// An operator adopts the log: whoever follows it starts over.
    Adopt,
}

/// How often each is drawn.
const ALL: [Disturbance; 17] = [
    Disturbance::Cut,
    Disturbance::Cut,
    Disturbance::Stall,
    Disturbance::Stall,
    Disturbance::Stall,
    Disturbance::HalfOpen,
    Disturbance::HalfOpen,
    Disturbance::Trickle,
    Disturbance::Pause,
    Disturbance::Pause,
    Disturbance::Crash,
    Disturbance::Crash,
    Disturbance::Leave,
    Disturbance::Leave,
    Disturbance::Outage,
    Disturbance::Compact,
    Disturbance::Adopt,
];

impl World {
    /// What happens in any case: starts, writes, requests, and the weather's own disturbances.
    pub(crate) fn script(&mut self) {
        for node in 0..self.members() {
            let late = self.plan.weather == Weather::Storm && self.random.chance(200);
            let at = self.random.between(0, if late { 8 * SECOND } else { SECOND / 2 });
            self.at(at, Event::Start(node));
        }
        let end = self.calm_from();
        for _ in 0..self.random.between(8, 12) {
            let at = self.random.between(SECOND, WEATHER_ENDS);
            let wish = if self.random.chance(750) { Wish::Revoke } else { Wish::Clear };
            self.at(at, Event::Wish(None, wish));
        }
        for wish in [Wish::Revoke, Wish::Clear, Wish::RevokeAgain(0)] {
            let at = self.random.between(end, end + 2 * SECOND);
            self.at(at, Event::Wish(None, wish));
        }
        for _ in 0..3 {
            let at = self.random.between(SECOND, WEATHER_ENDS - 4 * SECOND);
            self.at(at, Event::Start(self.members()));
        }
        for _ in 0..self.random.between(4, 10) {
            let at = self.random.between(2 * SECOND, WEATHER_ENDS);
            let node = usize::try_from(self.random.between(0, self.members() as u64)).expect("small");
            match self.plan.weather {
                Weather::Calm => {}
                Weather::Outages if self.random.chance(300) => {
                    // Whoever has just written waits through it.
                    let before = at - self.random.between(5_000, SECOND / 10);
                    self.at(before, Event::Wish(None, Wish::Revoke));
                    self.at(at, Event::Disturb(node, Disturbance::Outage));
                }
                Weather::Outages => {}
                Weather::Storm => {
                    let what = self.random.pick(&ALL);
                    self.at(at, Event::Disturb(node, what));
                }
            }
        }
        for node in 0..self.members() {
            for credential in 0..super::log::CREDENTIALS {
                self.warm(node, credential);
            }
        }
    }

    /// Requests from before any revocation, so that there is something in the caches.
    fn warm(&mut self, node: usize, credential: usize) {
        let at = self.random.between(SECOND / 2, 12 * SECOND);
        for life in 1..3 {
            self.to((node, life), at, Event::Ask(credential));
        }
    }

    /// Somebody else than the writer is disturbed just when it hurts.
    pub(crate) fn aim(&mut self, writer: usize) {
        let victim = usize::try_from(self.random.between(0, self.members() as u64 - 1)).expect("small");
        if victim == writer {
            return;
        }
        let what = self.random.pick(&[
            Disturbance::Stall,
            Disturbance::Stall,
            Disturbance::Stall,
            Disturbance::HalfOpen,
            Disturbance::Cut,
            Disturbance::Pause,
            Disturbance::Leave,
        ]);
        let at = self.now + self.random.pick(&[0, 0, 0, 2_000, 100_000]);
        if what == Disturbance::Leave {
            return self.see_off(victim);
        }
        self.at(at, Event::Disturb(victim, what));
        if self.random.chance(500) {
            self.at(at, Event::Disturb(victim, Disturbance::Cut));
        }
    }

    /// Somebody leaves between requests, and right after it something is revoked.
    fn see_off(&mut self, victim: usize) {
        let wished = self.random.between(2_000, SECOND / 5);
        self.at(self.now + wished, Event::Wish(None, Wish::Revoke));
        let (me, next) = (self.me(victim), self.next_credential());
        if let Some(credential) = next {
            for _ in 0..8 {
                let at = self.now + self.random.between(0, 30_000);
                self.to(me, at, Event::Ask(credential));
            }
        }
        let at = self.now + self.random.between(0, 30_000);
        self.at(at, Event::Disturb(victim, Disturbance::Leave));
        self.at(at, Event::Disturb(victim, Disturbance::Stall));
    }

    /// Whoever joins hears nothing for a time, and then a little.
    pub(crate) fn hold_back(&mut self, node: usize) {
        let (deaf, held) =
            (self.random.between(SECOND / 5, 3 * SECOND), self.random.between(SECOND / 5, 2 * SECOND));
        let (deaf, held) = (self.before_the_end(self.now + deaf), self.before_the_end(self.now + held));
        self.nodes[node].disturbed = true;
        self.nodes[node].deaf_until = deaf;
        let head = self.log.head();
        self.stall(node, head, held + 10);
        self.at(held, Event::Disturb(node, Disturbance::Trickle));
    }

    pub(crate) fn disturb(&mut self, node: usize, what: Disturbance) {
        if self.now >= WEATHER_ENDS || !self.nodes[node].up {
            return;
        }
        let short = self.random.chance(500);
        let long = self.now + self.random.between(SECOND / 10, if short { 2 * SECOND } else { 8 * SECOND });
        let until = self.before_the_end(long);
        let head = self.log.head();
        self.nodes[node].disturbed = true;
        match what {
            Disturbance::Cut => {
                self.pass(Branch::CutOff);
                self.nodes[node].cut_until = until;
            }
            Disturbance::Stall => {
                self.stall(node, head, until);
                if until > self.now + STUBBORN && until.is_multiple_of(2) {
                    self.pass(Branch::Deaf);
                    self.nodes[node].watch.deaf_until = until;
                }
            }
            Disturbance::HalfOpen => self.stall(node, head, u64::MAX),
            Disturbance::Trickle => {
                let some = self.nodes[node].watch.received.0 + self.random.between(1, 2);
                self.stall(node, Revision(some), until);
            }
            Disturbance::Pause => self.pause(node, until),
            Disturbance::Crash => {
                self.pass(Branch::Crashed);
                let life = self.nodes[node].life;
                self.exit(node, life);
            }
            Disturbance::Leave => self.leave(node),
            // Who comes through a gap of milliseconds between two outages is trusted longer than who does not, and may
            // rightly find that one silent. Where nobody may be removed the gap is long enough for all.
            Disturbance::Outage
                if self.plan.weather == Weather::Outages && self.now < self.outage_until + BETWEEN => {}
            Disturbance::Outage => self.outage(until),
            Disturbance::Compact => {
                self.pass(Branch::Compacted);
                self.log.compacted = head;
            }
            Disturbance::Adopt => {
                self.pass(Branch::Adopted);
                self.log.epoch += 1;
                self.disturb_all();
            }
        }
    }

    fn stall(&mut self, node: usize, head: Revision, until: u64) {
        // A command has no heartbeats by which it would notice.
        let until = if self.nodes[node].role == Role::Command { until.min(WEATHER_ENDS) } else { until };
        self.nodes[node].watch.limit = Some((head, until));
        self.schedule(node);
    }

    fn pause(&mut self, node: usize, until: u64) {
        if self.nodes[node].paused_until > self.now {
            return;
        }
        self.pass(Branch::Paused);
        self.nodes[node].paused_until = until;
        if self.plan.broken == Broken::ClockStops {
            self.nodes[node].stop_clock(self.now, until);
        }
    }

    fn leave(&mut self, node: usize) {
        if self.nodes[node].role == Role::Command || self.nodes[node].paused_until > self.now {
            return;
        }
        let waits = !self.nodes[node].waiting.is_empty();
        self.pass(if waits { Branch::LeftWaiting } else { Branch::Left });
        let now = self.nodes[node].boot(self.now);
        let actions = self.nodes[node].machine.leave(now, self.now / 1_000);
        self.act(node, actions);
        self.settle(node);
        let at = self.now + self.random.between(0, 4 * SECOND);
        let life = self.nodes[node].life;
        self.at(self.before_the_end(at), Event::Exit(node, life));
    }

    fn outage(&mut self, until: u64) {
        self.pass(Branch::Outage);
        self.outage_until = self.outage_until.max(until);
        self.disturb_all();
    }

    fn disturb_all(&mut self) {
        for node in &mut self.nodes {
            node.disturbed = true;
        }
    }

    pub(crate) fn before_the_end(&self, at: u64) -> u64 {
        at.min(WEATHER_ENDS).max(self.now + 1)
    }

    /// From here on a write is answered at once.
    pub(crate) fn calm_from(&self) -> u64 {
        self.settled()
    }

    /// True while the log answers nobody.
    pub(crate) fn postponed(&self) -> bool {
        self.now < self.outage_until
    }

    /// How long a message takes to or from this node.
    pub(crate) fn delay(&mut self, node: usize) -> u64 {
        if !self.is_storm() {
            return self.random.between(200, if self.plan.weather == Weather::Calm { 5_000 } else { 20_000 });
        }
        let delay = match self.random.between(0, 99) {
            0..=89 => self.random.between(200, 10_000),
            90..=96 => self.random.between(10_000, 400_000),
            _ => self.random.between(300_000, 4 * SECOND),
        };
        if delay > UNNOTICED {
            self.nodes[node].disturbed = true;
        }
        delay
    }

    pub(crate) fn loses_request(&mut self, node: usize) -> bool {
        let lost = match self.plan.weather {
            Weather::Calm => false,
            Weather::Outages => self.postponed() && self.random.chance(850),
            Weather::Storm => {
                let often = if self.nodes[node].cut_until > self.now || self.postponed() { 700 } else { 20 };
                self.now < WEATHER_ENDS && self.random.chance(often)
            }
        };
        self.nodes[node].disturbed |= lost;
        lost
    }

    pub(crate) fn loses_answer(&mut self, node: usize) -> bool {
        if self.plan.weather == Weather::Calm || self.now >= WEATHER_ENDS {
            return false;
        }
        let cut = self.nodes[node].cut_until.max(self.nodes[node].deaf_until);
        let often = if cut > self.now { 900 } else { 40 };
        let lost = self.random.chance(often);
        self.nodes[node].disturbed |= lost;
        lost
    }
}
