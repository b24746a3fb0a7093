//! LDAP realms in a whole node, over a real `slapd`: who gets in, as whom, with which roles, and what that costs the
//! directory. What becomes of it when a directory is away is not here.

mod cache;
mod chain;
mod groups;
mod keys;
mod logins;
mod lookups;
mod names;
mod referrals;
mod roles;
mod servers;
mod stats;
mod templates;
mod tls;

use portcullis_tests::client::Client;
use portcullis_tests::node::TestNode;
use portcullis_tests::run::Test;
use portcullis_tests::slapd::{Slapd, password};
use serde_json::{Value, json};

pub(crate) const TESTS: [(&str, &[Test]); 13] = [
    ("ldap::cache", cache::TESTS),
    ("ldap::chain", chain::TESTS),
    ("ldap::groups", groups::TESTS),
    ("ldap::keys", keys::TESTS),
    ("ldap::logins", logins::TESTS),
    ("ldap::lookups", lookups::TESTS),
    ("ldap::names", names::TESTS),
    ("ldap::referrals", referrals::TESTS),
    ("ldap::roles", roles::TESTS),
    ("ldap::servers", servers::TESTS),
    ("ldap::stats", stats::TESTS),
    ("ldap::templates", templates::TESTS),
    ("ldap::tls", tls::TESTS),
];

/// A directory, and a node whose realm `corp` searches it.
async fn both() -> (Slapd, TestNode) {
    let slapd = Slapd::start().await;
    let node = TestNode::builder().ldap(&slapd).start().await;
    (slapd, node)
}

/// A user of the directory, with the password that they have at the start.
fn user(node: &TestNode, uid: &str) -> Client {
    node.basic(uid, &password(uid))
}

/// Gives `roles` to those whom the rule fits.
async fn map(node: &TestNode, name: &str, roles: &[&str], rules: Value) {
    let body = json!({"enabled": true, "roles": roles, "rules": rules});
    node.elastic().put(&format!("/_security/role_mapping/{name}")).json(&body).await.ok();
}

/// The roles that somebody has.
async fn roles(client: &Client) -> Value {
    client.whoami().await["roles"].clone()
}

/// The groups that somebody is in, sorted.
async fn groups(client: &Client) -> Vec<String> {
    let who = client.whoami().await;
    let groups = who["metadata"]["ldap_groups"].as_array().unwrap();
    let mut groups: Vec<String> = groups.iter().map(|it| it.as_str().unwrap().to_owned()).collect();
    groups.sort();
    groups
}

/// Clears all of a realm's caches.
async fn clear(node: &TestNode, realm: &str) {
    node.elastic().post(&format!("/_security/realm/{realm}/_clear_cache")).await.ok();
}
