//! Capacity and reclaiming: how many stay, who goes first, and that memory comes back.

use super::fixture::{cache, put};
use crate::eviction::{LOOKOUT, MOST_CHANCES};
use crate::{Expiry, Why};

fn found(cache: &super::fixture::Numbers, keys: std::ops::Range<u32>, now_ms: u64) -> Vec<u32> {
    keys.filter(|key| cache.peek(key, now_ms).is_some()).collect()
}

#[test]
fn small_limits_hold_exactly() {
    for limit in [1, 2, 10, 63, 1_000] {
        let cache = cache(limit, Expiry::Never);
        for key in 0..3 * limit as u32 {
            put(&cache, key, 0, &[], 0);
            assert_eq!(cache.stats(0).entries, limit.min(key as usize + 1));
            assert_eq!(cache.peek(&key, 0), Some(0), "the newest stays");
        }
        assert_eq!(cache.stats(0).evictions.capacity, 2 * limit as u64);
        assert_eq!(cache.invalidate_all(Why::Api), limit);
    }
}

#[test]
fn a_cache_of_several_shards_fills_to_its_limit_and_no_further() {
    let limit = 4_096;
    let cache = cache(limit, Expiry::Never);
    assert!(cache.inner.shards.len() > 1);
    for key in 0..limit as u32 {
        put(&cache, key, 0, &[], 0);
    }
    assert_eq!(cache.stats(0).entries, limit, "no shard evicts while there is room");
    for key in limit as u32..2 * limit as u32 {
        put(&cache, key, 0, &[], 0);
    }
    assert_eq!(cache.stats(0).entries, limit);
    assert_eq!(cache.inner.registry.resident(), limit);
}

#[test]
fn what_was_used_gets_a_second_chance() {
    let cache = cache(4, Expiry::Never);
    for key in 0..4 {
        put(&cache, key, 0, &[], 0);
    }
    cache.get(&0, 0);
    cache.get(&2, 0);
    put(&cache, 4, 0, &[], 0);
    put(&cache, 5, 0, &[], 0);
    assert_eq!(found(&cache, 0..6, 0), [0, 2, 4, 5]);
    put(&cache, 6, 0, &[], 0);
    assert_eq!(found(&cache, 0..7, 0), [2, 4, 5, 6], "one chance for each use");
}

#[test]
fn a_peek_is_no_use() {
    let cache = cache(2, Expiry::Never);
    put(&cache, 0, 0, &[], 0);
    put(&cache, 1, 0, &[], 0);
    cache.peek(&0, 0);
    put(&cache, 2, 0, &[], 0);
    assert_eq!(found(&cache, 0..3, 0), [1, 2]);
}

#[test]
fn the_dead_go_first() {
    let cache = cache(4, Expiry::AfterWrite(100));
    put(&cache, 0, 0, &[], 50);
    put(&cache, 1, 0, &[], 50);
    put(&cache, 2, 0, &["a"], 50);
    put(&cache, 3, 0, &[], 0);
    cache.invalidate_scope("a", Why::Feed);
    put(&cache, 4, 0, &[], 100);
    put(&cache, 5, 0, &[], 100);
    assert_eq!(found(&cache, 0..6, 100), [0, 1, 4, 5]);
    let evictions = cache.stats(100).evictions;
    assert_eq!((evictions.expired, evictions.outdated, evictions.capacity), (1, 1, 0));
    put(&cache, 6, 0, &[], 100);
    assert_eq!(cache.stats(100).evictions.capacity, 1);
}

#[test]
fn when_all_were_used_one_goes_all_the_same() {
    let limit = LOOKOUT + MOST_CHANCES + 10;
    let cache = cache(limit, Expiry::Never);
    for key in 0..limit as u32 {
        put(&cache, key, 0, &[], 0);
        cache.get(&key, 0);
    }
    put(&cache, 9_999, 0, &[], 0);
    assert_eq!(cache.stats(0).entries, limit);
    assert_eq!(cache.peek(&(MOST_CHANCES as u32), 0), None, "the first behind the last chance");
}

#[test]
fn reclaiming_goes_on_where_it_stopped() {
    let cache = cache(2_000, Expiry::Never);
    for key in 0..1_000 {
        put(&cache, key, 0, &[if key % 2 == 0 { "even" } else { "odd" }], 0);
    }
    cache.invalidate_scope("even", Why::Feed);
    assert_eq!(cache.stats(0).unreclaimed, 500);
    let mut freed = 0;
    // Each call looks at ten; a call that comes to the end of the shard looks at fewer.
    for _ in 0..110 {
        let now = cache.reclaim(10, 0);
        assert!(now <= 10);
        freed += now;
    }
    assert_eq!(freed, 500);
    assert_eq!((cache.stats(0).unreclaimed, cache.stats(0).entries), (0, 500));
    assert_eq!(found(&cache, 0..1_000, 0).len(), 500);
    assert_eq!(cache.reclaim(10_000, 0), 0);
    assert_eq!(cache.invalidate_scope("odd", Why::Feed), 500);
}

#[test]
fn one_call_may_reclaim_all_shards() {
    let cache = cache(10_000, Expiry::AfterWrite(10));
    assert!(cache.inner.shards.len() > 1);
    for key in 0..5_000 {
        put(&cache, key, 0, &[], 0);
    }
    assert_eq!(cache.reclaim(1_000_000, 9), 0);
    assert_eq!(cache.reclaim(1_000_000, 10), 5_000);
    assert_eq!(cache.inner.registry.resident(), 0);
    assert_eq!(cache.stats(10).bytes, 0);
}

#[test]
fn reclaimed_memory_is_given_back_and_the_rest_still_found() {
    let cache = cache(1_000, Expiry::Never);
    for key in 0..1_000 {
        put(&cache, key, u64::from(key), &[if key < 990 { "gone" } else { "stays" }], 0);
    }
    let room = || crate::sync::read(&cache.inner.shards[0].tables).residents.capacity();
    assert!(room() >= 1_000);
    cache.invalidate_scope("gone", Why::Feed);
    assert_eq!(cache.reclaim(10_000, 0), 990);
    assert!(room() < 100, "{} places for 10 entries", room());
    assert_eq!(found(&cache, 0..1_000, 0), Vec::from_iter(990..1_000));
}
