//! The fenced cache: a sharded map whose every write needs a ticket, taken before the store was read.
//!
//! Here live the entries, their limits, the sharing of loads and the fence: **a value whose load began before an
//! invalidation of its key is never inserted after it, and never handed to a caller that asked after it.** Callers that
//! already waited for that load may have its outcome: they are concurrent with the invalidation.
//!
//! Here never live: what a key or a value means, an executor, a clock, input or output. Time comes in as `now_ms`,
//! milliseconds of one monotonic clock for all calls on a cache.
//!
//! ```
//! use portcullis_cache::{Cache, Expiry, Keep, Kept, Limits, Start, Why};
//!
//! let cache: Cache<String, u32, u32> = Cache::new(Limits { max_entries: 100, expiry: Expiry::AfterWrite(60_000) });
//! let realm = ["native".into()];
//! let Start::Lead(ticket) = cache.begin("jo".to_owned(), 0, &realm, 0) else { unreachable!() };
//! // ... read the store ...
//! assert_eq!(ticket.finish(7, Some(Keep { value: 7, bytes: 2 }), 5), Kept::Inserted);
//! assert_eq!(cache.get("jo", 10), Some(7));
//! assert_eq!(cache.invalidate_scope("native", Why::Api), 1);
//! assert_eq!(cache.get("jo", 10), None);
//! ```
//!
//! # How the fence works
//!
//! One lock covers a shard's entries and its loads in flight. `begin` lists the load under that lock and stamps it with
//! the generations of its scopes. `invalidate` removes the entry, marks the key's loads as passed and takes them off the
//! list, in one step under that lock; `invalidate_scope` and `invalidate_all` move a generation. `finish` asks for the
//! mark and the generations, under the locks that those are moved under, before it inserts; `get` asks for an entry's
//! generations before it hands it out; `begin` joins a load only if its generations are current.
//!
//! Locks are taken in the order shard, ledger of scopes; the lock of a flight is never held with another.

mod eviction;
mod flight;
mod limits;
mod membership;
mod mutant;
mod scope;
mod shard;
mod stats;
mod sync;
mod ticket;

#[cfg(test)]
mod tests;

use crate::eviction::Judge;
use crate::flight::Flight;
use crate::membership::Membership;
use crate::mutant::Switch;
use crate::scope::Registry;
use crate::shard::{Entry, Shard};
use crate::stats::Counters;
use crate::sync::{read, write};
use std::hash::{BuildHasher, Hash, RandomState};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

pub use crate::flight::{Abandoned, Waiter};
pub use crate::limits::{Expiry, Limits};
#[cfg(any(test, loom, feature = "mutants"))]
pub use crate::mutant::Mutant;
#[cfg(not(any(test, loom, feature = "mutants")))]
use crate::mutant::Mutant;
pub use crate::scope::ScopeKey;
pub use crate::stats::{Evictions, Invalidations, Stats, Why};
pub use crate::ticket::{Keep, Kept, Start, Ticket};
pub use hashbrown::Equivalent;

/// More would not help: a shard's lock is held for well under a microsecond.
const MOST_SHARDS: usize = 64;

/// A cache with fewer entries than twice this is one shard: the fewer entries a shard has, the more its evictions differ
/// from those of the whole.
const ENTRIES_PER_SHARD: usize = 512;

/// How many entries `reclaim` looks at before it lets go of a shard's lock.
const SWEEP_STEP: usize = 128;

/// A bounded map from `K` to `V` with shared loads whose outcome is `R`, and the fence described at the top.
pub struct Cache<K: Hash + Eq + Clone, V: Clone, R: Clone> {
    inner: Arc<Inner<K, V, R>>,
}

struct Inner<K: Hash + Eq + Clone, V: Clone, R: Clone> {
    shards: Box<[Shard<K, V, R>]>,
    registry: Arc<Registry>,
    counters: Counters,
    max_entries: usize,
    expiry: Expiry,
    /// Keyed at random for each cache: keys are chosen by whoever sends requests.
    hasher: RandomState,
    /// The shard at which `reclaim` goes on.
    broom: AtomicUsize,
    switch: Switch,
}

impl<K: Hash + Eq + Clone, V: Clone, R: Clone> Cache<K, V, R> {
    /// An empty cache. It takes memory as it fills.
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        // A shard numbers its places with 32 bits.
        let max_entries = limits.max_entries.min(u32::MAX as usize);
        let wanted = (max_entries / ENTRIES_PER_SHARD).clamp(1, MOST_SHARDS);
        let shards = 1 << wanted.ilog2();
        Self {
            inner: Arc::new(Inner {
                shards: (0..shards).map(|_| Shard::new()).collect(),
                registry: Arc::default(),
                counters: Counters::default(),
                max_entries,
                expiry: limits.expiry,
                hasher: RandomState::new(),
                broom: AtomicUsize::new(0),
                switch: Switch::default(),
            }),
        }
    }

    /// The value of a key, unless it was invalidated or is expired at `now_ms`. Counts a hit or a miss; a hit gives the
    /// entry a second chance with eviction and, under [`Expiry::AfterAccess`], a new term.
    pub fn get<Q>(&self, key: &Q, now_ms: u64) -> Option<V>
    where
        Q: Hash + Equivalent<K> + ?Sized,
    {
        let hash = self.inner.hasher.hash_one(key);
        let shard = self.inner.shard(hash);
        let tables = read(&shard.tables);
        let found = self.inner.alive(tables.residents.find(hash, key), now_ms).map(|entry| {
            entry.touch(self.inner.expiry, now_ms);
            entry.value.clone()
        });
        drop(tables);
        let counter = if found.is_some() { &shard.hits } else { &shard.misses };
        counter.fetch_add(1, Relaxed);
        found
    }

    /// What [`get`](Self::get) would find, without leaving a trace in counts, term or eviction.
    pub fn peek<Q>(&self, key: &Q, now_ms: u64) -> Option<V>
    where
        Q: Hash + Equivalent<K> + ?Sized,
    {
        let hash = self.inner.hasher.hash_one(key);
        let tables = read(&self.inner.shard(hash).tables);
        self.inner.alive(tables.residents.find(hash, key), now_ms).map(|entry| entry.value.clone())
    }

    /// Lead the load of a key or join the one in flight. Only calls with the same `variant` (a keyed digest of the
    /// credential presented) and the same set of `scopes` share a load. Call it before the store is read.
    ///
    /// It does not look for an entry: a mismatch with a cached hash must load although there is one.
    pub fn begin(&self, key: K, variant: u128, scopes: &[ScopeKey], now_ms: u64) -> Start<K, V, R> {
        let inner = &self.inner;
        let scopes = inner.registry.intern(scopes);
        let hash = inner.hasher.hash_one(&key);
        let mut tables = write(&inner.shard(hash).tables);
        let same = |flight: &Flight<R>| {
            flight.variant == variant && flight.members.is_of(&scopes) && inner.is_joinable(flight)
        };
        if let Some(flight) = tables.flights.find(hash, &key, same) {
            drop(tables);
            inner.counters.coalesced.fetch_add(1, Relaxed);
            return Start::Follow(Waiter::new(flight));
        }
        let members = Membership::now(&inner.registry, scopes);
        let flight = Flight::new(variant, members, now_ms);
        tables.flights.list(hash, key.clone(), Arc::clone(&flight), |listed| !inner.is_joinable(listed));
        drop(tables);
        inner.counters.loads.fetch_add(1, Relaxed);
        Start::Lead(Ticket::new(Arc::clone(inner), flight, key, hash))
    }

    /// From now on neither the entry of this key nor the outcome of a load of it that already runs answers anybody who
    /// asks. Answers whether there was an entry, expired or not, that no earlier invalidation had taken: 0 or 1.
    pub fn invalidate<Q>(&self, key: &Q, why: Why) -> usize
    where
        Q: Hash + Equivalent<K> + ?Sized,
    {
        let inner = &self.inner;
        let hash = inner.hasher.hash_one(key);
        let fence_stays = inner.switch.is(Mutant::FenceStays);
        let stay_listed = inner.switch.is(Mutant::NoDetach);
        let mut tables = write(&inner.shard(hash).tables);
        tables.flights.detach(hash, key, fence_stays, stay_listed);
        let position = tables.residents.position(hash, key);
        let gone = position.and_then(|position| tables.residents.remove(position));
        let evicted = usize::from(gone.as_ref().is_some_and(|entry| inner.registry.forget(&entry.members)));
        drop(tables);
        drop(gone);
        inner.counters.invalidated(why, evicted);
        evicted
    }

    /// The same for all keys of a scope, at a cost that does not depend on how many there are. Answers the number of
    /// entries of the scope's current generation in memory; expired ones are among them, and so are, if keys have several
    /// scopes, those that a clear of another scope killed, until they are reclaimed.
    pub fn invalidate_scope(&self, scope: &str, why: Why) -> usize {
        let evicted = self.inner.registry.clear(scope, self.inner.switch.is(Mutant::FenceStays));
        self.inner.counters.invalidated(why, evicted);
        evicted
    }

    /// The same for all keys, at a cost that does not depend on how many there are. Counts as
    /// [`invalidate_scope`](Self::invalidate_scope) does.
    pub fn invalidate_all(&self, why: Why) -> usize {
        let evicted = self.inner.registry.clear_all(self.inner.switch.is(Mutant::FenceStays));
        self.inner.counters.invalidated(why, evicted);
        evicted
    }

    /// Look at up to `budget` entries, going on where the last call stopped, and free those that are dead. Answers how
    /// many it freed. Holds a shard's lock for at most 128 entries at a time. Meant to be called now and then: dead
    /// entries are no answers, but take memory and, until an eviction meets them, room.
    pub fn reclaim(&self, budget: usize, now_ms: u64) -> usize {
        let inner = &self.inner;
        let judge = Judge { registry: &inner.registry, expiry: inner.expiry, now_ms };
        let (mut left, mut total, mut ended) = (budget, 0, 0);
        // One round at most: a cache of fewer than `budget` entries is looked at once.
        while left > 0 && ended < inner.shards.len() {
            let Some(shard) = inner.shards.get(inner.broom.load(Relaxed) % inner.shards.len()) else { break };
            let mut freed = Vec::new();
            let mut tables = write(&shard.tables);
            let (seen, at_end) = tables.residents.sweep(left.min(SWEEP_STEP), judge, &mut freed);
            for (entry, cause) in &freed {
                inner.registry.forget(&entry.members);
                inner.counters.evicted(*cause);
            }
            drop(tables);
            total += freed.len();
            left -= seen;
            if at_end {
                inner.broom.fetch_add(1, Relaxed);
                ended += 1;
            }
        }
        total
    }

    /// Counters, and sums over the entries as they are at `now_ms`. Visits every entry, one shard at a time, with a lock
    /// that hits share: for a statistics request, not for each request.
    #[must_use]
    pub fn stats(&self, now_ms: u64) -> Stats {
        let inner = &self.inner;
        let mut stats = inner.counters.read();
        for shard in &inner.shards {
            stats.hits += shard.hits.load(Relaxed);
            stats.misses += shard.misses.load(Relaxed);
            for entry in read(&shard.tables).residents.iter() {
                stats.bytes += entry.bytes + Entry::<K, V>::OVERHEAD;
                if entry.is_alive(&inner.registry, inner.expiry, now_ms) {
                    stats.entries += 1;
                    let age = now_ms.saturating_sub(entry.written_ms);
                    stats.oldest_entry_age_ms = stats.oldest_entry_age_ms.max(Some(age));
                } else {
                    stats.unreclaimed += 1;
                }
            }
        }
        stats
    }

    /// Loads in flight.
    #[cfg(test)]
    fn flights(&self) -> usize {
        self.inner.shards.iter().map(|shard| read(&shard.tables).flights.len()).sum()
    }

    /// Break one rule of the fence, or none.
    #[cfg(any(test, loom, feature = "mutants"))]
    pub fn set_mutant(&self, mutant: Mutant) {
        self.inner.switch.set(mutant);
    }
}

impl<K: Hash + Eq + Clone, V: Clone, R: Clone> Inner<K, V, R> {
    fn shard(&self, hash: u64) -> &Shard<K, V, R> {
        // The table inside uses the lowest and the seven highest bits.
        let number = (hash >> 32) as usize & (self.shards.len() - 1);
        #[expect(clippy::indexing_slicing, reason = "masked by the length, a power of two")]
        &self.shards[number]
    }

    fn alive<'a>(&self, found: Option<&'a Entry<K, V>>, now_ms: u64) -> Option<&'a Entry<K, V>> {
        found.filter(|entry| entry.is_alive(&self.registry, self.expiry, now_ms))
    }

    /// May somebody who asks now wait for this load?
    fn is_joinable(&self, flight: &Flight<R>) -> bool {
        flight.members.is_current(&self.registry) || self.switch.is(Mutant::NoDetach)
    }
}
