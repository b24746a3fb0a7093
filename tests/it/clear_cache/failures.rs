//! How a node's failure is told: always the cause, and with `error_trace` where it was raised and what else went wrong.

use portcullis_tests::client::Client;
use portcullis_tests::node::TestNode;
use serde_json::Value;

use super::fail;

portcullis_tests::tests![
    a_broken_cache_fails_the_node,
    traces_are_told_on_request_only,
    a_second_failure_is_suppressed,
    a_cleared_cache_beside_a_broken_one_is_cleared,
    only_post_clears,
    no_body_and_no_unknown_parameter,
];

const TOKEN: &str = "/_security/service/elastic/fleet-server/credential/token/t/_clear_cache";
const BREAKABLE: [(&str, &str); 4] = [
    ("realm/native/default_native", "/_security/realm/default_native/_clear_cache"),
    ("roles", "/_security/role/r/_clear_cache"),
    ("api_key", "/_security/api_key/k/_clear_cache"),
    ("file_service_account_token", TOKEN),
];

async fn a_broken_cache_fails_the_node() {
    let node = TestNode::start().await;
    for (cache, target) in BREAKABLE {
        node.security().break_cache(Some(cache));
        let failure = fail(&node, target).await;
        assert_eq!(failure["caused_by"]["type"], "exception", "{failure}");
        assert_eq!(failure["caused_by"]["reason"], format!("the cache [{cache}] is broken"));
        node.security().break_cache(None);
        super::clear(&node, target).await;
    }
}

/// Every object of a failure: it, its causes, and what they suppress.
fn entries(failure: &Value) -> Vec<&Value> {
    let mut all = vec![failure];
    all.extend(failure.get("caused_by").map(entries).unwrap_or_default());
    for suppressed in failure.get("suppressed").and_then(Value::as_array).into_iter().flatten() {
        all.extend(entries(suppressed));
    }
    all
}

async fn traces_are_told_on_request_only() {
    let node = TestNode::start().await;
    node.security().break_cache(Some("api_key"));
    let targets = ["/_security/api_key/k/_clear_cache", "/_security/realm/nowhere/_clear_cache"];
    for target in targets {
        let failure = fail(&node, &format!("{target}?error_trace=true")).await;
        let entries = entries(&failure);
        assert_eq!(entries.len(), 2, "the failure and its cause");
        for entry in entries {
            let trace = entry["stack_trace"].as_str().unwrap();
            let (kind, reason) = (entry["type"].as_str().unwrap(), entry["reason"].as_str().unwrap());
            assert!(trace.starts_with(&format!("{kind}: {reason}\n")), "{trace}");
            // The place in our code that raised it.
            assert!(trace.contains(".rs:"), "{trace}");
        }
        let trace = failure["stack_trace"].as_str().unwrap();
        let (outer, inner) = trace.split_once("Caused by: ").unwrap();
        assert!(outer.starts_with("failed_node_exception: "), "{trace}");
        assert!(inner.starts_with(failure["caused_by"]["type"].as_str().unwrap()), "{trace}");
        for query in ["", "?error_trace=false"] {
            let failure = fail(&node, &format!("{target}{query}")).await;
            assert!(!failure.to_string().contains("stack_trace"), "{failure}");
        }
    }
}

async fn a_second_failure_is_suppressed() {
    let node = TestNode::start().await;
    node.security().break_cache(Some("file_service_account_token"));
    node.security().break_cache(Some("index_service_account_token"));
    let failure = fail(&node, &format!("{TOKEN}?error_trace")).await;
    let cause = &failure["caused_by"];
    assert_eq!(cause["reason"], "the cache [file_service_account_token] is broken");
    let [suppressed] = cause["suppressed"].as_array().unwrap().as_slice() else { panic!("{failure}") };
    assert_eq!(suppressed["reason"], "the cache [index_service_account_token] is broken");
    assert!(suppressed["stack_trace"].as_str().unwrap().contains(".rs:"), "{suppressed}");
    let failure = fail(&node, TOKEN).await;
    assert!(!failure.to_string().contains("suppressed"), "{failure}");
}

async fn a_cleared_cache_beside_a_broken_one_is_cleared() {
    let node = TestNode::start().await;
    node.token("t").await.whoami().await;
    node.security().break_cache(Some("file_service_account_token"));
    fail(&node, TOKEN).await;
    assert_eq!(node.cache("index_service_account_token").entries, 0);
}

async fn only_post_clears() {
    let node = TestNode::start().await;
    for (_, target) in BREAKABLE {
        let answer = node.elastic().get(target).await;
        assert_eq!((answer.status, answer.header("allow")), (405, Some("POST")), "{target}");
    }
    // An empty segment collapses: this is the path of one API key.
    let answer = node.elastic().post("/_security/api_key//_clear_cache").await;
    assert_eq!((answer.status, answer.header("allow")), (405, Some("PUT")));
}

async fn no_body_and_no_unknown_parameter() {
    let node = TestNode::start().await;
    let elastic: Client = node.elastic();
    let target = "/_security/realm/default_native/_clear_cache";
    let reason = format!("request [POST {target}] does not support having a body");
    let answer = elastic.post(target).json(&serde_json::json!({})).await;
    answer.refused_because(400, "illegal_argument_exception", &reason);
    let reason = format!(
        "request [{target}] contains unrecognized parameter: [username] -> did you mean [usernames]?"
    );
    let answer = elastic.post(&format!("{target}?username=a")).await;
    answer.refused_because(400, "illegal_argument_exception", &reason);
}
