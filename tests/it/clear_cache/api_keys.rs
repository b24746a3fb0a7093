//! `POST /_security/api_key/{ids}/_clear_cache`.

use portcullis_tests::client::Client;
use portcullis_tests::node::TestNode;
use serde_json::json;

use super::{clear, fail, warm};

portcullis_tests::tests![only_the_keys_named_are_loaded_again, without_a_cache_the_node_fails];

async fn key(node: &TestNode) -> (String, Client) {
    let (id, key) = node.key_of(&node.elastic(), &json!({"name": "k"})).await;
    key.whoami().await;
    (id, key)
}

async fn only_the_keys_named_are_loaded_again() {
    let node = TestNode::start().await;
    let ((a, of_a), (b, of_b)) = (key(&node).await, key(&node).await);
    let cases = [
        (a.clone(), [false, true]),
        (format!("{a},{b}"), [false, false]),
        (format!("{a}%2C{b}"), [false, false]),
        ("*".to_owned(), [false, false]),
        ("_all".to_owned(), [false, false]),
        (format!("{b},*"), [true, false]),
        ("unknown".to_owned(), [true, true]),
        ("bad%20name%C3%A9".to_owned(), [true, true]),
    ];
    for (ids, expected) in cases {
        let evicted = clear(&node, &format!("/_security/api_key/{ids}/_clear_cache")).await;
        assert_eq!(evicted, expected.iter().filter(|warm| !**warm).count() as u64, "{ids}");
        assert_eq!(warm(&node, "api_key", &[&of_a, &of_b]).await, expected, "{ids}");
    }
}

async fn without_a_cache_the_node_fails() {
    let node = TestNode::builder().setting("xpack.security.authc.api_key.cache.ttl", "0").start().await;
    let (id, key) = key(&node).await;
    for ids in [&id, "*"] {
        let failure = fail(&node, &format!("/_security/api_key/{ids}/_clear_cache")).await;
        assert_eq!(failure["caused_by"]["type"], "illegal_argument_exception");
        assert_eq!(failure["caused_by"]["reason"], "No cache named [api_key] is found");
    }
    // Keys work all the same, and each request reads the store.
    key.whoami().await;
}
