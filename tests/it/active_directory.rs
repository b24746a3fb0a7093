//! A realm of type `active_directory`: a whole node, set up as an operator would, beside a real domain controller. It is
//! Samba's; what only Microsoft's does is not seen here.

mod away;
mod groups;
mod logon;
mod lookup;
mod passwords;
mod refused;
mod tls;

use portcullis_security::DirectoryStats;
use portcullis_tests::client::Client;
use portcullis_tests::node::TestNode;
use portcullis_tests::run::Test;
use portcullis_tests::samba::{Samba, password};
use serde_json::{Value, json};

pub(crate) const TESTS: [(&str, &[Test]); 7] = [
    ("active_directory::away", away::TESTS),
    ("active_directory::groups", groups::TESTS),
    ("active_directory::logon", logon::TESTS),
    ("active_directory::lookup", lookup::TESTS),
    ("active_directory::passwords", passwords::TESTS),
    ("active_directory::refused", refused::TESTS),
    ("active_directory::tls", tls::TESTS),
];

/// The realm, as answers name it.
fn realm() -> Value {
    json!({"name": "ad", "type": "active_directory"})
}

/// A domain, and a node whose realm it is. Users search for themselves.
async fn domain() -> (Samba, TestNode) {
    let samba = Samba::start().await;
    let node = TestNode::builder().active_directory(&samba).start().await;
    (samba, node)
}

/// Somebody with the password that they have at the start.
fn user(node: &TestNode, account: &str) -> Client {
    node.basic(account, &password(account))
}

/// Empties the caches of the realm.
async fn clear(node: &TestNode) {
    node.elastic().post("/_security/realm/ad/_clear_cache").await.ok();
}

/// A role mapping for whoever these rules say.
async fn map(node: &TestNode, role: &str, rules: Value) {
    let body = json!({"enabled": true, "roles": [role], "rules": rules});
    node.elastic().put(&format!("/_security/role_mapping/{role}")).json(&body).await.ok();
}

/// What the node knows of the domain.
fn stats(node: &TestNode) -> DirectoryStats {
    node.security().stats().directories.remove(0).1
}
