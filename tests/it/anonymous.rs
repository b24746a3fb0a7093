//! Anonymous access: who comes without credentials, what they may, and what everybody else has of it.

mod access;
mod keys;
mod name;
mod roles;
mod routes;

use portcullis_tests::node::{Builder, TestNode};
use portcullis_tests::run::Test;
use serde_json::json;

pub(crate) const TESTS: [(&str, &[Test]); 5] = [
    ("anonymous::access", access::TESTS),
    ("anonymous::keys", keys::TESTS),
    ("anonymous::name", name::TESTS),
    ("anonymous::roles", roles::TESTS),
    ("anonymous::routes", routes::TESTS),
];

const ROLES: &str = "xpack.security.authc.anonymous.roles";
const USERNAME: &str = "xpack.security.authc.anonymous.username";
const EXCEPTION: &str = "xpack.security.authc.anonymous.authz_exception";

/// A node to be, where requests without credentials have the role `guests`.
fn open() -> Builder {
    TestNode::builder().setting(ROLES, "guests")
}

/// A node where requests without credentials have these cluster privileges.
async fn open_to(privileges: &[&str]) -> TestNode {
    let node = open().start().await;
    grant(&node, privileges).await;
    node
}

/// Gives the role `guests` these cluster privileges and no others.
async fn grant(node: &TestNode, privileges: &[&str]) {
    node.elastic().put("/_security/role/guests").json(&json!({"cluster": privileges})).await.ok();
}
