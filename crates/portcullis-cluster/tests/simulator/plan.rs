//! What a run is made of: which weather, which clocks and windows, which rule is broken. What happens then, the world decides.

use portcullis_cluster::{Mutant, Timing};

use super::random::Random;

/// One second of true time.
pub(crate) const SECOND: u64 = 1_000_000;

/// When nothing is disturbed any more.
pub(crate) const WEATHER_ENDS: u64 = 18 * SECOND;

/// A rule that is broken: the machine's own are in [`Mutant`], the others are the driver's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Broken {
    Nothing,
    Machine(Mutant),
    /// Decisions are not made again when what they looked at has moved.
    SkipRecheck,
    /// The lease is captured after the decision.
    LateLease,
    /// The clock is asked before the generations.
    ClockBeforeGenerations,
    /// Nobody asks the clock.
    NoFence,
    /// Nodes are set to a drift of 0.
    NoDrift,
    /// Clocks are wrong by 15 %, with a setting of 11 %.
    WorseClocks,
    /// Clocks stand still while a node is paused.
    ClockStops,
    /// A write's wait counts from its sending.
    WaitFromSend,
    /// The members are read before the write's transaction.
    MembersBefore,
    /// A removal does not name the revision that was seen.
    RemoveBlindly,
    /// What is committed is told as applied before the caches are cleared.
    AckStored,
    /// Caches are cleared before the replica is committed.
    CachesFirst,
    /// What was loaded is kept without a ticket.
    NoTicket,
    /// Everything is read anew, and the caches are kept.
    ResyncKeepsCaches,
    /// A barrier does not wait until the node has applied what it read.
    BarrierEarly,
    /// A request joins a barrier whose read was sent before it came.
    JoinInFlight,
    /// A write that finds nothing to do answers at once.
    NothingToDoAnswers,
    /// A clear answers when its time is over, whoever still trusts what it cleared.
    TimeoutAnswers,
    /// A writer removes who was silent while it was fenced itself.
    RemoveFenced,
    /// What was captured goes on to count when trust is dropped.
    LeaseOutlivesTrust,
}

/// How a run is disturbed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Weather {
    /// Not at all: nobody may ever lose trust, nor wait.
    Calm,
    /// The log is away now and then, and loses answers: nobody may be removed.
    Outages,
    /// Everything.
    Storm,
}

#[derive(Clone, Copy)]
pub(crate) struct Plan {
    pub(crate) seed: u64,
    pub(crate) weather: Weather,
    pub(crate) broken: Broken,
}

impl Plan {
    pub(crate) fn new(seed: u64, broken: Broken) -> Self {
        let weather = match Random::new(seed ^ 0xfeed).between(0, 9) {
            0 => Weather::Calm,
            1 => Weather::Outages,
            _ => Weather::Storm,
        };
        Self { seed, weather, broken }
    }

    /// A clock's rate in millionths.
    pub(crate) fn rate(&self, random: &mut Random) -> u64 {
        let worst = if self.broken == Broken::WorseClocks { 150_000 } else { 110_000 };
        let middle = random.between(1_000_000 - worst, 1_000_000 + worst);
        random.pick(&[1_000_000 - worst, 1_000_000 + worst, middle])
    }

    /// The timings of as many nodes. They differ only in a storm.
    pub(crate) fn timings(&self, nodes: usize, random: &mut Random) -> Vec<Timing> {
        let first = self.timing(random);
        let differ = self.weather == Weather::Storm && random.chance(600);
        (0..nodes).map(|_| if differ { self.timing(random) } else { first }).collect()
    }

    fn timing(&self, random: &mut Random) -> Timing {
        let window = random.pick(&[2_000, 2_000, 2_000, 3_000, 4_000, 6_000]);
        let heartbeat = match self.weather {
            Weather::Storm => random.pick(&[200, 300, 500]),
            // So that the log's return is told to everybody before anybody's patience ends.
            Weather::Calm | Weather::Outages => window / 10,
        };
        let drift = if self.broken == Broken::NoDrift { 0.0 } else { random.pick(&[0.11, 0.11, 0.11, 0.2]) };
        Timing::new(window, heartbeat, drift).expect("allowed")
    }
}
