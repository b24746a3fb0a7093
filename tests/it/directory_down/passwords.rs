//! A password that changes in the directory, which tells nobody: the new one is good at once, the old one until the cache
//! forgets it. A wrong one changes nothing.

use portcullis_tests::client::Client;
use portcullis_tests::clock::MINUTE;
use portcullis_tests::node::TestNode;
use portcullis_tests::secrets;
use portcullis_tests::slapd::{Slapd, content, password as password_of};

use super::{CACHE, LONG, node_over, user};

portcullis_tests::tests![
    a_new_password_is_good_at_once,
    a_password_that_was_refused_may_be_the_next_one,
    the_old_password_is_good_until_its_time_is_over,
    the_old_password_is_good_until_a_clear,
    a_removed_user_is_one_until_a_clear,
    wrong_passwords_leave_the_good_entry_warm,
];

/// Jo, cached, in a directory that is about to change.
async fn cached_jo() -> (Slapd, TestNode, Client) {
    let slapd = Slapd::start().await;
    let node = node_over(&slapd, LONG).await;
    let jo = user(&node, "jo");
    jo.whoami().await;
    (slapd, node, jo)
}

async fn binds(slapd: &Slapd) -> u64 {
    slapd.binds_of(&content::user("jo")).await
}

async fn a_new_password_is_good_at_once() {
    let (slapd, node, old) = cached_jo().await;
    let password = secrets::password();
    slapd.set_password("jo", &password).await;
    let new = node.basic("jo", &password);
    old.whoami().await;
    assert_eq!(binds(&slapd).await, 1);
    new.whoami().await;
    assert_eq!(binds(&slapd).await, 2);
    new.whoami().await;
    assert_eq!(binds(&slapd).await, 2, "the new password is not cached");
    // With the new one known, the old one is worth nothing.
    assert_eq!(old.login().await, 401);
    assert_eq!(binds(&slapd).await, 3);
    new.whoami().await;
    assert_eq!(binds(&slapd).await, 3);
}

async fn a_password_that_was_refused_may_be_the_next_one() {
    let (slapd, node, old) = cached_jo().await;
    let password = secrets::password();
    let next = node.basic("jo", &password);
    assert_eq!(next.login().await, 401);
    slapd.set_password("jo", &password).await;
    next.whoami().await;
    assert_eq!(old.login().await, 401);
    slapd.set_password("jo", &password_of("jo")).await;
    old.whoami().await;
    // So may a user who was not there.
    let new = node.basic("new", &password);
    assert_eq!((new.login().await, node.elastic().run_as("new").login().await), (401, 403));
    slapd.add_user("new", &password).await;
    new.whoami().await;
    node.elastic().run_as("new").whoami().await;
}

async fn the_old_password_is_good_until_its_time_is_over() {
    let (slapd, node, old) = cached_jo().await;
    slapd.set_password("jo", &secrets::password()).await;
    node.clock.advance(20 * MINUTE - 1);
    old.whoami().await;
    node.clock.advance(1);
    assert_eq!(old.login().await, 401);
}

async fn the_old_password_is_good_until_a_clear() {
    let (slapd, node, old) = cached_jo().await;
    slapd.set_password("jo", &secrets::password()).await;
    old.whoami().await;
    node.elastic().post("/_security/realm/corp/_clear_cache?usernames=jo").await.ok();
    assert_eq!(old.login().await, 401);
}

async fn a_removed_user_is_one_until_a_clear() {
    let (slapd, node, jo) = cached_jo().await;
    node.elastic().run_as("jo").whoami().await;
    slapd.remove_user("jo").await;
    jo.whoami().await;
    node.elastic().run_as("jo").whoami().await;
    node.elastic().post("/_security/realm/*/_clear_cache").await.ok();
    assert_eq!(jo.login().await, 401);
    assert_eq!(node.elastic().run_as("jo").login().await, 403);
}

async fn wrong_passwords_leave_the_good_entry_warm() {
    let (slapd, node, jo) = cached_jo().await;
    for tried in 1..=20 {
        assert_eq!(node.basic("jo", &secrets::password()).login().await, 401);
        assert_eq!(binds(&slapd).await, 1 + tried, "the directory has the last word");
    }
    let before = node.cache(CACHE);
    jo.whoami().await;
    let after = node.cache(CACHE);
    assert_eq!((after.hits - before.hits, after.loads - before.loads), (1, 0));
    assert_eq!(binds(&slapd).await, 21);
}
