//! `POST /_security/realm/{realms}/_clear_cache`.

use portcullis_tests::client::Client;
use portcullis_tests::node::TestNode;
use portcullis_tests::{lines, secrets};

use super::{clear, fail, warm};

portcullis_tests::tests![
    only_the_users_named_are_loaded_again,
    realms_are_named_by_name_list_or_wildcard,
    clearing_one_user_costs_the_others_nothing,
    an_unknown_realm_fails_after_those_before_it,
    the_lookup_cache_is_cleared_too,
    a_refused_password_is_verified_again,
];

const NATIVE: &str = "realm/native/default_native";
const FILE: &str = "realm/file/default_file";

/// A node with native users `a`, `b`, `c` and the file user `f`, all of them cached.
async fn with_users() -> (TestNode, [Client; 4]) {
    let password = secrets::password();
    let node = TestNode::builder().file("users", &lines::user("f", &password)).start().await;
    let f = node.basic("f", &password);
    let clients = [node.user("a", &[]).await, node.user("b", &[]).await, node.user("c", &[]).await, f];
    for client in &clients {
        client.whoami().await;
    }
    (node, clients)
}

async fn only_the_users_named_are_loaded_again() {
    let (node, [a, b, c, _]) = with_users().await;
    let cases = [
        ("?usernames=a", [false, true, true]),
        ("?usernames=a,b", [false, false, true]),
        ("?usernames=b%2Cc", [true, false, false]),
        ("?usernames=*", [false, false, false]),
        ("?usernames=_all", [false, false, false]),
        ("?usernames=", [false, false, false]),
        ("", [false, false, false]),
        ("?usernames=a,*", [false, true, true]),
        ("?usernames=zz", [true, true, true]),
        ("?usernames=A", [true, true, true]),
    ];
    for (query, expected) in cases {
        let evicted = clear(&node, &format!("/_security/realm/default_native/_clear_cache{query}")).await;
        assert_eq!(evicted, expected.iter().filter(|warm| !**warm).count() as u64, "{query}");
        assert_eq!(warm(&node, NATIVE, &[&a, &b, &c]).await, expected, "{query}");
    }
}

async fn realms_are_named_by_name_list_or_wildcard() {
    let (node, [a, _, _, f]) = with_users().await;
    let cases = [
        ("default_native", false, true, false),
        ("default_file", true, false, false),
        ("reserved", true, true, true),
        ("default_file,default_native", false, false, false),
        ("default_file%2Cdefault_native", false, false, false),
        ("*", false, false, true),
        ("_all", false, false, true),
        ("%2A", false, false, true),
    ];
    for (realms, a_warm, f_warm, elastic_evicted) in cases {
        let before = node.cache("realm/reserved/reserved").entries;
        assert_eq!(before, 1, "elastic is cached");
        clear(&node, &format!("/_security/realm/{realms}/_clear_cache")).await;
        assert_eq!(node.cache("realm/reserved/reserved").entries == 0, elastic_evicted, "{realms}");
        assert_eq!(warm(&node, NATIVE, &[&a]).await, [a_warm], "{realms}");
        assert_eq!(warm(&node, FILE, &[&f]).await, [f_warm], "{realms}");
        node.elastic().whoami().await;
    }
}

async fn clearing_one_user_costs_the_others_nothing() {
    let (node, [a, b, _, f]) = with_users().await;
    assert_eq!(clear(&node, "/_security/realm/*/_clear_cache?usernames=a").await, 1);
    let before = node.slow_hashes();
    for client in [&b, &f, &node.elastic()] {
        client.whoami().await;
    }
    assert_eq!(node.slow_hashes(), before);
    a.whoami().await;
    assert_eq!(node.slow_hashes(), before + 1);
}

async fn an_unknown_realm_fails_after_those_before_it() {
    let (node, [a, _, _, f]) = with_users().await;
    let failure = fail(&node, "/_security/realm/default_native,nowhere,default_file/_clear_cache").await;
    assert_eq!(failure["caused_by"]["type"], "illegal_argument_exception");
    assert_eq!(failure["caused_by"]["reason"], "could not find active realm [nowhere]");
    assert_eq!(warm(&node, NATIVE, &[&a]).await, [false]);
    assert_eq!(warm(&node, FILE, &[&f]).await, [true]);
    // Beside another name a wildcard is a name like any other.
    let failure = fail(&node, "/_security/realm/default_native,*/_clear_cache").await;
    assert_eq!(failure["caused_by"]["reason"], "could not find active realm [*]");
}

async fn the_lookup_cache_is_cleared_too() {
    let (node, [_, b, _, _]) = with_users().await;
    let cache = "realm_lookup/native/default_native";
    for name in ["a", "b"] {
        node.elastic().run_as(name).whoami().await;
    }
    drop(b);
    let before = node.cache(cache);
    // One entry in the user cache and one in the lookup cache.
    assert_eq!(clear(&node, "/_security/realm/default_native/_clear_cache?usernames=a").await, 2);
    node.elastic().run_as("b").whoami().await;
    assert_eq!(node.cache(cache).loads, before.loads);
    node.elastic().run_as("a").whoami().await;
    assert_eq!(node.cache(cache).loads, before.loads + 1);
}

async fn a_refused_password_is_verified_again() {
    let (node, _) = with_users().await;
    let wrong = node.basic("a", &secrets::password());
    let cost = async || {
        let before = node.slow_hashes();
        assert_eq!(wrong.login().await, 401);
        node.slow_hashes() - before
    };
    assert_eq!(cost().await, 1);
    assert_eq!(cost().await, 0, "it was refused a moment ago");
    clear(&node, "/_security/realm/default_native/_clear_cache?usernames=b").await;
    assert_eq!(cost().await, 0, "somebody else was cleared");
    clear(&node, "/_security/realm/default_native/_clear_cache?usernames=a").await;
    assert_eq!(cost().await, 1);
    clear(&node, "/_security/realm/default_native/_clear_cache").await;
    assert_eq!(cost().await, 1);
}
