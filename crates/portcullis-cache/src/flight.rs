//! Loads in flight: who leads one, who waits for it, and what wakes them. Knows nothing of entries.
//!
//! A load is listed in its shard under its key from before the store is read until it lands or is detached. Whoever finds
//! it listed, and its generations still current, may wait for it; whoever has begun to wait gets its outcome whatever
//! happens to the listing afterwards.

use crate::membership::Membership;
use crate::sync::{AtomicBool, Mutex, lock};
use hashbrown::{Equivalent, HashTable};
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::{Context, Poll, Waker};

/// The leader of a load dropped its ticket without an outcome (its request was cancelled, or it panicked): begin again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Abandoned;

impl std::fmt::Display for Abandoned {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the load was abandoned before it had an outcome")
    }
}

impl std::error::Error for Abandoned {}

/// One load, shared by its ticket, its listing and its waiters.
pub(crate) struct Flight<R> {
    /// Only requests with the same variant may share it.
    pub(crate) variant: u128,
    pub(crate) members: Membership,
    pub(crate) begun_ms: u64,
    /// The fence of the key moved past this load. Written under the shard's lock.
    passed: AtomicBool,
    state: Mutex<State<R>>,
}

enum State<R> {
    Loading(Wakers),
    Landed(R),
    Abandoned,
}

/// The wakers of one load by ticket number, so that a waiter finds its own again in one step however many there are.
#[derive(Default)]
struct Wakers {
    slots: Vec<Option<Waker>>,
    free: Vec<usize>,
}

impl<R> Flight<R> {
    pub(crate) fn new(variant: u128, members: Membership, begun_ms: u64) -> Arc<Self> {
        Arc::new(Self {
            variant,
            members,
            begun_ms,
            passed: AtomicBool::new(false),
            state: Mutex::new(State::Loading(Wakers::default())),
        })
    }

    /// Was the key invalidated since the load began?
    pub(crate) fn is_passed(&self) -> bool {
        self.passed.load(Ordering::Acquire)
    }

    fn pass(&self) {
        self.passed.store(true, Ordering::Release);
    }

    #[cfg(all(test, not(loom)))]
    pub(crate) fn places(&self) -> usize {
        match &*lock(&self.state) {
            State::Loading(wakers) => wakers.slots.len(),
            State::Landed(_) | State::Abandoned => 0,
        }
    }

    /// Hand the outcome to all who wait, and to those who have begun to and are yet to be polled.
    pub(crate) fn land(&self, outcome: R) {
        self.settle(State::Landed(outcome));
    }

    /// Tell all who wait that there will be no outcome.
    pub(crate) fn abandon(&self) {
        self.settle(State::Abandoned);
    }

    fn settle(&self, settled: State<R>) {
        let before = std::mem::replace(&mut *lock(&self.state), settled);
        // Wakers are foreign code: they run without our lock.
        if let State::Loading(wakers) = before {
            wakers.slots.into_iter().flatten().for_each(Waker::wake);
        }
    }
}

/// Waits for the outcome of a load that someone else leads. Dropping it forgets its waker and disturbs nobody.
#[must_use = "a waiter does nothing unless it is polled"]
pub struct Waiter<R> {
    flight: Arc<Flight<R>>,
    slot: Option<usize>,
}

impl<R> Waiter<R> {
    pub(crate) fn new(flight: Arc<Flight<R>>) -> Self {
        Self { flight, slot: None }
    }
}

impl<R: Clone> Future for Waiter<R> {
    type Output = Result<R, Abandoned>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let waiter = self.get_mut();
        let replaced = match &mut *lock(&waiter.flight.state) {
            State::Landed(outcome) => return Poll::Ready(Ok(outcome.clone())),
            State::Abandoned => return Poll::Ready(Err(Abandoned)),
            State::Loading(wakers) => wakers.keep(&mut waiter.slot, cx.waker()),
        };
        drop(replaced);
        Poll::Pending
    }
}

impl<R> Drop for Waiter<R> {
    fn drop(&mut self) {
        let Some(slot) = self.slot else { return };
        let waker = match &mut *lock(&self.flight.state) {
            State::Loading(wakers) => wakers.forget(slot),
            State::Landed(_) | State::Abandoned => None,
        };
        drop(waker);
    }
}

impl Wakers {
    /// Keep the newest waker of one waiter. Answers the one that it replaced, to be dropped without the lock.
    fn keep(&mut self, slot: &mut Option<usize>, waker: &Waker) -> Option<Waker> {
        if let Some(kept) = slot.and_then(|number| self.slots.get_mut(number)) {
            return match kept {
                Some(same) if same.will_wake(waker) => None,
                _ => kept.replace(waker.clone()),
            };
        }
        let number = self.free.pop().unwrap_or(self.slots.len());
        match self.slots.get_mut(number) {
            Some(vacant) => *vacant = Some(waker.clone()),
            None => self.slots.push(Some(waker.clone())),
        }
        *slot = Some(number);
        None
    }

    fn forget(&mut self, number: usize) -> Option<Waker> {
        let waker = self.slots.get_mut(number)?.take()?;
        self.free.push(number);
        Some(waker)
    }
}

/// The loads in flight of one shard, by key. Reached under the shard's lock only.
pub(crate) struct Flights<K, R> {
    by_key: HashTable<Listing<K, R>>,
}

struct Listing<K, R> {
    key: K,
    hash: u64,
    /// One for each variant; more only where callers name different scopes for one key.
    flights: Vec<Arc<Flight<R>>>,
}

impl<K, R> Flights<K, R> {
    pub(crate) fn new() -> Self {
        Self { by_key: HashTable::new() }
    }

    /// A load of the key that the caller may wait for.
    pub(crate) fn find<Q>(
        &self,
        hash: u64,
        key: &Q,
        joinable: impl Fn(&Flight<R>) -> bool,
    ) -> Option<Arc<Flight<R>>>
    where
        Q: Equivalent<K> + ?Sized,
    {
        let listing = self.by_key.find(hash, |listing| key.equivalent(&listing.key))?;
        listing.flights.iter().find(|flight| joinable(flight)).map(Arc::clone)
    }

    /// List a load. Loads of the same key that nobody may join any more leave the list.
    pub(crate) fn list(
        &mut self,
        hash: u64,
        key: K,
        flight: Arc<Flight<R>>,
        stale: impl Fn(&Flight<R>) -> bool,
    ) where
        K: Equivalent<K>,
    {
        match self.by_key.find_mut(hash, |listing| key.equivalent(&listing.key)) {
            Some(listing) => {
                listing.flights.retain(|listed| !stale(listed));
                listing.flights.push(flight);
            }
            None => {
                let listing = Listing { key, hash, flights: vec![flight] };
                self.by_key.insert_unique(hash, listing, |listing| listing.hash);
            }
        }
    }

    /// A load ended: it leaves the list, if it is still there.
    pub(crate) fn unlist<Q>(&mut self, hash: u64, key: &Q, flight: &Arc<Flight<R>>)
    where
        Q: Equivalent<K> + ?Sized,
    {
        let Ok(mut found) = self.by_key.find_entry(hash, |listing| key.equivalent(&listing.key)) else {
            return;
        };
        found.get_mut().flights.retain(|listed| !Arc::ptr_eq(listed, flight));
        if found.get().flights.is_empty() {
            found.remove();
            self.give_back();
        }
    }

    /// The key was invalidated: no load of it that runs now may be inserted or joined.
    pub(crate) fn detach<Q>(&mut self, hash: u64, key: &Q, fence_stays: bool, stay_listed: bool)
    where
        Q: Equivalent<K> + ?Sized,
    {
        let Ok(found) = self.by_key.find_entry(hash, |listing| key.equivalent(&listing.key)) else { return };
        if !fence_stays {
            found.get().flights.iter().for_each(|flight| flight.pass());
        }
        if !stay_listed {
            found.remove();
            self.give_back();
        }
    }

    /// Memory that a storm of loads took is given back when it is over.
    fn give_back(&mut self) {
        if self.by_key.is_empty() && self.by_key.capacity() > 64 {
            self.by_key = HashTable::new();
        }
    }

    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        self.by_key.iter().map(|listing| listing.flights.len()).sum()
    }
}
