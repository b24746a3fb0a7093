//! Role mappings: the API, what is refused, and whom they give roles to.

mod access;
mod directory;
mod file;
mod hostile;
mod keys;
mod realms;
mod refused;
mod walk;

use portcullis_tests::client::Client;
use portcullis_tests::directory::TestDirectory;
use portcullis_tests::node::TestNode;
use portcullis_tests::run::Test;
use portcullis_tests::secrets;
use serde_json::{Value, json};

pub(crate) const TESTS: [(&str, &[Test]); 8] = [
    ("role_mappings::access", access::TESTS),
    ("role_mappings::directory", directory::TESTS),
    ("role_mappings::file", file::TESTS),
    ("role_mappings::hostile", hostile::TESTS),
    ("role_mappings::keys", keys::TESTS),
    ("role_mappings::realms", realms::TESTS),
    ("role_mappings::refused", refused::TESTS),
    ("role_mappings::walk", walk::TESTS),
];

/// The cache of the directory's users.
const CACHE: &str = "realm/ldap/corp";

/// A mapping of these roles.
fn gives(roles: &[&str], rules: Value) -> Value {
    json!({"enabled": true, "roles": roles, "rules": rules})
}

/// Puts a mapping.
async fn put(node: &TestNode, name: &str, body: &Value) {
    node.elastic().put(&format!("/_security/role_mapping/{name}")).json(body).await.ok();
}

/// A node with a directory behind all other realms.
async fn with_directory() -> (TestNode, TestDirectory) {
    let directory = TestDirectory::new("ldap", "corp");
    (TestNode::builder().directory(10, &directory).start().await, directory)
}

/// Puts `jo`, who is in two groups, into the directory.
fn jo(node: &TestNode, directory: &TestDirectory) -> Client {
    let password = secrets::password();
    let mut jo = portcullis_tests::directory::user("jo");
    jo.groups = ["cn=Red,ou=groups,dc=tests", "cn=blue,ou=groups,dc=tests"].map(str::to_owned).into();
    jo.full_name = Some("Jo March".to_owned());
    jo.metadata.insert("room".to_owned(), json!(7));
    directory.put(jo, &password);
    node.basic("jo", &password)
}
