//! Every interleaving of loads and invalidations of one key, as the model checker sees their locks and atomics.
//!
//! `RUSTFLAGS="--cfg loom" cargo test -p portcullis-cache --release --target-dir target/loom loom`
//!
//! The source is a version that each invalidator raises before it invalidates. An invalidation is acknowledged by raising
//! a floor after it. A value under the floor that was read before the question was asked breaks the fence.

use crate::{Cache, Expiry, Keep, Kept, Limits, Mutant, ScopeKey, Start, Why};
use ::loom::future::block_on;
use ::loom::sync::atomic::AtomicU64;
use ::loom::thread;
use std::sync::Arc;
use std::sync::atomic::Ordering::{AcqRel, Acquire};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Op {
    /// Look, and load on a miss.
    Load,
    /// Load without looking, as a mismatch with the cached hash does.
    Reload,
    /// Begin a load and give up; whoever waits must not wait for ever.
    Abandon,
    Key,
    Scope,
    All,
}

use Op::{Abandon, All, Key, Load, Reload, Scope};

struct World {
    cache: Cache<u8, u64, u64>,
    scopes: [ScopeKey; 1],
    version: AtomicU64,
    floor: AtomicU64,
}

/// What was seen in all interleavings together.
#[derive(Default)]
struct Verdict {
    stale: AtomicBool,
    refused: AtomicBool,
    followed: AtomicBool,
    miscounted: AtomicBool,
    runs: AtomicUsize,
}

impl World {
    fn new(mutant: Mutant) -> Self {
        let cache = Cache::new(Limits { max_entries: 4, expiry: Expiry::Never });
        cache.set_mutant(mutant);
        Self { cache, scopes: ["realm".into()], version: AtomicU64::new(0), floor: AtomicU64::new(0) }
    }

    fn begin(&self) -> Start<u8, u64, u64> {
        self.cache.begin(1, 0, &self.scopes, 0)
    }

    fn run(&self, op: Op, verdict: &Verdict) {
        match op {
            Load => {
                let floor = self.floor.load(Acquire);
                match self.cache.get(&1, 0) {
                    Some(value) if value < floor => verdict.stale.store(true, SeqCst),
                    Some(_) => {}
                    None => self.load(verdict),
                }
            }
            Reload => self.load(verdict),
            Abandon => {
                if let Start::Lead(ticket) = self.begin() {
                    drop(ticket);
                }
            }
            Key => self.acknowledge(|cache| cache.invalidate(&1, Why::Feed)),
            Scope => self.acknowledge(|cache| cache.invalidate_scope("realm", Why::Feed)),
            All => self.acknowledge(|cache| cache.invalidate_all(Why::Feed)),
        }
    }

    fn load(&self, verdict: &Verdict) {
        loop {
            let floor = self.floor.load(Acquire);
            let value = match self.begin() {
                Start::Lead(ticket) => {
                    let value = self.version.load(Acquire);
                    if ticket.finish(value, Some(Keep { value, bytes: 0 }), 0) == Kept::Refused {
                        verdict.refused.store(true, SeqCst);
                    }
                    value
                }
                Start::Follow(waiter) => {
                    verdict.followed.store(true, SeqCst);
                    match block_on(waiter) {
                        Ok(value) => value,
                        Err(_) => continue,
                    }
                }
            };
            if value < floor {
                verdict.stale.store(true, SeqCst);
            }
            return;
        }
    }

    fn acknowledge(&self, invalidate: impl Fn(&Cache<u8, u64, u64>) -> usize) {
        let version = self.version.fetch_add(1, AcqRel) + 1;
        invalidate(&self.cache);
        self.floor.fetch_max(version, AcqRel);
    }

    /// After all is done: what is left must be fresh, counted, and no load may be listed.
    fn close(&self, verdict: &Verdict) {
        let left = self.cache.peek(&1, 0);
        if left.is_some_and(|value| value < self.floor.load(Acquire)) {
            verdict.stale.store(true, SeqCst);
        }
        let evicted = self.cache.invalidate_scope("realm", Why::Api);
        if evicted != usize::from(left.is_some()) || self.cache.invalidate_all(Why::Api) != 0 {
            verdict.miscounted.store(true, SeqCst);
        }
        assert_eq!(self.cache.flights(), 0, "a load that ended is still listed");
    }
}

/// Run the operations on a thread each, in every interleaving with at most so many preemptions. `LOOM_MAX_PREEMPTIONS`
/// sets another bound.
fn explore(ops: &[Op], filled: bool, preemptions: Option<usize>, mutant: Mutant) -> Arc<Verdict> {
    let verdict = Arc::new(Verdict::default());
    let (shared, owned) = (Arc::clone(&verdict), ops.to_vec());
    let mut builder = ::loom::model::Builder::new();
    builder.preemption_bound = builder.preemption_bound.or(preemptions);
    builder.check(move || {
        shared.runs.fetch_add(1, SeqCst);
        let world = Arc::new(World::new(mutant));
        if filled {
            world.load(&shared);
        }
        let (first, others) = owned.split_first().unwrap();
        let spawn = |&op: &Op| {
            let (world, verdict) = (Arc::clone(&world), Arc::clone(&shared));
            thread::spawn(move || world.run(op, &verdict))
        };
        let threads: Vec<_> = others.iter().map(spawn).collect();
        world.run(*first, &shared);
        threads.into_iter().for_each(|thread| thread.join().unwrap());
        world.close(&shared);
    });
    println!("{ops:?}, filled: {filled}, {mutant:?}: {} interleavings", verdict.runs.load(SeqCst));
    verdict
}

/// The fence holds, from an empty cache and from one that has the key.
fn holds(ops: &[Op], preemptions: Option<usize>) {
    for filled in [false, true] {
        let verdict = explore(ops, filled, preemptions, Mutant::None);
        assert!(!verdict.stale.load(SeqCst), "{ops:?}: a stale value was handed out or kept");
        assert!(!verdict.miscounted.load(SeqCst), "{ops:?}: the counts do not agree with the entries");
        let loads = ops.iter().filter(|op| matches!(op, Load | Reload)).count();
        if !filled && loads > 0 && ops.iter().any(|op| matches!(op, Key | Scope | All)) {
            assert!(verdict.refused.load(SeqCst), "{ops:?}: no load met the fence, so nothing was tested");
        }
        if !filled && loads > 1 {
            assert!(verdict.followed.load(SeqCst), "{ops:?}: no load was shared, so nothing was tested");
        }
    }
}

/// The fault is noticed: the same checks fail in some interleaving.
fn is_caught(mutant: Mutant, ops: &[Op], preemptions: Option<usize>) {
    let verdict = explore(ops, false, preemptions, mutant);
    assert!(verdict.stale.load(SeqCst), "{mutant:?} in {ops:?} was not noticed");
}

#[test]
fn loom_pairs_exhaustively() {
    for pair in [[Load, Key], [Load, Scope], [Load, All], [Reload, Key], [Reload, Scope], [Reload, All]] {
        holds(&pair, None);
    }
    for pair in [[Load, Load], [Load, Reload], [Reload, Reload], [Abandon, Load], [Abandon, Reload]] {
        holds(&pair, None);
    }
    for pair in [[Key, Key], [Key, Scope], [Key, All], [Scope, Scope], [Scope, All], [All, All]] {
        holds(&pair, None);
    }
}

// Without a bound the smallest of these has over a million interleavings, the largest more than a test can wait for.

#[test]
fn loom_triples() {
    for triple in [[Load, Reload, Key], [Load, Reload, Scope], [Load, Key, Scope], [Reload, Key, Scope]] {
        holds(&triple, Some(4));
    }
    for triple in [[Load, Reload, All], [Load, Key, All], [Load, Scope, All], [Abandon, Load, Key]] {
        holds(&triple, Some(3));
    }
    // The first drops the last reference to the scope while the second asks for it: the third must find the new one.
    holds(&[Abandon, Load, Scope], Some(4));
}

#[test]
fn loom_all_four() {
    holds(&[Load, Reload, Key, Scope], Some(2));
}

#[test]
fn loom_catches_a_fence_that_does_not_move() {
    is_caught(Mutant::FenceStays, &[Load, Key], None);
    is_caught(Mutant::FenceStays, &[Load, Scope], None);
    is_caught(Mutant::FenceStays, &[Load, All], None);
}

#[test]
fn loom_catches_an_insert_without_a_check() {
    is_caught(Mutant::NoTicketCheck, &[Load, Key], None);
    is_caught(Mutant::NoTicketCheck, &[Load, Scope], None);
    is_caught(Mutant::NoTicketCheck, &[Load, All], None);
}

#[test]
fn loom_catches_a_load_that_stays_joinable() {
    is_caught(Mutant::NoDetach, &[Load, Reload, Key], Some(3));
    is_caught(Mutant::NoDetach, &[Load, Reload, Scope], Some(3));
    is_caught(Mutant::NoDetach, &[Load, Reload, All], Some(3));
}
