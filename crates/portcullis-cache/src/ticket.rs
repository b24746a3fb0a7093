//! The right to insert, which only the leader of a load has, and what becomes of it. There is no other way into the cache.

use crate::Inner;
use crate::eviction::Judge;
use crate::flight::{Flight, Waiter};
use crate::membership::Membership;
use crate::mutant::Mutant;
use crate::scope::Admission;
use crate::shard::{Entry, Residents};
use crate::sync::write;
use std::hash::Hash;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;

/// What `begin` answers.
pub enum Start<K: Hash + Eq + Clone, V: Clone, R: Clone> {
    /// Load it: read the store now, then `finish`.
    Lead(Ticket<K, V, R>),
    /// Somebody loads it with the same credential: wait for the outcome.
    Follow(Waiter<R>),
}

/// A value to insert.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keep<V> {
    /// The value.
    pub value: V,
    /// Estimate of the memory that key and value have on the heap, in bytes. For statistics only: the limit of a cache
    /// counts entries.
    pub bytes: usize,
}

/// What became of the value at `finish`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "a refused value must not be used for requests that began after the invalidation"]
pub enum Kept {
    /// It is in the cache.
    Inserted,
    /// Something that covers the key was invalidated since the load began.
    Refused,
    /// There was none to keep, or the cache keeps nothing.
    Nothing,
}

/// Leads the load of one key: was given before the store is read, and decides afterwards whether the value may stay.
/// Dropped without [`finish`](Self::finish) it abandons the load, and each waiter is told to begin again.
#[must_use = "dropping a ticket abandons its load"]
pub struct Ticket<K: Hash + Eq + Clone, V: Clone, R: Clone> {
    cache: Arc<Inner<K, V, R>>,
    flight: Arc<Flight<R>>,
    key: K,
    hash: u64,
    finished: bool,
}

impl<K: Hash + Eq + Clone, V: Clone, R: Clone> Ticket<K, V, R> {
    pub(crate) fn new(cache: Arc<Inner<K, V, R>>, flight: Arc<Flight<R>>, key: K, hash: u64) -> Self {
        Self { cache, flight, key, hash, finished: false }
    }

    /// How many places for wakers the load has, free ones included.
    #[cfg(all(test, not(loom)))]
    pub(crate) fn places(&self) -> usize {
        self.flight.places()
    }

    /// The key that is being loaded.
    pub fn key(&self) -> &K {
        &self.key
    }

    /// Was nothing that covers the key invalidated since the load began? An answer of `true` may be out of date when it
    /// arrives: `finish` asks again, under the lock.
    pub fn is_current(&self) -> bool {
        !self.flight.is_passed() && self.flight.members.is_current(&self.cache.registry)
    }

    /// End the load: insert the value, if there is one and the ticket is still current, then hand `outcome` to everyone
    /// who waits. They began to wait before any invalidation that came in between, so they may have it even if the value
    /// is refused.
    pub fn finish(mut self, outcome: R, keep: Option<Keep<V>>, now_ms: u64) -> Kept {
        let kept = self.cache.land(&self.key, self.hash, &self.flight, keep, now_ms);
        self.finished = true;
        self.flight.land(outcome);
        kept
    }
}

impl<K: Hash + Eq + Clone, V: Clone, R: Clone> Drop for Ticket<K, V, R> {
    fn drop(&mut self) {
        if self.finished {
            return;
        }
        self.cache.counters.abandoned.fetch_add(1, Relaxed);
        write(&self.cache.shard(self.hash).tables).flights.unlist(self.hash, &self.key, &self.flight);
        self.flight.abandon();
    }
}

impl<K: Hash + Eq + Clone, V: Clone, R: Clone> Inner<K, V, R> {
    fn land(&self, key: &K, hash: u64, flight: &Arc<Flight<R>>, keep: Option<Keep<V>>, now_ms: u64) -> Kept {
        self.counters.load_millis.fetch_add(now_ms.saturating_sub(flight.begun_ms), Relaxed);
        let keep = keep.filter(|_| self.max_entries > 0);
        // The entry is made before the lock is taken and what it displaces is dropped after: both call foreign code.
        let entry = keep.map(|keep| {
            let members = flight.members.clone();
            Entry::new(hash, key.clone(), keep.value, members, keep.bytes, now_ms)
        });
        let shard = self.shard(hash);
        let mut tables = write(&shard.tables);
        tables.flights.unlist(hash, key, flight);
        let Some(mut entry) = entry else { return Kept::Nothing };
        let unchecked = self.switch.is(Mutant::NoTicketCheck);
        if unchecked {
            entry.members = Membership::now(&self.registry, entry.members.scopes());
        }
        if flight.is_passed() && !unchecked {
            drop(tables);
            self.counters.refused_inserts.fetch_add(1, Relaxed);
            return Kept::Refused;
        }
        let judge = Judge { registry: &self.registry, expiry: self.expiry, now_ms };
        let (kept, displaced) = self.settle(&mut tables.residents, entry, judge);
        drop(tables);
        drop(displaced);
        if kept == Kept::Refused {
            self.counters.refused_inserts.fetch_add(1, Relaxed);
        }
        kept
    }

    /// Find a place for the entry, if its generations are current. Answers what has to be dropped for it.
    fn settle(
        &self,
        residents: &mut Residents<K, V>,
        entry: Entry<K, V>,
        judge: Judge<'_>,
    ) -> (Kept, Option<Entry<K, V>>) {
        if let Some(position) = residents.position(entry.hash(), &entry.key) {
            let Some(old) = residents.at(position) else { return (Kept::Nothing, Some(entry)) };
            if self.registry.exchange(&old.members, &entry.members) != Admission::Admitted {
                return (Kept::Refused, Some(entry));
            }
            self.counters.replaced.fetch_add(1, Relaxed);
            return (Kept::Inserted, Some(residents.replace(position, entry)));
        }
        match self.registry.admit(&entry.members, self.max_entries) {
            Admission::Admitted => (Kept::Inserted, residents.push(entry)),
            Admission::Stale => (Kept::Refused, Some(entry)),
            Admission::Full => self.displace(residents, entry, judge),
        }
    }

    /// Put the entry in the place of another of its shard.
    fn displace(
        &self,
        residents: &mut Residents<K, V>,
        entry: Entry<K, V>,
        judge: Judge<'_>,
    ) -> (Kept, Option<Entry<K, V>>) {
        // A shard without entries while the cache is full: only with several shards, each of hundreds of entries on
        // average, so never in practice; not worth a second shard's lock.
        let Some((position, cause)) = residents.victim(judge) else { return (Kept::Nothing, Some(entry)) };
        let Some(victim) = residents.at(position) else { return (Kept::Nothing, Some(entry)) };
        if self.registry.exchange(&victim.members, &entry.members) != Admission::Admitted {
            return (Kept::Refused, Some(entry));
        }
        self.counters.evicted(cause);
        let gone = residents.displace(position, entry);
        (Kept::Inserted, gone)
    }
}
