//! Loads in flight: who shares one, who gets its outcome, and that nothing of it stays behind.

use super::fixture::{Bell, Numbers, cache, follow, keep, lead, names, poll, put};
use crate::{Abandoned, Expiry, Kept, Start, Why};
use std::sync::Arc;
use std::task::Poll;

#[test]
fn the_same_credential_shares_a_load() {
    let cache = cache(10, Expiry::Never);
    let ticket = lead(&cache, 1, &["a"]);
    let (mut one, mut two) = (follow(&cache, 1, &["a"]), follow(&cache, 1, &["a"]));
    let (first, second) = (Arc::new(Bell::default()), Arc::new(Bell::default()));
    assert_eq!(poll(&mut one, &first), Poll::Pending);
    assert_eq!(poll(&mut two, &second), Poll::Pending);
    assert_eq!(ticket.finish(11, keep(11), 0), Kept::Inserted);
    assert_eq!((first.rung(), second.rung()), (1, 1));
    assert_eq!(poll(&mut one, &first), Poll::Ready(Ok(11)));
    assert_eq!(poll(&mut two, &second), Poll::Ready(Ok(11)));
    let stats = cache.stats(0);
    assert_eq!((stats.loads, stats.coalesced), (1, 2));
}

#[test]
fn another_credential_loads_for_itself() {
    let cache = cache(10, Expiry::Never);
    let right = lead(&cache, 1, &[]);
    let Start::Lead(wrong) = cache.begin(1, 1, &[], 0) else { panic!("joined the load of another secret") };
    assert_eq!(wrong.finish(401, None, 0), Kept::Nothing);
    assert!(matches!(cache.begin(1, 0, &[], 0), Start::Follow(_)), "the other's end ended this one");
    assert_eq!(right.finish(200, keep(11), 0), Kept::Inserted);
    assert_eq!(cache.get(&1, 0), Some(11));
}

#[test]
fn other_scopes_load_for_themselves() {
    let cache = cache(10, Expiry::Never);
    let ticket = lead(&cache, 1, &["a"]);
    // A clear of `b` covers whoever asks under `b`, but not the load that runs.
    let other = lead(&cache, 1, &["a", "b"]);
    cache.invalidate_scope("b", Why::Feed);
    assert!(ticket.is_current());
    assert!(!other.is_current());
}

#[test]
fn scopes_are_a_set() {
    let cache = cache(10, Expiry::Never);
    let _ticket = lead(&cache, 1, &["a", "b", "a"]);
    assert!(matches!(cache.begin(1, 0, &names(&["b", "a"]), 0), Start::Follow(_)));
}

#[test]
fn who_waited_before_an_invalidation_gets_the_outcome_and_who_comes_after_loads_anew() {
    for clear in [
        |cache: &Numbers| cache.invalidate(&1, Why::Feed),
        |cache: &Numbers| cache.invalidate_scope("a", Why::Feed),
        |cache: &Numbers| cache.invalidate_all(Why::Feed),
    ] {
        let cache = cache(10, Expiry::Never);
        let old = lead(&cache, 1, &["a"]);
        let mut early = follow(&cache, 1, &["a"]);
        clear(&cache);
        let new = lead(&cache, 1, &["a"]);
        let mut late = follow(&cache, 1, &["a"]);
        let bell = Arc::default();
        assert_eq!(old.finish(1, keep(1), 0), Kept::Refused);
        assert_eq!(poll(&mut early, &bell), Poll::Ready(Ok(1)));
        assert_eq!(poll(&mut late, &bell), Poll::Pending);
        assert!(
            matches!(cache.begin(1, 0, &names(&["a"]), 0), Start::Follow(_)),
            "the old load unlisted the new one"
        );
        assert_eq!(new.finish(2, keep(2), 0), Kept::Inserted);
        assert_eq!(poll(&mut late, &bell), Poll::Ready(Ok(2)));
        assert_eq!(cache.get(&1, 0), Some(2));
        assert_eq!(cache.flights(), 0);
    }
}

#[test]
fn waiters_wake_after_the_value_is_in() {
    let cache = cache(10, Expiry::Never);
    let ticket = lead(&cache, 1, &[]);
    let mut waiter = follow(&cache, 1, &[]);
    let found = std::thread::scope(|scope| {
        let reader = scope.spawn(|| {
            let waker = std::task::Waker::from(Arc::new(Unpark(std::thread::current())));
            let mut context = std::task::Context::from_waker(&waker);
            while std::pin::Pin::new(&mut waiter).poll(&mut context).is_pending() {
                std::thread::park();
            }
            cache.peek(&1, 0)
        });
        assert_eq!(ticket.finish(11, keep(11), 0), Kept::Inserted);
        reader.join().unwrap()
    });
    assert_eq!(found, Some(11));
}

struct Unpark(std::thread::Thread);

impl std::task::Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

#[test]
fn an_abandoned_load_sends_its_waiters_back() {
    let cache = cache(10, Expiry::Never);
    let ticket = lead(&cache, 1, &[]);
    let mut waiter = follow(&cache, 1, &[]);
    let mut unpolled = follow(&cache, 1, &[]);
    let bell = Arc::default();
    assert_eq!(poll(&mut waiter, &bell), Poll::Pending);
    drop(ticket);
    assert_eq!(bell.rung(), 1);
    assert_eq!(poll(&mut waiter, &bell), Poll::Ready(Err(Abandoned)));
    assert_eq!(poll(&mut unpolled, &bell), Poll::Ready(Err(Abandoned)));
    assert_eq!(cache.stats(0).abandoned, 1);
    put(&cache, 1, 12, &[], 0);
}

#[test]
fn a_leader_that_panics_abandons() {
    let cache = cache(10, Expiry::Never);
    let ticket = lead(&cache, 1, &[]);
    let mut waiter = follow(&cache, 1, &[]);
    let end = std::panic::catch_unwind(std::panic::AssertUnwindSafe(move || {
        let _ticket = ticket;
        std::panic::resume_unwind(Box::new("the store failed"));
    }));
    assert!(end.is_err());
    assert_eq!(poll(&mut waiter, &Arc::default()), Poll::Ready(Err(Abandoned)));
    assert_eq!(cache.flights(), 0);
}

#[test]
fn a_dropped_waiter_is_not_woken_and_its_place_is_used_again() {
    let cache = cache(10, Expiry::Never);
    let ticket = lead(&cache, 1, &[]);
    let (gone, stays) = (Arc::new(Bell::default()), Arc::new(Bell::default()));
    let mut staying = follow(&cache, 1, &[]);
    for _ in 0..100 {
        let mut leaving = follow(&cache, 1, &[]);
        assert_eq!(poll(&mut leaving, &gone), Poll::Pending);
        assert_eq!(Arc::strong_count(&gone), 2, "a waker of a waiter that is gone is kept");
    }
    assert_eq!(poll(&mut staying, &stays), Poll::Pending);
    assert_eq!(ticket.places(), 1);
    assert_eq!(Arc::strong_count(&gone), 1);
    assert_eq!(ticket.finish(11, None, 0), Kept::Nothing);
    assert_eq!((gone.rung(), stays.rung()), (0, 1));
}

#[test]
fn a_waiter_that_moved_to_another_task_wakes_that_one() {
    let cache = cache(10, Expiry::Never);
    let ticket = lead(&cache, 1, &[]);
    let mut waiter = follow(&cache, 1, &[]);
    let (before, after) = (Arc::new(Bell::default()), Arc::new(Bell::default()));
    assert_eq!(poll(&mut waiter, &before), Poll::Pending);
    assert_eq!(poll(&mut waiter, &after), Poll::Pending);
    drop(ticket);
    assert_eq!((before.rung(), after.rung()), (0, 1));
}

#[test]
fn nothing_of_a_load_stays_listed() {
    let cache = cache(10, Expiry::Never);
    for round in 0..1_000_u32 {
        let ticket = lead(&cache, round, &["a"]);
        let other = cache.begin(round, 1, &[], 0);
        assert_eq!(cache.flights(), 2);
        match round % 4 {
            0 => assert_eq!(ticket.finish(0, None, 0), Kept::Nothing),
            1 => drop(ticket),
            2 => {
                cache.invalidate(&round, Why::Feed);
                assert_eq!(ticket.finish(0, keep(0), 0), Kept::Refused);
            }
            _ => {
                cache.invalidate_all(Why::Feed);
                // Whoever begins next clears the list of loads that nobody may join.
                let next = lead(&cache, round, &["a"]);
                assert_eq!(cache.flights(), 1);
                drop((ticket, next));
            }
        }
        drop(other);
        assert_eq!(cache.flights(), 0);
    }
    assert_eq!(cache.inner.registry.known_scopes(), 0);
}

#[test]
fn a_ticket_outlives_its_cache() {
    let cache = cache(10, Expiry::Never);
    let ticket = lead(&cache, 1, &["a"]);
    let mut waiter = follow(&cache, 1, &["a"]);
    drop(cache);
    assert_eq!(ticket.finish(11, keep(11), 0), Kept::Inserted);
    assert_eq!(poll(&mut waiter, &Arc::default()), Poll::Ready(Ok(11)));
}

#[test]
fn a_cache_that_keeps_nothing_still_shares_loads() {
    let cache = cache(0, Expiry::Never);
    let ticket = lead(&cache, 1, &[]);
    let mut waiter = follow(&cache, 1, &[]);
    assert_eq!(ticket.finish(11, keep(11), 0), Kept::Nothing);
    assert_eq!(poll(&mut waiter, &Arc::default()), Poll::Ready(Ok(11)));
    assert_eq!(cache.get(&1, 0), None);
    assert_eq!(cache.invalidate_all(Why::Api), 0);
}

#[test]
fn tickets_and_waiters_may_cross_threads() {
    fn crosses<T: Send + 'static>() {}
    fn is_shared<T: Send + Sync + 'static>() {}
    crosses::<crate::Ticket<String, Arc<str>, u64>>();
    crosses::<crate::Waiter<u64>>();
    is_shared::<crate::Cache<String, Arc<str>, u64>>();
}
