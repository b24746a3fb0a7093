//! What a cache can tell about itself. Plain numbers: rendering and metric names live with the callers.

use crate::eviction::Cause;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// Who asked for an invalidation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Why {
    /// A change of the security index.
    Feed,
    /// A change of a file in the configuration directory.
    File,
    /// A clear-cache request.
    Api,
    /// The store is not the one that the cache was filled from.
    Store,
}

impl Why {
    /// All reasons, in the order of [`Stats::invalidations`].
    pub const ALL: [Self; 4] = [Self::Feed, Self::File, Self::Api, Self::Store];
}

/// Invalidations for one reason.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Invalidations {
    /// Calls, those that found nothing included.
    pub calls: u64,
    /// Entries that they made unreachable, by the count that each call answered.
    pub evicted: u64,
}

/// Entries that left without an invalidation of their key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Evictions {
    /// Alive, to make room.
    pub capacity: u64,
    /// Their time was over.
    pub expired: u64,
    /// A newer value of the same key took their place, whether they were alive or not.
    pub replaced: u64,
    /// Freed after a clear of a scope or of the whole cache, which counts them among its own `evicted`.
    pub outdated: u64,
}

/// The state of a cache at one moment and its counters since it was made. Each number is right; they are not all of the
/// same instant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    /// Entries that would be found now.
    pub entries: usize,
    /// Entries in memory that are dead and wait to be reclaimed.
    pub unreclaimed: usize,
    /// Estimate of the memory of all entries, dead ones included: what `Keep::bytes` said, and what the cache itself
    /// spends on an entry.
    pub bytes: usize,
    /// Calls of `get` that found an entry.
    pub hits: u64,
    /// Calls of `get` that did not.
    pub misses: u64,
    /// Loads that began.
    pub loads: u64,
    /// Calls of `begin` that joined a load in flight.
    pub coalesced: u64,
    /// Loads whose ticket was dropped without an outcome.
    pub abandoned: u64,
    /// Time that finished loads took from `begin` to `finish`, in milliseconds.
    pub load_millis: u64,
    /// Values that the fence kept out.
    pub refused_inserts: u64,
    /// Entries that left, by cause.
    pub evictions: Evictions,
    /// Invalidations, by reason in the order of [`Why::ALL`]; see [`Stats::invalidated`].
    pub invalidations: [Invalidations; 4],
    /// Milliseconds since the oldest entry that would be found now was written; none if there is no entry.
    pub oldest_entry_age_ms: Option<u64>,
}

impl Stats {
    /// Invalidations for one reason.
    pub fn invalidated(&self, why: Why) -> Invalidations {
        self.invalidations.get(why as usize).copied().unwrap_or_default()
    }
}

/// The counters behind [`Stats`] that are not kept by shard. None of them is on the path of a hit.
#[derive(Default)]
pub(crate) struct Counters {
    pub(crate) loads: AtomicU64,
    pub(crate) coalesced: AtomicU64,
    pub(crate) abandoned: AtomicU64,
    pub(crate) load_millis: AtomicU64,
    pub(crate) refused_inserts: AtomicU64,
    capacity: AtomicU64,
    expired: AtomicU64,
    outdated: AtomicU64,
    pub(crate) replaced: AtomicU64,
    invalidations: [(AtomicU64, AtomicU64); 4],
}

impl Counters {
    pub(crate) fn evicted(&self, cause: Cause) {
        let counter = match cause {
            Cause::Capacity => &self.capacity,
            Cause::Expired => &self.expired,
            Cause::Outdated => &self.outdated,
        };
        counter.fetch_add(1, Relaxed);
    }

    pub(crate) fn invalidated(&self, why: Why, evicted: usize) {
        if let Some((calls, entries)) = self.invalidations.get(why as usize) {
            calls.fetch_add(1, Relaxed);
            entries.fetch_add(evicted as u64, Relaxed);
        }
    }

    /// The counters, with everything that is measured otherwise left at zero.
    pub(crate) fn read(&self) -> Stats {
        Stats {
            loads: self.loads.load(Relaxed),
            coalesced: self.coalesced.load(Relaxed),
            abandoned: self.abandoned.load(Relaxed),
            load_millis: self.load_millis.load(Relaxed),
            refused_inserts: self.refused_inserts.load(Relaxed),
            evictions: Evictions {
                capacity: self.capacity.load(Relaxed),
                expired: self.expired.load(Relaxed),
                replaced: self.replaced.load(Relaxed),
                outdated: self.outdated.load(Relaxed),
            },
            invalidations: self.invalidations.each_ref().map(|(calls, evicted)| Invalidations {
                calls: calls.load(Relaxed),
                evicted: evicted.load(Relaxed),
            }),
            ..Stats::default()
        }
    }
}
