//! `POST /_security/role/{name}/_clear_cache` and `POST /_security/privilege/{application}/_clear_cache`.

use portcullis_tests::node::TestNode;
use serde_json::json;

use super::{clear, warm};

portcullis_tests::tests![
    only_sets_with_the_roles_named_are_composed_again,
    privileges_are_cleared_by_doing_nothing
];

async fn only_sets_with_the_roles_named_are_composed_again() {
    let node = TestNode::start().await;
    for role in ["r", "s"] {
        node.elastic().put(&format!("/_security/role/{role}")).json(&json!({})).await.ok();
    }
    let clients = [
        node.user("a", &["r"]).await,
        node.user("b", &["s"]).await,
        node.user("c", &["r", "s"]).await,
        node.user("d", &["missing"]).await,
    ];
    let clients: Vec<_> = clients.iter().collect();
    warm(&node, "roles", &clients).await;
    let cases = [
        ("r", 2, [false, true, false, true]),
        ("s", 2, [true, false, false, true]),
        // The set of both roles is counted for each.
        ("r,s", 4, [false, false, false, true]),
        ("s%2Cr", 4, [false, false, false, true]),
        ("missing", 1, [true, true, true, false]),
        ("r,*", 2, [false, true, false, true]),
        ("unknown", 0, [true, true, true, true]),
        ("R", 0, [true, true, true, true]),
    ];
    for (names, evicted, expected) in cases {
        assert_eq!(clear(&node, &format!("/_security/role/{names}/_clear_cache")).await, evicted, "{names}");
        assert_eq!(warm(&node, "roles", &clients).await, expected, "{names}");
    }
    for names in ["*", "_all"] {
        // The four sets, and that of elastic.
        assert_eq!(clear(&node, &format!("/_security/role/{names}/_clear_cache")).await, 5, "{names}");
        assert_eq!(warm(&node, "roles", &clients).await, [false; 4], "{names}");
        node.elastic().whoami().await;
    }
}

async fn privileges_are_cleared_by_doing_nothing() {
    let node = TestNode::start().await;
    for applications in ["app", "app,other", "*", "_all"] {
        assert_eq!(clear(&node, &format!("/_security/privilege/{applications}/_clear_cache")).await, 0);
    }
}
