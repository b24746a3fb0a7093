//! What a request costs: unknown, wrong, disabled, without a password and right are one slow hash each, so that none of
//! them can be told from another by its price.

use portcullis_tests::client::Client;
use portcullis_tests::node::TestNode;
use portcullis_tests::{lines, secrets};
use serde_json::json;

portcullis_tests::tests![
    every_login_costs_one_slow_hash,
    a_name_that_two_realms_know_costs_one_for_each,
    a_wrong_password_beside_a_cached_one_costs_one_too,
    requests_at_once_share_one_slow_hash,
    an_unknown_key_costs_what_a_wrong_one_does,
];

async fn cost(node: &TestNode, client: &Client, status: u16) -> u64 {
    let before = node.slow_hashes();
    assert_eq!(client.login().await, status);
    node.slow_hashes() - before
}

async fn every_login_costs_one_slow_hash() {
    let in_file = secrets::password();
    let node = TestNode::builder().file("users", &lines::user("in_file", &in_file)).start().await;
    let right = node.user("right", &[]).await;
    let disabled = node.user("disabled", &[]).await;
    node.elastic().put("/_security/user/disabled/_disable").await.ok();
    let wrong = |name: &str| node.basic(name, &secrets::password());
    let cases = [
        ("right", right, 200),
        ("disabled, right password", disabled, 401),
        ("disabled, wrong password", wrong("disabled"), 401),
        ("wrong", wrong("right"), 401),
        ("unknown", wrong("unknown"), 401),
        ("not a name", wrong("ünknown\u{7f}"), 401),
        ("empty name", wrong(""), 401),
        ("empty password", node.basic("right", ""), 401),
        ("reserved, wrong", wrong("elastic"), 401),
        ("reserved, without a password", wrong("kibana_system"), 401),
        ("file, wrong", wrong("in_file"), 401),
        ("file, right", node.basic("in_file", &in_file), 200),
    ];
    for (what, client, status) in cases {
        assert_eq!(cost(&node, &client, status).await, 1, "{what}");
        assert_eq!(cost(&node, &client, status).await, 0, "{what}, a moment later");
    }
}

async fn a_name_that_two_realms_know_costs_one_for_each() {
    let in_file = secrets::password();
    let node = TestNode::builder().file("users", &lines::user("jo", &in_file)).start().await;
    let in_index = node.user("jo", &[]).await;
    // Either stored hash could be the right one, so no answer is known before both were asked.
    assert_eq!(cost(&node, &node.basic("jo", &secrets::password()), 401).await, 2);
    assert_eq!(cost(&node, &in_index, 200).await, 2);
    assert_eq!(cost(&node, &node.basic("jo", &in_file), 200).await, 1);
    assert_eq!(cost(&node, &in_index, 200).await, 0, "the refusal of the file's realm is remembered");
}

async fn a_wrong_password_beside_a_cached_one_costs_one_too() {
    let node = TestNode::start().await;
    let jo = node.user("jo", &[]).await;
    assert_eq!(cost(&node, &jo, 200).await, 1);
    for _ in 0..3 {
        assert_eq!(cost(&node, &node.basic("jo", &secrets::password()), 401).await, 1);
        assert_eq!(cost(&node, &jo, 200).await, 0, "a wrong password must not evict the good entry");
    }
}

async fn requests_at_once_share_one_slow_hash() {
    // A hash that lasts while the other requests arrive.
    let node = TestNode::builder()
        .setting("xpack.security.authc.password_hashing.algorithm", "bcrypt12")
        .start()
        .await;
    let jo = node.user("jo", &[]).await;
    let before = (node.slow_hashes(), node.cache("realm/native/default_native"));
    let requests: Vec<_> = (0..8)
        .map(|_| {
            tokio::spawn({
                let jo = jo.clone();
                async move { jo.login().await }
            })
        })
        .collect();
    for request in requests {
        assert_eq!(request.await.unwrap(), 200);
    }
    let after = node.cache("realm/native/default_native");
    assert_eq!((node.slow_hashes() - before.0, after.loads - before.1.loads), (1, 1));
    assert_eq!(after.coalesced - before.1.coalesced + after.hits - before.1.hits, 7);
}

async fn an_unknown_key_costs_what_a_wrong_one_does() {
    use base64::Engine;
    let node = TestNode::start().await;
    let (id, _) = node.key_of(&node.elastic(), &json!({"name": "k"})).await;
    let guess = |id: &str| {
        let text = format!("{id}:{}", secrets::password());
        node.anonymous().api_key(&base64::engine::general_purpose::STANDARD.encode(text))
    };
    let wrong = cost(&node, &guess(&id), 401).await;
    assert_eq!(cost(&node, &guess("unknown"), 401).await, wrong);
}
