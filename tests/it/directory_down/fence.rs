//! The fence in front of a slow directory: something is acknowledged while the directory is asked. What it says then is not
//! kept, and is not told to whoever came after the acknowledgement.

use portcullis_cache::Mutant;
use portcullis_tests::client::Client;
use portcullis_tests::node::TestNode;
use portcullis_tests::node::ldap::CORP;
use portcullis_tests::secrets;
use portcullis_tests::slapd::gate::{Gate, Question};
use portcullis_tests::slapd::{Slapd, content};
use serde_json::{Value, json};

use super::{CACHE, LONG, LOOKUPS, begin, node_over, stats, until, user};

portcullis_tests::tests![
    a_clear_of_the_user_overtakes_a_login,
    a_clear_of_the_realm_overtakes_a_login,
    a_new_mapping_overtakes_a_login,
    a_mapping_that_goes_overtakes_a_login,
    a_new_file_of_mappings_overtakes_a_login,
    a_clear_of_another_user_overtakes_nobody,
    a_yes_to_the_old_password_is_worth_nothing_after_a_clear,
    a_user_who_was_found_and_then_removed_is_nobody_after_a_clear,
    groups_that_were_read_before_a_clear_give_no_roles_after_it,
    a_broken_fence_lets_the_old_password_in,
];

/// What happens while the directory is asked, and what roles jo has from then on.
struct Change<C> {
    make: C,
    roles: Value,
}

async fn a_clear_of_the_user_overtakes_a_login() {
    let make = async |node: &TestNode| clear(node, "corp", "?usernames=jo").await;
    overtaken_by(Change { make, roles: json!(["mapped"]) }).await;
}

async fn a_clear_of_the_realm_overtakes_a_login() {
    for realm in ["corp", "*"] {
        let make = async |node: &TestNode| clear(node, realm, "").await;
        overtaken_by(Change { make, roles: json!(["mapped"]) }).await;
    }
}

async fn a_new_mapping_overtakes_a_login() {
    let make = async |node: &TestNode| map(node, "second", "also").await;
    overtaken_by(Change { make, roles: json!(["also", "mapped"]) }).await;
}

async fn a_mapping_that_goes_overtakes_a_login() {
    let make = async |node: &TestNode| {
        node.elastic().delete("/_security/role_mapping/first").await.ok();
    };
    overtaken_by(Change { make, roles: json!([]) }).await;
}

async fn a_new_file_of_mappings_overtakes_a_login() {
    let make = async |node: &TestNode| {
        node.write("role_mapping.yml", &format!("filed:\n  - \"{}\"\n", content::user("jo")));
    };
    overtaken_by(Change { make, roles: json!(["filed", "mapped"]) }).await;
}

async fn clear(node: &TestNode, realm: &str, query: &str) {
    node.elastic().post(&format!("/_security/realm/{realm}/_clear_cache{query}")).await.ok();
}

async fn map(node: &TestNode, name: &str, role: &str) {
    let body = json!({"enabled": true, "roles": [role], "rules": {"field": {"username": "jo"}}});
    node.elastic().put(&format!("/_security/role_mapping/{name}")).json(&body).await.ok();
}

/// Jo logs in cold, and somebody acts as jo.
fn cold(node: &TestNode) -> [(Client, &'static str); 2] {
    [(user(node, "jo"), CACHE), (node.elastic().run_as("jo"), LOOKUPS)]
}

async fn overtaken_by(change: Change<impl AsyncFn(&TestNode)>) {
    for way in 0..2 {
        let mut slapd = Slapd::start().await;
        let node = node_over(&slapd, LONG).await;
        map(&node, "first", "mapped").await;
        let (client, cache) = cold(&node)[way].clone();
        slapd.pause();
        let early = begin(&client);
        until(|| stats(&node).service_binds == 1).await;
        (change.make)(&node).await;
        let late = begin(&client);
        // Its own way to the directory, not that of the other.
        until(|| stats(&node).service_binds == 2).await;
        slapd.resume();
        early.await.unwrap().ok();
        assert_eq!(late.await.unwrap().ok()["roles"], change.roles);
        let after = node.cache(cache);
        assert_eq!((after.coalesced, after.refused_inserts), (0, 1), "{cache}");
        assert_eq!(slapd.searches().await, 2);
        let binds = if cache == CACHE { 2 } else { 0 };
        assert_eq!(slapd.binds_of(&content::user("jo")).await, binds);
        // What the late one was told is kept.
        assert_eq!(client.whoami().await["roles"], change.roles);
        assert_eq!(node.cache(cache).hits - after.hits, 1, "{cache}");
    }
}

async fn a_clear_of_another_user_overtakes_nobody() {
    for way in 0..2 {
        let mut slapd = Slapd::start().await;
        let node = node_over(&slapd, LONG).await;
        let (client, cache) = cold(&node)[way].clone();
        slapd.pause();
        let early = begin(&client);
        until(|| stats(&node).service_binds == 1).await;
        clear(&node, "corp", "?usernames=amy").await;
        let late = begin(&client);
        until(|| node.cache(cache).coalesced == 1).await;
        slapd.resume();
        early.await.unwrap().ok();
        late.await.unwrap().ok();
        assert_eq!(node.cache(cache).refused_inserts, 0);
        assert_eq!(slapd.searches().await, 1);
    }
}

/// A node whose directory is behind a gate, with one connection to search on that waits to be used.
async fn behind_gate(slapd: &Slapd) -> (TestNode, Gate) {
    let gate = Gate::before(slapd).await;
    let node = TestNode::builder().ldap(slapd).ldap_patience(CORP, LONG);
    let node = node.ldap_setting(CORP, "url", &gate.url()).start().await;
    user(&node, "amy").whoami().await;
    (node, gate)
}

async fn a_yes_to_the_old_password_is_worth_nothing_after_a_clear() {
    assert!(!old_password_gets_in(Mutant::None).await);
}

async fn a_broken_fence_lets_the_old_password_in() {
    for mutant in [Mutant::FenceStays, Mutant::NoTicketCheck, Mutant::NoDetach] {
        assert!(old_password_gets_in(mutant).await, "{mutant:?} is not noticed");
    }
}

/// The directory says yes, the password changes there, the cache is cleared, and then the yes arrives. Whether anybody who
/// came after the clear got in with the old password.
async fn old_password_gets_in(mutant: Mutant) -> bool {
    let slapd = Slapd::start().await;
    let (node, gate) = behind_gate(&slapd).await;
    node.security().set_mutant(mutant);
    let (old, password) = (user(&node, "jo"), secrets::password());
    gate.hold(Question::Bind);
    let early = begin(&old);
    gate.holds(1).await;
    slapd.set_password("jo", &password).await;
    clear(&node, "corp", "?usernames=jo").await;
    let late = begin(&old);
    until(|| stats(&node).user_binds + node.cache(CACHE).coalesced == 3).await;
    gate.open();
    // This one was on its way when the clear came: it may have been let in before it.
    assert_eq!(early.await.unwrap().status, 200);
    let after = [late.await.unwrap().status, old.login().await];
    node.basic("jo", &password).whoami().await;
    after.contains(&200)
}

async fn a_user_who_was_found_and_then_removed_is_nobody_after_a_clear() {
    let slapd = Slapd::start().await;
    let (node, gate) = behind_gate(&slapd).await;
    let as_jo = node.elastic().run_as("jo");
    gate.hold(Question::Search);
    let early = begin(&as_jo);
    gate.holds(1).await;
    slapd.remove_user("jo").await;
    clear(&node, "corp", "").await;
    let late = begin(&as_jo);
    until(|| stats(&node).searches == 3).await;
    gate.open();
    early.await.unwrap().ok();
    assert_eq!(late.await.unwrap().status, 403);
    assert_eq!(as_jo.login().await, 403);
    assert_eq!(node.cache(LOOKUPS).refused_inserts, 1);
}

async fn groups_that_were_read_before_a_clear_give_no_roles_after_it() {
    let slapd = Slapd::start().await;
    let (node, gate) = behind_gate(&slapd).await;
    let rules = json!({"field": {"groups": content::group("readers")}});
    let body = json!({"enabled": true, "roles": ["reader"], "rules": rules});
    node.elastic().put("/_security/role_mapping/readers").json(&body).await.ok();
    let jo = user(&node, "jo");
    gate.hold(Question::Search);
    let early = begin(&jo);
    gate.holds(1).await;
    slapd.remove_from_group("jo", "readers").await;
    clear(&node, "corp", "?usernames=jo").await;
    let late = begin(&jo);
    gate.holds(2).await;
    gate.open();
    assert_eq!(early.await.unwrap().ok()["roles"], json!(["reader"]));
    for who in [late.await.unwrap().ok(), jo.whoami().await] {
        assert_eq!(who["roles"], json!([]));
    }
    assert_eq!(node.cache(CACHE).refused_inserts, 1);
}
