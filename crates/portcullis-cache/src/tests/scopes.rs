//! Scopes: what a clear takes, what it counts, and that the registry forgets what nobody refers to.

use super::fixture::{cache, keep, lead, put};
use crate::{Expiry, Kept, Why};

#[test]
fn a_clear_takes_its_scope_only() {
    let cache = cache(10, Expiry::Never);
    put(&cache, 1, 11, &["a"], 0);
    put(&cache, 2, 12, &["b"], 0);
    put(&cache, 3, 13, &[], 0);
    assert_eq!(cache.invalidate_scope("a", Why::Api), 1);
    assert_eq!((cache.get(&1, 0), cache.get(&2, 0), cache.get(&3, 0)), (None, Some(12), Some(13)));
    assert_eq!(cache.invalidate_scope("a", Why::Api), 0, "nobody is evicted twice");
    assert_eq!(cache.invalidate_all(Why::Api), 2, "and not by a clear of everything either");
    assert_eq!(cache.invalidate_all(Why::Api), 0);
    assert_eq!(cache.invalidate_scope("b", Why::Api), 0);
}

#[test]
fn a_clear_of_everything_empties_the_counts_of_the_scopes() {
    let cache = cache(10, Expiry::Never);
    put(&cache, 1, 11, &["a"], 0);
    assert_eq!(cache.invalidate_all(Why::Api), 1);
    put(&cache, 2, 12, &["a"], 0);
    assert_eq!(cache.invalidate_scope("a", Why::Api), 1);
}

#[test]
fn an_entry_that_a_clear_took_is_not_invalidated_again() {
    let cache = cache(10, Expiry::Never);
    put(&cache, 1, 11, &["a"], 0);
    put(&cache, 2, 12, &["a"], 0);
    assert_eq!(cache.invalidate_scope("a", Why::Api), 2);
    assert_eq!(cache.invalidate(&1, Why::Feed), 0);
    put(&cache, 2, 13, &["a"], 0);
    assert_eq!(cache.invalidate_scope("a", Why::Api), 1);
}

#[test]
fn each_scope_of_a_key_takes_it() {
    let cache = cache(10, Expiry::Never);
    for scope in ["a", "b", "c", "d"] {
        put(&cache, 1, 11, &["a", "b", "c", "d"], 0);
        assert_eq!(cache.invalidate_scope(scope, Why::Feed), 1);
        assert_eq!(cache.get(&1, 0), None);
        cache.reclaim(10, 0);
    }
    assert_eq!(cache.invalidate_all(Why::Api), 0);
}

#[test]
fn an_entry_of_several_scopes_counts_in_each_until_it_is_reclaimed() {
    let cache = cache(10, Expiry::Never);
    put(&cache, 1, 11, &["a", "b"], 0);
    put(&cache, 2, 12, &["b"], 0);
    assert_eq!(cache.invalidate_scope("a", Why::Feed), 1);
    assert_eq!(cache.invalidate_scope("b", Why::Feed), 2);
    put(&cache, 1, 11, &["a", "b"], 0);
    put(&cache, 2, 12, &["b"], 0);
    assert_eq!(cache.invalidate_scope("a", Why::Feed), 1);
    assert_eq!(cache.reclaim(10, 0), 1);
    assert_eq!(cache.invalidate_scope("b", Why::Feed), 1);
    assert_eq!(cache.stats(0).evictions.outdated, 1);
}

#[test]
fn a_scope_named_twice_counts_once() {
    let cache = cache(10, Expiry::Never);
    put(&cache, 1, 11, &["a", "a"], 0);
    assert_eq!(cache.invalidate_scope("a", Why::Api), 1);
}

#[test]
fn a_clear_stops_loads_of_a_scope_that_has_no_entry() {
    let cache = cache(10, Expiry::Never);
    let ticket = lead(&cache, 1, &["a", "b"]);
    assert_eq!(cache.invalidate_scope("b", Why::Feed), 0);
    assert!(!ticket.is_current());
    assert_eq!(ticket.finish(11, keep(11), 0), Kept::Refused);
    let ticket = lead(&cache, 1, &["a"]);
    cache.invalidate_all(Why::Feed);
    assert!(!ticket.is_current());
    assert_eq!(ticket.finish(11, keep(11), 0), Kept::Refused);
    assert_eq!(cache.get(&1, 0), None);
}

#[test]
fn a_clear_of_another_scope_stops_nothing() {
    let cache = cache(10, Expiry::Never);
    let ticket = lead(&cache, 1, &["a"]);
    let _other = lead(&cache, 2, &["b"]);
    cache.invalidate_scope("b", Why::Feed);
    cache.invalidate_scope("c", Why::Feed);
    assert!(ticket.is_current());
    assert_eq!(ticket.finish(11, keep(11), 0), Kept::Inserted);
}

#[test]
fn the_registry_forgets_what_nobody_refers_to() {
    let cache = cache(4, Expiry::Never);
    let scopes = || cache.inner.registry.known_scopes();
    for key in 0..1_000 {
        put(&cache, key, 0, &[&format!("own-{key}"), "shared"], 0);
    }
    assert_eq!(scopes(), 4 + 1, "four entries stayed");
    cache.invalidate_all(Why::Api);
    assert_eq!(cache.reclaim(10, 0), 4);
    assert_eq!(scopes(), 0);
    let ticket = lead(&cache, 1, &["a"]);
    assert_eq!(scopes(), 1);
    drop(ticket);
    assert_eq!(scopes(), 0);
    for key in 0..1_000 {
        cache.invalidate_scope(&format!("unknown-{key}"), Why::Feed);
    }
    assert_eq!(scopes(), 0);
}

#[test]
fn many_scopes_are_as_good_as_one() {
    let cache = cache(10, Expiry::Never);
    let names: Vec<String> = (0..500).map(|number| format!("role-{number}")).collect();
    let scopes: Vec<&str> = names.iter().map(String::as_str).collect();
    put(&cache, 1, 11, &scopes, 0);
    assert_eq!(cache.get(&1, 0), Some(11));
    assert_eq!(cache.invalidate_scope("role-250", Why::Feed), 1);
    assert_eq!(cache.get(&1, 0), None);
}
