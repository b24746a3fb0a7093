//! Whole clusters in virtual time, each run determined by its seed: nodes with wrong clocks over one log, everything late,
//! lost, doubled, paused, killed, while credentials are revoked, caches cleared, and requests decide. What must never happen
//! is in `simulator/oracle.rs`. Nothing here reads a clock, opens a socket or starts a cluster: only threads share the seeds.
//!
//! A longer hunt: `PORTCULLIS_SIMULATOR_SEEDS=200000 cargo test -p portcullis-cluster --test simulator hunt`; elsewhere:
//! `PORTCULLIS_SIMULATOR_FIRST=1000000`. One seed again: that as `FIRST`, and 1 as `SEEDS`. A seed that fails is mended and
//! kept in `FAILED`.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on fails"
)]

mod simulator {
    pub(crate) mod branch;
    pub(crate) mod drive;
    pub(crate) mod feed;
    pub(crate) mod log;
    pub(crate) mod mutants;
    pub(crate) mod node;
    pub(crate) mod oracle;
    pub(crate) mod plan;
    pub(crate) mod random;
    pub(crate) mod request;
    pub(crate) mod weather;
    pub(crate) mod world;
    pub(crate) mod write;
}

use std::ops::Range;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use simulator::branch::{BRANCHES, Branch, Passed};
use simulator::mutants::{MUTANTS, caught_by};
use simulator::oracle::Violation;
use simulator::plan::Broken;
use simulator::world::run;

/// Seeds that have failed once, each for a fault that was mended: a member that had joined after the write and was said to
/// have left; a lease that was captured before its node left and counted after it; a writer that waited through an outage
/// and removed the healthy at its end; a watch that nobody looked after any more, while a later heartbeat was owed. They
/// show it with the script of the runs as it is now.
const FAILED: &[u64] = &[28, 97, 133, 213, 1480];

/// How many seeds a plain run hunts through: enough that each branch is passed many times.
const SEEDS: u64 = 2_000;

/// Within how many seeds each broken rule has to be caught.
const MUTANT_SEEDS: u64 = 3_000;

/// How many violations are shown.
const SHOWN: usize = 5;

fn variable(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).map_or(otherwise, |text| text.parse().expect("a number"))
}

/// Calls it with every number, on all cores.
fn share(numbers: Range<u64>, each: impl Fn(u64) + Sync) {
    let next = AtomicU64::new(numbers.start);
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= numbers.end {
                        break;
                    }
                    each(number);
                }
            });
        }
    });
}

#[test]
fn seeds_that_failed_once_hold() {
    for seed in FAILED {
        let violations = run(*seed, Broken::Nothing).violations;
        assert!(violations.is_empty(), "seed {seed}: {violations:#?}");
    }
}

#[test]
fn a_seed_determines_its_run() {
    for seed in 0..20 {
        assert_eq!(run(seed, Broken::Nothing).passed, run(seed, Broken::Nothing).passed, "seed {seed}");
    }
}

#[test]
fn hunts_through_seeds() {
    let first = variable("PORTCULLIS_SIMULATOR_FIRST", 0);
    let seeds = variable("PORTCULLIS_SIMULATOR_SEEDS", SEEDS);
    let all: Mutex<(Vec<(u64, Violation)>, Passed)> = Mutex::default();
    share(first..first + seeds, |seed| {
        let report = run(seed, Broken::Nothing);
        let mut all = all.lock().expect("nobody panics with it");
        all.0.extend(report.violations.into_iter().map(|violation| (seed, violation)));
        all.1.add(&report.passed);
    });
    let (mut violations, passed) = all.into_inner().expect("nobody panics with it");
    for branch in BRANCHES {
        println!("{:>9} {branch:?}", passed.of(*branch));
    }
    violations.sort_by_key(|(seed, _)| *seed);
    let count = violations.len();
    violations.truncate(SHOWN);
    assert!(violations.is_empty(), "{count} violations, by seed: {violations:#?}");
    if seeds >= SEEDS {
        let never: Vec<Branch> = BRANCHES.iter().copied().filter(|branch| passed.of(*branch) == 0).collect();
        assert!(never.is_empty(), "no seed came past {never:?}: what is there is not tested");
    }
}

#[test]
fn every_broken_rule_is_caught() {
    let escaped: Mutex<Vec<Broken>> = Mutex::default();
    share(0..MUTANTS.len() as u64, |number| {
        let broken = MUTANTS[usize::try_from(number).expect("small")];
        let by = caught_by(broken);
        let catches =
            |seed: &u64| run(*seed, broken).violations.iter().any(|violation| Some(violation.kind) == by);
        let Some(seed) = (0..MUTANT_SEEDS).find(catches) else {
            return escaped.lock().expect("nobody panics with it").push(broken);
        };
        println!("{broken:?}: {by:?} at seed {seed}");
    });
    let escaped = escaped.into_inner().expect("nobody panics with it");
    assert!(escaped.is_empty(), "within {MUTANT_SEEDS} seeds nothing showed {escaped:?}");
}
