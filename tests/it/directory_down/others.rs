//! Who needs no directory is not harmed by one that is away: users of other realms, keys and tokens.

use portcullis_tests::client::Client;
use portcullis_tests::node::TestNode;
use portcullis_tests::node::ldap::CORP;
use portcullis_tests::slapd::Slapd;
use portcullis_tests::{lines, secrets};
use serde_json::json;

use super::{LONG, SHORT, SPARED, begin, check_undecided, node_over, stats, until, user};

portcullis_tests::tests![
    they_are_answered_while_somebody_waits_for_it,
    realms_behind_it_say_yes_and_none_of_them_says_no,
    somebody_to_act_as_is_found_before_it_and_not_behind_it,
    a_key_of_one_of_its_users_lives_on,
];

async fn they_are_answered_while_somebody_waits_for_it() {
    let mut slapd = Slapd::start().await;
    let password = secrets::password();
    let node = TestNode::builder().ldap(&slapd).ldap_patience(CORP, LONG);
    let node = node.file("users", &lines::user("filed", &password)).start().await;
    let native = node.user("native", &[]).await;
    let (_, key) = node.key_of(&node.elastic(), &json!({"name": "k"})).await;
    let others = [node.elastic(), native, node.basic("filed", &password), key, node.token("t").await];
    slapd.pause();
    let waits = begin(&user(&node, "jo"));
    until(|| stats(&node).service_binds == 1).await;
    for target in ["realm/*", "api_key/*", "service/elastic/fleet-server/credential/token/*"] {
        node.elastic().post(&format!("/_security/{target}/_clear_cache")).await.ok();
    }
    // The clear let go of what the one who waits asked. The others are asked about cold, then warm.
    for _ in 0..2 {
        for other in &others {
            other.whoami().await;
        }
    }
    node.elastic().run_as("native").whoami().await;
    assert!(!waits.is_finished());
    slapd.resume();
    waits.await.unwrap().ok();
}

/// A node whose realm of native users comes after the directory.
async fn with_natives_behind(slapd: &Slapd) -> (TestNode, Client) {
    let node = TestNode::builder()
        .ldap(slapd)
        .ldap_patience(CORP, SHORT)
        .setting("xpack.security.authc.realms.native.behind.order", "20")
        .start()
        .await;
    let native = node.user("native", &[]).await;
    (node, native)
}

async fn realms_behind_it_say_yes_and_none_of_them_says_no() {
    let mut slapd = Slapd::start().await;
    let (node, native) = with_natives_behind(&slapd).await;
    let wrong = node.basic("native", &secrets::password());
    assert_eq!(wrong.login().await, 401);
    slapd.kill();
    native.whoami().await;
    for _ in 0..2 {
        // It might have been a password of the directory.
        check_undecided(&wrong.authenticate().await);
        // The names of built-in users are in no directory.
        assert_eq!(node.basic("elastic", &secrets::password()).login().await, 401);
        assert_eq!(node.basic("kibana_system", &secrets::password()).login().await, 401);
    }
    slapd.restart().await;
    node.clock.advance(SPARED);
    assert_eq!(wrong.login().await, 401);
    native.whoami().await;
}

async fn somebody_to_act_as_is_found_before_it_and_not_behind_it() {
    let mut slapd = Slapd::start().await;
    let before = node_over(&slapd, SHORT).await;
    before.user("native", &[]).await;
    let (behind, _) = with_natives_behind(&slapd).await;
    let unknown = |node: &TestNode| node.elastic().run_as("nobody").authenticate();
    assert_eq!(unknown(&before).await.status, 403);
    slapd.kill();
    before.elastic().run_as("native").whoami().await;
    check_undecided(&unknown(&before).await);
    // The directory may have a user of this name, and that would be the one.
    check_undecided(&behind.elastic().run_as("native").authenticate().await);
    slapd.restart().await;
    behind.clock.advance(SPARED);
    behind.elastic().run_as("native").whoami().await;
}

async fn a_key_of_one_of_its_users_lives_on() {
    let mut slapd = Slapd::start().await;
    let node = node_over(&slapd, SHORT).await;
    let mapping = json!({"enabled": true, "roles": ["superuser"], "rules": {"field": {"username": "jo"}}});
    node.elastic().put("/_security/role_mapping/jo").json(&mapping).await.ok();
    let (id, key) = node.key_of(&user(&node, "jo"), &json!({"name": "k"})).await;
    slapd.kill();
    node.elastic().post("/_security/realm/corp/_clear_cache").await.ok();
    check_undecided(&user(&node, "jo").authenticate().await);
    for _ in 0..2 {
        key.whoami().await;
        node.elastic().post(&format!("/_security/api_key/{id}/_clear_cache")).await.ok();
    }
}
