//! A directory that is away, slow or out of its mind: a whole node beside a real `slapd` that is killed, paused and
//! changed, and beside servers that are none. What works while all is well is in `ldap`.

mod asked_sparingly;
mod fence;
mod flights;
mod others;
mod passwords;
mod strangers;
mod undecided;
mod waiting;

use portcullis_security::DirectoryStats;
use portcullis_tests::client::{Answer, Client};
use portcullis_tests::node::TestNode;
use portcullis_tests::node::ldap::CORP;
use portcullis_tests::run::Test;
use portcullis_tests::slapd::{Slapd, password};
use tokio::task::JoinHandle;

pub(crate) const TESTS: [(&str, &[Test]); 8] = [
    ("directory_down::asked_sparingly", asked_sparingly::TESTS),
    ("directory_down::fence", fence::TESTS),
    ("directory_down::flights", flights::TESTS),
    ("directory_down::others", others::TESTS),
    ("directory_down::passwords", passwords::TESTS),
    ("directory_down::strangers", strangers::TESTS),
    ("directory_down::undecided", undecided::TESTS),
    ("directory_down::waiting", waiting::TESTS),
];

/// The cache of the directory's users.
const CACHE: &str = "realm/ldap/corp";
/// The cache of those whom somebody acts as.
const LOOKUPS: &str = "realm_lookup/ldap/corp";

/// How long anything may take where the directory is to be waited for: longer than a test lasts.
const LONG: &str = "10m";
/// How long where it is not.
const SHORT: &str = "2s";

/// Longer than any server is spared, in milliseconds.
const SPARED: u64 = 30_000;

/// A node over this directory, which may take so long for anything.
async fn node_over(slapd: &Slapd, patience: &str) -> TestNode {
    TestNode::builder().ldap(slapd).ldap_patience(CORP, patience).start().await
}

/// What a node knows of the directory of [`CORP`].
fn stats(node: &TestNode) -> DirectoryStats {
    stats_of(node, CORP)
}

/// What a node knows of the directory of a realm.
fn stats_of(node: &TestNode, realm: &str) -> DirectoryStats {
    let name = format!("realm/ldap/{realm}");
    let told = node.security().stats().directories;
    told.into_iter().find(|(known, _)| *known == name).unwrap_or_else(|| panic!("no directory [{name}]")).1
}

/// A user of the directory, with the password that they have at the start.
fn user(node: &TestNode, uid: &str) -> Client {
    node.basic(uid, &password(uid))
}

/// Sends a request that nobody waits for yet.
fn begin(client: &Client) -> JoinHandle<Answer> {
    let request = client.authenticate();
    tokio::spawn(async move { request.await })
}

/// Returns when `what` holds.
async fn until(mut what: impl FnMut() -> bool) {
    while !what() {
        tokio::task::yield_now().await;
    }
}

/// Checks that this is neither yes nor no, and that it says nothing about a directory.
#[track_caller]
fn check_undecided(answer: &Answer) {
    assert_eq!(answer.envelope()["status"], 503);
    assert_eq!(answer.header("retry-after"), Some("1"));
    assert_eq!(answer.header("www-authenticate"), None);
    let told = String::from_utf8_lossy(&answer.bytes).to_lowercase();
    for word in ["ldap", "corp", "down-", "127.0.0.1", "localhost", "dc=", "uid=", "reader", "tls", "certif"]
    {
        assert!(!told.contains(word), "[{word}] in {told}");
    }
}
