//! The fence on real threads, and the proof that this would notice if it were broken.
//!
//! Each key has a version in the source. A writer raises it, invalidates, and then raises the key's floor. Whoever asks reads
//! the floor first and must not be answered with less. Answers to those who began to wait before the floor rose are covered,
//! because they read the floor before they asked.

use super::fixture::keep;
use crate::{Cache, Expiry, Kept, Limits, Mutant, ScopeKey, Start, Why};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering::SeqCst};
use std::task::{Context, Wake, Waker};

const KEYS: usize = 8;
const SCOPES: usize = 2;

struct World {
    cache: Cache<usize, u64, u64>,
    scopes: [ScopeKey; SCOPES],
    versions: [AtomicU64; KEYS],
    floors: [AtomicU64; KEYS],
    evicted: AtomicUsize,
    inserted: AtomicUsize,
    stale: AtomicBool,
}

struct Unpark(std::thread::Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

fn block_on<F: Future + Unpin>(mut future: F) -> F::Output {
    let waker = Waker::from(Arc::new(Unpark(std::thread::current())));
    loop {
        match std::pin::Pin::new(&mut future).poll(&mut Context::from_waker(&waker)) {
            std::task::Poll::Ready(output) => return output,
            std::task::Poll::Pending => std::thread::park(),
        }
    }
}

impl World {
    fn new(max_entries: usize, mutant: Mutant) -> Self {
        let cache = Cache::new(Limits { max_entries, expiry: Expiry::Never });
        cache.set_mutant(mutant);
        Self {
            cache,
            scopes: ["even".into(), "odd".into()],
            versions: Default::default(),
            floors: Default::default(),
            evicted: AtomicUsize::new(0),
            inserted: AtomicUsize::new(0),
            stale: AtomicBool::new(false),
        }
    }

    fn judge(&self, value: u64, floor: u64) {
        if value < floor {
            self.stale.store(true, SeqCst);
        }
    }

    /// One request: look, and on a miss lead a load or wait for one. Between reading the source and finishing, `while_loading`.
    fn ask(&self, key: usize, while_loading: impl Fn()) {
        let floor = self.floors[key].load(SeqCst);
        if let Some(value) = self.cache.get(&key, 0) {
            return self.judge(value, floor);
        }
        loop {
            let floor = self.floors[key].load(SeqCst);
            match self.cache.begin(key, 0, &self.scopes[key % SCOPES..][..1], 0) {
                Start::Lead(ticket) => {
                    let value = self.versions[key].load(SeqCst);
                    while_loading();
                    if ticket.finish(value, keep(value), 0) == Kept::Inserted {
                        self.inserted.fetch_add(1, SeqCst);
                    }
                    return;
                }
                Start::Follow(waiter) => {
                    if let Ok(value) = block_on(waiter) {
                        return self.judge(value, floor);
                    }
                }
            }
        }
    }

    /// One change of the keys that the invalidation covers.
    fn change(&self, what: usize) {
        let (keys, invalidate): (Vec<usize>, Box<dyn Fn() -> usize>) = match what % (KEYS + SCOPES + 1) {
            key if key < KEYS => (vec![key], Box::new(move || self.cache.invalidate(&key, Why::Feed))),
            KEYS => ((0..KEYS).collect(), Box::new(|| self.cache.invalidate_all(Why::Feed))),
            scope => {
                let scope = scope - KEYS - 1;
                let keys = (0..KEYS).filter(|key| key % SCOPES == scope).collect();
                (keys, Box::new(move || self.cache.invalidate_scope(&self.scopes[scope], Why::Feed)))
            }
        };
        let raised: Vec<u64> = keys.iter().map(|&key| self.versions[key].fetch_add(1, SeqCst) + 1).collect();
        self.evicted.fetch_add(invalidate(), SeqCst);
        for (&key, raised) in keys.iter().zip(raised) {
            self.floors[key].fetch_max(raised, SeqCst);
        }
    }
}

/// A small generator, so that each thread has a sequence of its own that does not depend on the others.
fn sequence(seed: u64) -> impl FnMut() -> usize {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 33) as usize
    }
}

fn storm(max_entries: usize, mutant: Mutant, rounds: usize) -> World {
    let world = World::new(max_entries, mutant);
    std::thread::scope(|scope| {
        for reader in 0..4 {
            let world = &world;
            scope.spawn(move || {
                let mut next = sequence(reader + 1);
                for _ in 0..rounds {
                    let key = next() % KEYS;
                    world.ask(key, std::thread::yield_now);
                }
            });
        }
        for writer in 0..2 {
            let world = &world;
            scope.spawn(move || {
                let mut next = sequence(writer + 100);
                for round in 0..rounds {
                    world.change(next());
                    if round % 64 == 0 {
                        world.cache.reclaim(4, 0);
                    }
                    std::thread::yield_now();
                }
            });
        }
    });
    world
}

#[test]
fn nothing_older_than_an_acknowledged_invalidation_is_handed_out() {
    for max_entries in [0, 1, 3, 100] {
        let world = storm(max_entries, Mutant::None, 20_000);
        assert!(!world.stale.load(SeqCst), "a stale value was handed out, with room for {max_entries}");
        assert_eq!(world.cache.flights(), 0);
        let stats = world.cache.stats(0);
        if max_entries > 0 {
            assert!(stats.refused_inserts > 0, "no load met an invalidation, so nothing was tested");
        }
        // Each entry that came in was replaced, evicted for room, counted by one invalidation, or is still there.
        let found = (0..KEYS).filter(|key| world.cache.peek(key, 0).is_some()).count();
        let left = world.cache.invalidate_all(Why::Api);
        assert_eq!(left, found, "the count drifted from the entries");
        let gone = stats.evictions.replaced + stats.evictions.capacity;
        let counted = world.evicted.load(SeqCst) + left;
        let inserted = world.inserted.load(SeqCst);
        // A replaced entry may have been dead, and counted already by the clear that killed it.
        assert!(
            counted <= inserted && inserted <= counted + gone as usize,
            "{inserted} in, {counted} counted, {stats:?}"
        );
        // A sweep goes from where the last one stopped to the end of the shard: two of them see all of it.
        world.cache.reclaim(100, 0);
        world.cache.reclaim(100, 0);
        assert_eq!(world.cache.inner.registry.resident(), 0);
        assert_eq!(world.cache.inner.registry.known_scopes(), 0);
    }
}

/// What an invalidation may cover, as [`World::change`] numbers it, for a key of the first scope.
fn coverings(key: usize) -> [usize; 3] {
    [key, KEYS, KEYS + 1]
}

// The races that the faults need, in an order that is forced: what the storm finds by chance must be found for certain.

/// An invalidation meets a load that has read the source. Is its value found afterwards?
fn is_found_after(mutant: Mutant, what: usize) -> bool {
    let world = World::new(10, mutant);
    world.ask(0, || world.change(what));
    world.ask(0, || {});
    world.stale.load(SeqCst)
}

/// An invalidation meets a load that has read the source. Is its outcome handed to somebody who comes afterwards?
fn is_joined_after(mutant: Mutant, what: usize) -> bool {
    let world = World::new(10, mutant);
    let begin = || world.cache.begin(0, 0, &world.scopes[..1], 0);
    let Start::Lead(ticket) = begin() else { panic!("nobody leads yet") };
    let value = world.versions[0].load(SeqCst);
    world.change(what);
    let floor = world.floors[0].load(SeqCst);
    let late = begin();
    assert_ne!(ticket.finish(value, None, 0), Kept::Inserted);
    if let Start::Follow(waiter) = late {
        world.judge(block_on(waiter).unwrap(), floor);
    }
    world.stale.load(SeqCst)
}

#[test]
fn the_forced_races_hold() {
    for what in coverings(0) {
        assert!(!is_found_after(Mutant::None, what) && !is_joined_after(Mutant::None, what), "{what}");
    }
}

#[test]
fn a_fence_that_does_not_move_is_caught() {
    for what in coverings(0) {
        assert!(is_found_after(Mutant::FenceStays, what), "{what}");
    }
}

#[test]
fn an_insert_without_a_check_is_caught() {
    for what in coverings(0) {
        assert!(is_found_after(Mutant::NoTicketCheck, what), "{what}");
    }
}

#[test]
fn a_load_that_stays_joinable_is_caught() {
    for what in coverings(0) {
        assert!(is_joined_after(Mutant::NoDetach, what), "{what}");
    }
}
