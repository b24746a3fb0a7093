//! Refused is not undecided: what could not be known is 503 or 429, and one who waits holds up nobody else.

use portcullis_tests::client::Client;
use portcullis_tests::node::TestNode;
use portcullis_tests::realm::TestRealm;
use portcullis_tests::secrets;
use serde_json::json;

portcullis_tests::tests![
    an_unreachable_realm_is_neither_yes_nor_no,
    who_a_realm_before_it_knows_does_not_depend_on_it,
    a_slow_realm_holds_up_nobody_else,
    a_slow_realm_is_asked_once_for_equal_requests,
    a_clear_while_a_realm_is_asked_wins,
    a_realm_that_tells_no_changes_is_cached_until_cleared,
    a_spray_of_wrong_passwords_leaves_room_for_others,
    a_full_queue_is_told_as_such,
    hashes_that_nobody_waits_for_are_not_done,
    a_stopped_service_is_undecided,
];

const CACHE: &str = "realm/test/directory";

/// A node with a directory that knows `remote`, and the client of that user.
async fn with_directory() -> (TestNode, TestRealm, Client) {
    let directory = TestRealm::new("test", "directory");
    let node = TestNode::builder().realm(10, &directory).start().await;
    let password = secrets::password();
    directory.put("remote", &password, &["superuser"]);
    let remote = node.basic("remote", &password);
    (node, directory, remote)
}

async fn an_unreachable_realm_is_neither_yes_nor_no() {
    let (node, directory, remote) = with_directory().await;
    directory.cut_off();
    for client in [&remote, &node.basic("nobody", &secrets::password())] {
        let answer = client.authenticate().await;
        assert_eq!(answer.envelope()["status"], 503);
        assert_eq!(answer.header("retry-after"), Some("1"));
        assert_eq!(answer.header("www-authenticate"), None);
    }
    // Nothing of it is remembered.
    directory.answer();
    let who = remote.whoami().await;
    assert_eq!(who["authentication_realm"], json!({"name": "directory", "type": "test"}));
    directory.cut_off();
    remote.whoami().await;
    node.elastic().post("/_security/realm/directory/_clear_cache").await.ok();
    assert_eq!(remote.login().await, 503);
}

async fn who_a_realm_before_it_knows_does_not_depend_on_it() {
    let (node, directory, _) = with_directory().await;
    directory.cut_off();
    node.elastic().whoami().await;
    assert_eq!(
        node.basic("elastic", &secrets::password()).login().await,
        401,
        "reserved names end the chain"
    );
    let (_, key) = node.key_of(&node.elastic(), &json!({"name": "k"})).await;
    key.whoami().await;
    node.token("t").await.whoami().await;
}

async fn a_slow_realm_holds_up_nobody_else() {
    let (node, directory, remote) = with_directory().await;
    let jo = node.user("jo", &[]).await;
    directory.put("second", "a second password", &[]);
    directory.hold();
    let held: Vec<_> = (0..64)
        .map(|number| {
            let client = node.basic(&format!("unknown {number}"), &secrets::password());
            tokio::spawn(async move { client.login().await })
        })
        .collect();
    directory.waiting(64).await;
    for _ in 0..3 {
        node.elastic().whoami().await;
    }
    // A cold login, with its slow hash, of a realm that comes before or after.
    node.elastic().post("/_security/realm/default_native/_clear_cache").await.ok();
    let native = tokio::spawn(async move { jo.login().await });
    directory.answer();
    assert_eq!(native.await.unwrap(), 200);
    for request in held {
        assert_eq!(request.await.unwrap(), 401);
    }
    remote.whoami().await;
}

async fn a_slow_realm_is_asked_once_for_equal_requests() {
    let (node, directory, remote) = with_directory().await;
    directory.hold();
    let ask = |client: &Client| {
        let client = client.clone();
        tokio::spawn(async move { client.login().await })
    };
    let first = ask(&remote);
    directory.waiting(1).await;
    let second = ask(&remote);
    let other = ask(&node.basic("remote", &secrets::password()));
    directory.waiting(2).await;
    coalesced(&node, 1).await;
    directory.answer();
    assert_eq!([first.await.unwrap(), second.await.unwrap(), other.await.unwrap()], [200, 200, 401]);
    assert_eq!(directory.asked(), 2, "equal credentials share an answer, others do not");
}

/// Returns when this many requests have joined a load of the directory.
async fn coalesced(node: &TestNode, count: u64) {
    while node.cache(CACHE).coalesced < count {
        tokio::task::yield_now().await;
    }
}

async fn a_clear_while_a_realm_is_asked_wins() {
    let (node, directory, remote) = with_directory().await;
    directory.hold();
    let asked = tokio::spawn({
        let remote = remote.clone();
        async move { remote.login().await }
    });
    directory.waiting(1).await;
    // The password changes in the directory; its administrator clears the cache.
    let password = secrets::password();
    directory.put("remote", &password, &[]);
    node.elastic().post("/_security/realm/directory/_clear_cache?usernames=remote").await.ok();
    directory.answer();
    // The request that was under way when the clear came may go either way; what it read must not be kept.
    asked.await.unwrap();
    assert_eq!(node.cache(CACHE).refused_inserts, 1);
    assert_eq!(remote.login().await, 401);
    node.basic("remote", &password).whoami().await;
}

async fn a_realm_that_tells_no_changes_is_cached_until_cleared() {
    let (node, directory, remote) = with_directory().await;
    remote.whoami().await;
    let password = secrets::password();
    directory.put("remote", &password, &[]);
    let changed = node.basic("remote", &password);
    remote.whoami().await;
    assert_eq!(directory.asked(), 1);
    // The new password is not the cached one, so the directory is asked, and the old one is replaced.
    changed.whoami().await;
    assert_eq!(remote.login().await, 401);
    // Refusals of a directory are not remembered: it would not tell when they end.
    directory.put("late", "a late password", &[]);
    let late = node.basic("late", "another late password");
    assert_eq!(late.login().await, 401);
    directory.put("late", "another late password", &[]);
    assert_eq!(late.login().await, 200);
}

async fn a_spray_of_wrong_passwords_leaves_room_for_others() {
    let node = TestNode::builder()
        .setting("xpack.security.authc.password_hashing.algorithm", "bcrypt8")
        .setting("xpack.security.crypto.thread_pool.queue_size", "64")
        .start()
        .await;
    let jo = node.user("jo", &[]).await;
    let spray: Vec<_> = (0..100)
        .map(|_| {
            let elastic = node.basic("elastic", &secrets::password());
            tokio::spawn(async move { elastic.login().await })
        })
        .collect();
    // The spray has begun, and it has more than its share of the queue.
    while node.security().stats().hashing.rejected_busy == 0 {
        tokio::task::yield_now().await;
    }
    assert_eq!(jo.login().await, 200);
    let mut statuses: Vec<u16> = Vec::new();
    for request in spray {
        statuses.push(request.await.unwrap());
    }
    assert!(statuses.iter().all(|status| [401, 429].contains(status)), "{statuses:?}");
    assert!(statuses.contains(&429), "{statuses:?}");
    node.elastic().whoami().await;
}

async fn a_full_queue_is_told_as_such() {
    let node = TestNode::builder()
        .setting("xpack.security.authc.password_hashing.algorithm", "bcrypt12")
        .setting("xpack.security.crypto.thread_pool.queue_size", "1")
        .start()
        .await;
    let users = (0..8).map(|number| node.basic(&format!("user {number}"), &secrets::password()));
    let requests: Vec<_> =
        users.map(|client| tokio::spawn(async move { client.authenticate().await })).collect();
    let mut full = 0;
    for request in requests {
        let answer = request.await.unwrap();
        if answer.status == 429 {
            full += 1;
            answer.refused(429, "es_rejected_execution_exception");
            assert_eq!(answer.header("www-authenticate"), None);
        } else {
            answer.refused(401, "security_exception");
        }
    }
    assert!(full >= 1, "one hash runs and one waits");
    assert_eq!(node.security().stats().hashing.rejected_full, full);
}

async fn hashes_that_nobody_waits_for_are_not_done() {
    let node = TestNode::builder()
        .setting("xpack.security.authc.password_hashing.algorithm", "bcrypt12")
        .start()
        .await;
    let before = node.security().stats().hashing;
    let requests: Vec<_> = (0..6)
        .map(|number| {
            let client = node.basic(&format!("user {number}"), &secrets::password());
            tokio::spawn(async move { client.login().await })
        })
        .collect();
    while node.security().stats().hashing.queued < 2 {
        tokio::task::yield_now().await;
    }
    for request in &requests {
        request.abort();
    }
    while node.security().stats().hashing.queued > 0 || node.security().stats().hashing.running > 0 {
        tokio::task::yield_now().await;
    }
    assert!(node.security().stats().hashing.dropped_unrun > before.dropped_unrun);
}

async fn a_stopped_service_is_undecided() {
    let node = TestNode::start().await;
    let jo = node.user("jo", &[]).await;
    node.security().stop();
    assert_eq!(jo.login().await, 503);
    assert_eq!(node.basic("nobody", &secrets::password()).login().await, 503);
}
