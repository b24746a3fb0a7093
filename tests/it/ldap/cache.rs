//! What the user cache spares a directory, and until when it stands for it.

use portcullis_tests::clock::MINUTE;
use portcullis_tests::node::TestNode;
use portcullis_tests::node::ldap::CORP;
use portcullis_tests::secrets;
use portcullis_tests::slapd::{Slapd, content, password};
use serde_json::json;

use super::{both, clear, map, roles, user};

portcullis_tests::tests![
    a_second_login_asks_nobody,
    after_its_time_an_entry_is_asked_for_again,
    without_a_cache_every_login_is_asked_for,
    a_new_password_works_at_once_and_the_old_one_until_a_clear,
    a_removed_user_works_until_a_clear,
    a_removed_user_works_until_its_time_is_over,
    a_change_of_groups_counts_after_a_clear,
    each_way_to_keep_a_password_knows_it_again,
    it_holds_as_many_users_as_it_may,
];

async fn a_second_login_asks_nobody() {
    let (slapd, node) = both().await;
    let jo = user(&node, "jo");
    for _ in 0..3 {
        jo.whoami().await;
        assert_eq!((slapd.binds_of(&content::user("jo")).await, slapd.searches().await), (1, 1));
    }
    clear(&node, CORP).await;
    jo.whoami().await;
    assert_eq!((slapd.binds_of(&content::user("jo")).await, slapd.searches().await), (2, 2));
    assert_eq!(slapd.binds_of(content::SERVICE_ACCOUNT).await, 1, "the service stays bound");
    // Who is cleared is only who is named.
    node.elastic().post("/_security/realm/corp/_clear_cache?usernames=amy").await.ok();
    jo.whoami().await;
    assert_eq!(slapd.binds_of(&content::user("jo")).await, 2);
}

async fn after_its_time_an_entry_is_asked_for_again() {
    let slapd = Slapd::start().await;
    let default = TestNode::builder().ldap(&slapd).start().await;
    let short = TestNode::builder().ldap(&slapd).ldap_setting(CORP, "cache.ttl", "2m").start().await;
    for (node, minutes) in [(&default, 20), (&short, 2)] {
        let jo = user(node, "jo");
        let before = slapd.binds_of(&content::user("jo")).await;
        jo.whoami().await;
        node.clock.advance(minutes * MINUTE - 1);
        jo.whoami().await;
        assert_eq!(slapd.binds_of(&content::user("jo")).await, before + 1);
        // That it was used does not make it younger.
        node.clock.advance(1);
        jo.whoami().await;
        assert_eq!(slapd.binds_of(&content::user("jo")).await, before + 2);
    }
}

async fn without_a_cache_every_login_is_asked_for() {
    let slapd = Slapd::start().await;
    let node = TestNode::builder().ldap(&slapd).ldap_setting(CORP, "cache.ttl", "0").start().await;
    for binds in 1..4 {
        user(&node, "jo").whoami().await;
        assert_eq!(slapd.binds_of(&content::user("jo")).await, binds);
        node.elastic().run_as("amy").whoami().await;
        assert_eq!(slapd.searches().await, 2 * binds);
    }
    assert_eq!(node.cache("realm/ldap/corp").entries, 0);
}

async fn a_new_password_works_at_once_and_the_old_one_until_a_clear() {
    let (slapd, node) = both().await;
    let (old, changed) = (user(&node, "jo"), secrets::password());
    let new = node.basic("jo", &changed);
    old.whoami().await;
    slapd.set_password("jo", &changed).await;
    assert_eq!(old.login().await, 200);
    assert_eq!(slapd.binds_of(&content::user("jo")).await, 1);
    assert_eq!(new.login().await, 200);
    // One name has one entry, and now it is this one's.
    assert_eq!(old.login().await, 401);
    assert_eq!(new.login().await, 200);
    assert_eq!(slapd.binds_of(&content::user("jo")).await, 3);
    // Whoever does not know the new one can use the old one until somebody clears.
    let next = secrets::password();
    slapd.set_password("jo", &next).await;
    assert_eq!(node.basic("jo", &secrets::password()).login().await, 401);
    assert_eq!(new.login().await, 200);
    clear(&node, CORP).await;
    assert_eq!(new.login().await, 401);
    assert_eq!(node.basic("jo", &next).login().await, 200);
}

async fn a_removed_user_works_until_a_clear() {
    let (slapd, node) = both().await;
    let amy = user(&node, "amy");
    amy.whoami().await;
    node.elastic().run_as("amy").whoami().await;
    slapd.remove_user("amy").await;
    assert_eq!((amy.login().await, node.elastic().run_as("amy").login().await), (200, 200));
    node.elastic().post("/_security/realm/corp/_clear_cache?usernames=amy").await.ok();
    assert_eq!((amy.login().await, node.elastic().run_as("amy").login().await), (401, 403));
    // And works again as soon as the directory has it: that somebody is unknown is not kept.
    slapd.add_user("amy", &password("amy")).await;
    assert_eq!((amy.login().await, node.elastic().run_as("amy").login().await), (200, 200));
}

async fn a_removed_user_works_until_its_time_is_over() {
    let (slapd, node) = both().await;
    let amy = user(&node, "amy");
    amy.whoami().await;
    slapd.remove_user("amy").await;
    node.clock.advance(20 * MINUTE - 1);
    assert_eq!(amy.login().await, 200);
    node.clock.advance(1);
    assert_eq!(amy.login().await, 401);
}

async fn a_change_of_groups_counts_after_a_clear() {
    let (slapd, node) = both().await;
    map(&node, "staff", &["superuser"], json!({"field": {"groups": content::group("staff")}})).await;
    let (jo, amy) = (user(&node, "jo"), user(&node, "amy"));
    assert_eq!((roles(&jo).await, roles(&amy).await), (json!([]), json!(["superuser"])));
    slapd.add_to_group("jo", "staff").await;
    slapd.remove_from_group("amy", "staff").await;
    assert_eq!((roles(&jo).await, roles(&amy).await), (json!([]), json!(["superuser"])));
    clear(&node, CORP).await;
    assert_eq!((roles(&jo).await, roles(&amy).await), (json!(["superuser"]), json!([])));
}

async fn each_way_to_keep_a_password_knows_it_again() {
    let slapd = Slapd::start().await;
    let mut binds = 0;
    for algorithm in ["ssha256", "bcrypt4", "pbkdf2_1000", "pbkdf2_stretch_1000"] {
        let node =
            TestNode::builder().ldap(&slapd).ldap_setting(CORP, "cache.hash_algo", algorithm).start().await;
        let jo = user(&node, "jo");
        jo.whoami().await;
        jo.whoami().await;
        binds += 1;
        assert_eq!(slapd.binds_of(&content::user("jo")).await, binds, "{algorithm}");
        assert_eq!(node.basic("jo", &secrets::password()).login().await, 401);
        binds += 1;
        assert_eq!(slapd.binds_of(&content::user("jo")).await, binds, "{algorithm}");
        jo.whoami().await;
        assert_eq!(slapd.binds_of(&content::user("jo")).await, binds, "{algorithm}");
    }
}

async fn it_holds_as_many_users_as_it_may() {
    let slapd = Slapd::start().await;
    let node = TestNode::builder().ldap(&slapd).ldap_setting(CORP, "cache.max_users", "2").start().await;
    for uid in ["jo", "amy", "beth"] {
        user(&node, uid).whoami().await;
        node.elastic().run_as(uid).whoami().await;
    }
    assert_eq!(node.cache("realm/ldap/corp").entries, 2);
    assert_eq!(node.cache("realm_lookup/ldap/corp").entries, 2);
    // Nobody is kept out by that.
    assert_eq!(user(&node, "jo").login().await, 200);
}
