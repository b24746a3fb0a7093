//! What must not be sent: each endpoint is given bodies, names, parameters and credentials that it cannot use. The answer
//! is an error in Elasticsearch's form, and nothing is written.

mod bodies;
mod connections;
mod credentials;
mod names;
mod random;

use portcullis_tests::client::Answer;
use portcullis_tests::node::TestNode;
use portcullis_tests::run::Test;

pub(crate) const TESTS: [(&str, &[Test]); 5] = [
    ("bad_input::bodies", bodies::TESTS),
    ("bad_input::connections", connections::TESTS),
    ("bad_input::credentials", credentials::TESTS),
    ("bad_input::names", names::TESTS),
    ("bad_input::random", random::TESTS),
];

/// Asserts that an answer is a client's error in Elasticsearch's form: the envelope, a short error of the routing layer,
/// or, with 404, what an endpoint says of something that is not there.
#[track_caller]
fn refused(answer: &Answer, what: &str) {
    assert!((400..500).contains(&answer.status), "{what}: {} {}", answer.status, answer.text());
    let body = answer.json();
    match &body["error"] {
        error if error.is_object() => {
            answer.envelope();
        }
        error if error.is_string() => {}
        _ => assert_eq!(answer.status, 404, "{what}: {body}"),
    }
}

/// The store's revision: it rises with each write.
fn revision(node: &TestNode) -> u64 {
    node.security().stats().revision
}
