//! Scopes: named sets of keys that are invalidated together, at a cost that does not depend on how many keys they have.
//! The registry knows the scopes that an entry or a load refers to, their generations and their counts; it never holds a
//! key or a value.
//!
//! # Counting
//!
//! A clear must say how many resident entries it made unreachable without looking at them. So a scope counts its entries
//! of the current generation, and the registry counts those of the whole cache. That is exact where no two scopes share
//! an entry. Where they do (a role set has a scope for each role), an entry that one scope's clear killed stays in the
//! counts of the others until it is reclaimed, as an expired one does.

use crate::membership::{Membership, Stamp};
use crate::sync::{AtomicU64, Mutex, lock};
use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Weak};

/// The name of a scope, e.g. of a realm, a service account or a role.
pub type ScopeKey = Arc<str>;

/// One scope that at least one entry or load refers to.
pub(crate) struct Scope {
    name: ScopeKey,
    /// Moved by each clear, under the ledger's lock; read without it.
    generation: AtomicU64,
    counts: Counts,
    registry: Arc<Registry>,
}

/// Entries of a scope's current generation. Read and written under the ledger's lock only.
#[derive(Default)]
struct Counts {
    /// The era (generation of the whole cache) that the counts belong to: a clear of the whole cache empties every scope
    /// without visiting it.
    era: AtomicU64,
    /// Entries that are in this scope and no other.
    sole: AtomicUsize,
    /// Entries that are in other scopes too.
    shared: AtomicUsize,
}

impl Scope {
    pub(crate) fn generation(&self) -> u64 {
        self.generation.load(Ordering::Acquire)
    }

    fn count_of(&self, alone: bool) -> &AtomicUsize {
        if alone { &self.counts.sole } else { &self.counts.shared }
    }

    fn enter_era(&self, era: u64) {
        if self.counts.era.swap(era, Ordering::Relaxed) != era {
            self.counts.sole.store(0, Ordering::Relaxed);
            self.counts.shared.store(0, Ordering::Relaxed);
        }
    }
}

impl Drop for Scope {
    /// Nobody refers to the scope any more, so nothing is lost with its generation.
    fn drop(&mut self) {
        let mut ledger = lock(&self.registry.ledger);
        // Somebody may have asked for the name since the last reference went: then the slot holds a new scope.
        if ledger.scopes.get(&self.name).is_some_and(|slot| std::ptr::eq(slot.as_ptr(), self)) {
            ledger.scopes.remove(&self.name);
            if ledger.scopes.capacity() > 4 * ledger.scopes.len().max(16) {
                ledger.scopes.shrink_to_fit();
            }
        }
    }
}

/// All scopes of one cache, and the number of its entries.
#[derive(Default)]
pub(crate) struct Registry {
    /// The generation of the cache as a whole. Moved under the ledger's lock; read without it.
    era: AtomicU64,
    ledger: Mutex<Ledger>,
}

#[derive(Default)]
struct Ledger {
    /// Entries in memory, dead ones included: what the capacity bounds.
    resident: usize,
    /// Entries of the current era, less those that a clear of their only scope took.
    live: usize,
    scopes: HashMap<ScopeKey, Weak<Scope>>,
}

/// What the registry says to an entry that wants to come in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Admission {
    /// Counted.
    Admitted,
    /// Something that covers the key was cleared since the load began.
    Stale,
    /// As many entries are resident as may be: another has to leave first.
    Full,
}

impl Registry {
    /// The scopes of these names, made where they do not exist, each once, in an order that depends only on the set.
    pub(crate) fn intern(self: &Arc<Self>, names: &[ScopeKey]) -> Vec<Arc<Scope>> {
        if names.is_empty() {
            return Vec::new();
        }
        let mut scopes: Vec<Arc<Scope>> = Vec::with_capacity(names.len());
        let mut ledger = lock(&self.ledger);
        for name in names {
            if let Some(known) = ledger.scopes.get(name).and_then(Weak::upgrade) {
                scopes.push(known);
                continue;
            }
            let scope = Arc::new(Scope {
                name: Arc::clone(name),
                generation: AtomicU64::new(0),
                counts: Counts::default(),
                registry: Arc::clone(self),
            });
            ledger.scopes.insert(Arc::clone(name), Arc::downgrade(&scope));
            scopes.push(scope);
        }
        // A scope must not be dropped under the lock that its drop takes: `dedup` drops only references to scopes that
        // stay in the list.
        drop(ledger);
        scopes.sort_unstable_by_key(|scope| Arc::as_ptr(scope) as usize);
        scopes.dedup_by(|a, b| Arc::ptr_eq(a, b));
        scopes
    }

    pub(crate) fn era(&self) -> u64 {
        self.era.load(Ordering::Acquire)
    }

    /// Count a new entry, if it is current and there is room.
    pub(crate) fn admit(&self, members: &Membership, max_entries: usize) -> Admission {
        let mut ledger = lock(&self.ledger);
        if !members.is_current(self) {
            return Admission::Stale;
        }
        if ledger.resident >= max_entries {
            return Admission::Full;
        }
        ledger.count_in(members);
        Admission::Admitted
    }

    /// Count a new entry in the place of one that leaves, if the new one is current. Never [`Admission::Full`].
    pub(crate) fn exchange(&self, leaving: &Membership, members: &Membership) -> Admission {
        let mut ledger = lock(&self.ledger);
        if !members.is_current(self) {
            return Admission::Stale;
        }
        ledger.count_out(leaving, self.era());
        ledger.count_in(members);
        Admission::Admitted
    }

    /// An entry left. Says whether its generations were current, that is whether no clear had taken it before.
    pub(crate) fn forget(&self, members: &Membership) -> bool {
        let mut ledger = lock(&self.ledger);
        let current = members.is_current(self);
        ledger.count_out(members, self.era());
        current
    }

    /// Move the generation of a scope. Answers how many entries that took.
    pub(crate) fn clear(&self, name: &str, fence_stays: bool) -> usize {
        let mut ledger = lock(&self.ledger);
        // No entry and no load refers to a scope that is not here, nor to one on its way out.
        let Some(scope) = ledger.scopes.get(name).and_then(Weak::upgrade) else { return 0 };
        scope.enter_era(self.era());
        let sole = scope.counts.sole.swap(0, Ordering::Relaxed);
        let shared = scope.counts.shared.swap(0, Ordering::Relaxed);
        ledger.live = ledger.live.saturating_sub(sole);
        if !fence_stays {
            // Release: who sees the new generation sees what the caller did before it cleared.
            scope.generation.fetch_add(1, Ordering::AcqRel);
        }
        drop(ledger);
        // `scope` goes after the lock, which its drop takes.
        sole + shared
    }

    /// Move the generation of the whole cache. Answers how many entries that took.
    pub(crate) fn clear_all(&self, fence_stays: bool) -> usize {
        let mut ledger = lock(&self.ledger);
        let evicted = std::mem::take(&mut ledger.live);
        if !fence_stays {
            self.era.fetch_add(1, Ordering::AcqRel);
        }
        evicted
    }

    #[cfg(all(test, not(loom)))]
    pub(crate) fn known_scopes(&self) -> usize {
        lock(&self.ledger).scopes.len()
    }

    #[cfg(all(test, not(loom)))]
    pub(crate) fn resident(&self) -> usize {
        lock(&self.ledger).resident
    }
}

impl Ledger {
    fn count_in(&mut self, members: &Membership) {
        self.resident += 1;
        self.live += 1;
        let stamps = members.stamps();
        for Stamp { scope, .. } in stamps {
            scope.enter_era(members.era());
            scope.count_of(stamps.len() == 1).fetch_add(1, Ordering::Relaxed);
        }
    }

    fn count_out(&mut self, members: &Membership, era: u64) {
        self.resident = self.resident.saturating_sub(1);
        if members.era() != era {
            return;
        }
        let stamps = members.stamps();
        let alone = stamps.len() == 1;
        let mut taken = false;
        for stamp in stamps {
            if stamp.is_current() {
                let count = stamp.scope.count_of(alone);
                count.store(count.load(Ordering::Relaxed).saturating_sub(1), Ordering::Relaxed);
            } else {
                taken = alone;
            }
        }
        if !taken {
            self.live = self.live.saturating_sub(1);
        }
    }
}
