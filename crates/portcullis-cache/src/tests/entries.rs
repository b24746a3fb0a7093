//! One entry: in, found, over, out; and what the statistics say of it.

use super::fixture::{cache, keep, lead, names, put};
use crate::{Cache, Expiry, Invalidations, Keep, Kept, Limits, Start, Why};
use std::sync::Arc;

#[test]
fn a_finished_load_is_found() {
    let cache = cache(10, Expiry::Never);
    assert_eq!(cache.get(&1, 0), None);
    put(&cache, 1, 11, &[], 0);
    assert_eq!(cache.get(&1, 0), Some(11));
    assert_eq!(cache.get(&2, 0), None);
    let stats = cache.stats(0);
    assert_eq!((stats.hits, stats.misses, stats.loads, stats.entries), (1, 2, 1, 1));
}

#[test]
fn peek_leaves_no_trace() {
    let cache = cache(10, Expiry::AfterAccess(10));
    put(&cache, 1, 11, &[], 0);
    assert_eq!(cache.peek(&1, 9), Some(11));
    assert_eq!(cache.peek(&2, 9), None);
    assert_eq!(cache.peek(&1, 10), None);
    assert_eq!((cache.stats(0).hits, cache.stats(0).misses), (0, 0));
}

#[test]
fn a_negative_outcome_keeps_nothing() {
    let cache = cache(10, Expiry::Never);
    assert_eq!(lead(&cache, 1, &[]).finish(0, None, 0), Kept::Nothing);
    assert_eq!(cache.get(&1, 0), None);
}

#[test]
fn a_failed_load_leaves_the_entry_that_is_there() {
    let cache = cache(10, Expiry::Never);
    put(&cache, 1, 11, &[], 0);
    assert_eq!(lead(&cache, 1, &[]).finish(0, None, 0), Kept::Nothing);
    assert_eq!(cache.get(&1, 0), Some(11));
}

#[test]
fn a_newer_value_takes_the_place_of_the_old() {
    let cache = cache(10, Expiry::Never);
    put(&cache, 1, 11, &["a"], 0);
    put(&cache, 1, 12, &["b"], 0);
    assert_eq!(cache.get(&1, 0), Some(12));
    let stats = cache.stats(0);
    assert_eq!((stats.entries, stats.unreclaimed, stats.evictions.replaced), (1, 0, 1));
    assert_eq!(cache.invalidate_scope("a", Why::Api), 0, "the old entry took its count along");
    assert_eq!(cache.invalidate_scope("b", Why::Api), 1);
}

#[test]
fn a_refused_value_leaves_the_newer_one() {
    let cache = cache(10, Expiry::Never);
    let slow = lead(&cache, 1, &[]);
    assert_eq!(cache.invalidate(&1, Why::Feed), 0);
    put(&cache, 1, 12, &[], 0);
    assert_eq!(slow.finish(11, keep(11), 0), Kept::Refused);
    assert_eq!(cache.get(&1, 0), Some(12));
    assert_eq!(cache.stats(0).refused_inserts, 1);
}

#[test]
fn invalidation_removes_one_key() {
    let cache = cache(10, Expiry::Never);
    put(&cache, 1, 11, &[], 0);
    put(&cache, 2, 12, &[], 0);
    assert_eq!(cache.invalidate(&1, Why::Feed), 1);
    assert_eq!(cache.invalidate(&1, Why::Feed), 0);
    assert_eq!((cache.get(&1, 0), cache.get(&2, 0)), (None, Some(12)));
}

#[test]
fn an_invalidation_stops_the_load_in_flight_of_its_key_only() {
    let cache = cache(10, Expiry::Never);
    let (hit, missed) = (lead(&cache, 1, &[]), lead(&cache, 2, &[]));
    cache.invalidate(&1, Why::Feed);
    assert!(!hit.is_current());
    assert!(missed.is_current());
    assert_eq!(hit.finish(11, keep(11), 0), Kept::Refused);
    assert_eq!(missed.finish(12, keep(12), 0), Kept::Inserted);
    assert_eq!((cache.get(&1, 0), cache.get(&2, 0)), (None, Some(12)));
}

#[test]
fn a_load_begun_after_the_invalidation_is_kept() {
    let cache = cache(10, Expiry::Never);
    cache.invalidate(&1, Why::Feed);
    cache.invalidate_all(Why::Feed);
    put(&cache, 1, 11, &[], 0);
    assert_eq!(cache.get(&1, 0), Some(11));
}

#[test]
fn entries_end_so_long_after_they_were_written() {
    let cache = cache(10, Expiry::AfterWrite(100));
    put(&cache, 1, 11, &[], 1_000);
    assert_eq!(cache.get(&1, 1_099), Some(11));
    assert_eq!(cache.get(&1, 1_100), None);
    assert_eq!(cache.get(&1, 900), Some(11), "a clock read before the write");
}

#[test]
fn entries_end_so_long_after_they_were_used() {
    let cache = cache(10, Expiry::AfterAccess(100));
    put(&cache, 1, 11, &[], 1_000);
    assert_eq!(cache.get(&1, 1_099), Some(11));
    assert_eq!(cache.get(&1, 1_050), Some(11), "a clock read earlier does not shorten the term");
    assert_eq!(cache.get(&1, 1_198), Some(11));
    assert_eq!(cache.get(&1, 1_298), None);
    assert_eq!(cache.get(&1, 1_298), None, "a miss is no use");
}

#[test]
fn a_term_of_zero_keeps_nothing_that_is_found() {
    for expiry in [Expiry::AfterWrite(0), Expiry::AfterAccess(0)] {
        let cache = cache(10, expiry);
        put(&cache, 1, 11, &[], 5);
        assert_eq!(cache.get(&1, 5), None);
    }
}

#[test]
fn an_expired_entry_counts_as_evicted_until_it_is_reclaimed() {
    let cache = cache(10, Expiry::AfterWrite(100));
    put(&cache, 1, 11, &["a"], 0);
    put(&cache, 2, 12, &["a"], 0);
    assert_eq!(cache.invalidate(&1, Why::Api), 1);
    assert_eq!(cache.reclaim(10, 100), 1);
    assert_eq!(cache.invalidate_scope("a", Why::Api), 0);
    assert_eq!(cache.stats(100).evictions.expired, 1);
}

#[test]
fn a_borrowed_key_finds_an_owned_one() {
    let cache: Cache<String, Arc<str>, ()> = Cache::new(Limits { max_entries: 2, expiry: Expiry::Never });
    let Start::Lead(ticket) = cache.begin("jo".to_owned(), 0, &names(&["native"]), 0) else { panic!() };
    assert_eq!(ticket.key(), "jo");
    assert_eq!(ticket.finish((), Some(Keep { value: "user".into(), bytes: 4 }), 0), Kept::Inserted);
    assert_eq!(cache.get("jo", 0).as_deref(), Some("user"));
    assert_eq!(cache.invalidate("jo", Why::Feed), 1);
}

#[test]
fn statistics_tell_what_happened() {
    let cache = cache(10, Expiry::AfterWrite(1_000));
    let Start::Lead(slow) = cache.begin(1, 0, &[], 100) else { panic!() };
    assert_eq!(slow.finish(11, keep(11), 350), Kept::Inserted);
    put(&cache, 2, 12, &["a"], 500);
    let stats = cache.stats(600);
    assert_eq!(stats.load_millis, 250 + 500);
    assert_eq!(stats.oldest_entry_age_ms, Some(250));
    assert!(stats.bytes >= 2 * 10 && stats.bytes < 2 * (10 + 400), "{} bytes", stats.bytes);
    cache.invalidate_scope("a", Why::File);
    cache.invalidate_scope("a", Why::File);
    cache.invalidate(&1, Why::Feed);
    cache.invalidate_all(Why::Store);
    let stats = cache.stats(600);
    assert_eq!(stats.invalidated(Why::File), Invalidations { calls: 2, evicted: 1 });
    assert_eq!(stats.invalidated(Why::Feed), Invalidations { calls: 1, evicted: 1 });
    assert_eq!(stats.invalidated(Why::Store), Invalidations { calls: 1, evicted: 0 });
    assert_eq!(stats.invalidated(Why::Api), Invalidations::default());
    assert_eq!((stats.entries, stats.unreclaimed, stats.oldest_entry_age_ms), (0, 1, None));
}

#[test]
fn reasons_stand_in_the_order_of_their_numbers() {
    for (number, why) in Why::ALL.into_iter().enumerate() {
        assert_eq!(why as usize, number);
    }
}
