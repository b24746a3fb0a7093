//! The clear-cache APIs: what they name is loaded again, what they do not name stays warm, and the answer tells what was
//! evicted and what failed.

mod api_keys;
mod failures;
mod realms;
mod roles;
mod tokens;

use portcullis_tests::client::Client;
use portcullis_tests::node::TestNode;
use portcullis_tests::run::Test;
use serde_json::{Value, json};

pub(crate) const TESTS: [(&str, &[Test]); 5] = [
    ("clear_cache::realms", realms::TESTS),
    ("clear_cache::api_keys", api_keys::TESTS),
    ("clear_cache::tokens", tokens::TESTS),
    ("clear_cache::roles", roles::TESTS),
    ("clear_cache::failures", failures::TESTS),
];

/// Clears, and returns how many entries were evicted. The whole answer is checked.
async fn clear(node: &TestNode, target: &str) -> u64 {
    let answer = node.elastic().post(target).await.ok();
    let id = &node.security().settings().node_id;
    let evicted = answer["nodes"][id]["evicted"].as_u64().unwrap_or_else(|| panic!("{target}: {answer}"));
    let expected = json!({
        "_nodes": {"total": 1, "successful": 1, "failed": 0},
        "cluster_name": "tests",
        "nodes": {id: {"name": "node-1", "evicted": evicted}},
    });
    assert_eq!(answer.to_string(), expected.to_string(), "{target}");
    evicted
}

/// Clears where the node must fail, and returns the failure. The rest of the answer is checked.
async fn fail(node: &TestNode, target: &str) -> Value {
    let answer = node.elastic().post(target).await.ok();
    let id = &node.security().settings().node_id;
    assert_eq!(answer["nodes"], json!({}), "{target}: {answer}");
    let header = &answer["_nodes"];
    assert_eq!(
        (&header["total"], &header["successful"], &header["failed"]),
        (&json!(1), &json!(0), &json!(1))
    );
    let [failure] = header["failures"].as_array().unwrap().as_slice() else { panic!("{target}: {answer}") };
    assert_eq!(failure["type"], "failed_node_exception");
    assert_eq!(failure["reason"], format!("Failed node [{id}]"));
    assert_eq!(failure["node_id"], *id);
    failure.clone()
}

/// Which of these clients come from the cache: they are asked who they are, and loads of the cache are counted.
async fn warm(node: &TestNode, cache: &str, clients: &[&Client]) -> Vec<bool> {
    let mut warm = Vec::new();
    for client in clients {
        let before = node.cache(cache);
        client.whoami().await;
        let after = node.cache(cache);
        assert_eq!(after.hits + after.misses, before.hits + before.misses + 1, "{cache}");
        warm.push(after.hits > before.hits && after.loads == before.loads);
    }
    warm
}
