//! One shard: its lock, its entries and its loads in flight. One lock covers both tables, because an invalidation must
//! remove the entry and detach the loads in one step. Decides nothing about freshness; `ticket` and `lib` do.

use crate::flight::Flights;
use crate::limits::Expiry;
use crate::membership::Membership;
use crate::scope::Registry;
use crate::sync::RwLock;
use hashbrown::{Equivalent, HashTable};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// A shard. Readers share the lock: a hit never waits for another hit.
// Two cache lines, as neighbours are fetched in pairs: a hit in one shard must not slow hits in the next.
#[repr(align(128))]
pub(crate) struct Shard<K, V, R> {
    pub(crate) tables: RwLock<Tables<K, V, R>>,
    pub(crate) hits: AtomicU64,
    pub(crate) misses: AtomicU64,
}

pub(crate) struct Tables<K, V, R> {
    pub(crate) residents: Residents<K, V>,
    pub(crate) flights: Flights<K, R>,
}

impl<K, V, R> Shard<K, V, R> {
    pub(crate) fn new() -> Self {
        Self {
            tables: RwLock::new(Tables { residents: Residents::new(), flights: Flights::new() }),
            hits: AtomicU64::new(0),
            misses: AtomicU64::new(0),
        }
    }
}

/// A value and what must hold for it to be an answer.
pub(crate) struct Entry<K, V> {
    pub(crate) key: K,
    pub(crate) value: V,
    pub(crate) members: Membership,
    pub(crate) bytes: usize,
    pub(crate) written_ms: u64,
    hash: u64,
    used_ms: AtomicU64,
    /// Second chance: found since the hand last passed.
    used: AtomicBool,
}

impl<K, V> Entry<K, V> {
    pub(crate) fn new(hash: u64, key: K, value: V, members: Membership, bytes: usize, now_ms: u64) -> Self {
        Self {
            key,
            value,
            members,
            bytes,
            written_ms: now_ms,
            hash,
            used_ms: AtomicU64::new(now_ms),
            used: AtomicBool::new(false),
        }
    }

    /// What the cache itself spends on an entry, in bytes: the entry, its index of 32 bits, and the eighth of the index that
    /// is kept empty with its control bytes.
    pub(crate) const OVERHEAD: usize = size_of::<Self>() + 6;

    pub(crate) fn hash(&self) -> u64 {
        self.hash
    }

    /// May it be handed out: of the current generation, and not expired?
    pub(crate) fn is_alive(&self, registry: &Registry, expiry: Expiry, now_ms: u64) -> bool {
        self.members.is_current(registry) && !self.is_expired(expiry, now_ms)
    }

    pub(crate) fn is_expired(&self, expiry: Expiry, now_ms: u64) -> bool {
        expiry.is_over(self.written_ms, self.used_ms.load(Ordering::Relaxed), now_ms)
    }

    /// Under a shared lock: stores only where something changes, so that hits on one key do not fight for its line.
    pub(crate) fn touch(&self, expiry: Expiry, now_ms: u64) {
        if !self.used.load(Ordering::Relaxed) {
            self.used.store(true, Ordering::Relaxed);
        }
        if matches!(expiry, Expiry::AfterAccess(_)) && self.used_ms.load(Ordering::Relaxed) < now_ms {
            self.used_ms.fetch_max(now_ms, Ordering::Relaxed);
        }
    }

    /// Take its second chance. Says whether it had one.
    pub(crate) fn take_chance(&mut self) -> bool {
        std::mem::take(self.used.get_mut())
    }
}

/// The entries of a shard, without holes, in the order in which the eviction's hand meets them, and an index by hash.
pub(crate) struct Residents<K, V> {
    entries: Vec<Entry<K, V>>,
    index: HashTable<u32>,
    /// Where eviction looks next.
    pub(crate) hand: usize,
    /// Where reclaiming looks next.
    pub(crate) broom: usize,
}

impl<K, V> Residents<K, V> {
    fn new() -> Self {
        Self { entries: Vec::new(), index: HashTable::new(), hand: 0, broom: 0 }
    }

    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    #[cfg(all(test, not(loom)))]
    pub(crate) fn capacity(&self) -> usize {
        self.entries.capacity()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Entry<K, V>> {
        self.entries.iter()
    }

    pub(crate) fn at(&self, position: usize) -> Option<&Entry<K, V>> {
        self.entries.get(position)
    }

    pub(crate) fn at_mut(&mut self, position: usize) -> Option<&mut Entry<K, V>> {
        self.entries.get_mut(position)
    }

    pub(crate) fn position<Q>(&self, hash: u64, key: &Q) -> Option<usize>
    where
        Q: Equivalent<K> + ?Sized,
    {
        let is_it = |&position: &u32| {
            self.entries
                .get(position as usize)
                .is_some_and(|entry| entry.hash == hash && key.equivalent(&entry.key))
        };
        self.index.find(hash, is_it).map(|&position| position as usize)
    }

    pub(crate) fn find<Q>(&self, hash: u64, key: &Q) -> Option<&Entry<K, V>>
    where
        Q: Equivalent<K> + ?Sized,
    {
        self.position(hash, key).and_then(|position| self.entries.get(position))
    }

    /// Put another entry of the same key in this place. Answers the old one, or the new one if there is no such place.
    pub(crate) fn replace(&mut self, position: usize, entry: Entry<K, V>) -> Entry<K, V> {
        match self.entries.get_mut(position) {
            Some(old) => std::mem::replace(old, entry),
            None => entry,
        }
    }

    /// Put an entry of another key, which is not here, in this place. Answers the old one.
    pub(crate) fn displace(&mut self, position: usize, entry: Entry<K, V>) -> Option<Entry<K, V>> {
        let place = self.entries.get_mut(position)?;
        let hash = entry.hash;
        let old = std::mem::replace(place, entry);
        let entries = &self.entries;
        let hash_at = |&at: &u32| entries.get(at as usize).map_or(0, |entry| entry.hash);
        if let Ok(slot) = self.index.find_entry(old.hash, |&at| at as usize == position) {
            let (at, _) = slot.remove();
            self.index.insert_unique(hash, at, hash_at);
        }
        Some(old)
    }

    /// Add an entry whose key is not here. Answers it back if the positions do not go so far.
    pub(crate) fn push(&mut self, entry: Entry<K, V>) -> Option<Entry<K, V>> {
        let Ok(position) = u32::try_from(self.entries.len()) else { return Some(entry) };
        if self.entries.len() == self.entries.capacity() {
            // By half, not by double: what is reserved and empty counts in the bytes for each entry.
            self.entries.reserve_exact((self.entries.len() / 2).max(4));
        }
        let entries = &self.entries;
        let hash_at = |&position: &u32| entries.get(position as usize).map_or(entry.hash, |entry| entry.hash);
        self.index.insert_unique(entry.hash, position, hash_at);
        self.entries.push(entry);
        None
    }

    /// Take an entry out; the last one moves into its place.
    pub(crate) fn remove(&mut self, position: usize) -> Option<Entry<K, V>> {
        let hash = self.entries.get(position)?.hash;
        if let Ok(slot) = self.index.find_entry(hash, |&at| at as usize == position) {
            slot.remove();
        }
        let gone = self.entries.swap_remove(position);
        let last = self.entries.len();
        if let Some(moved) = self.entries.get(position)
            && let Some(at) = self.index.find_mut(moved.hash, |&at| at as usize == last)
            && let Ok(position) = u32::try_from(position)
        {
            *at = position;
        }
        self.give_back();
        Some(gone)
    }

    /// After a clear the memory goes back too, not only the values.
    fn give_back(&mut self) {
        let len = self.entries.len();
        if self.entries.capacity() > 64 && len < self.entries.capacity() / 4 {
            self.entries.shrink_to(len + len / 2);
            let entries = &self.entries;
            self.index.shrink_to(len + len / 2, |&at| entries.get(at as usize).map_or(0, |entry| entry.hash));
        }
    }
}
