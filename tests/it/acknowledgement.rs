//! The table of what an answer to a write waits for, walked against the routes: what each route that is not there to read
//! really does stands in the audit, and has exactly one row; and each row has a route.

use std::collections::BTreeSet;

use http::Method;
use portcullis_api::Route;
use portcullis_security::acknowledgement::TABLE;
use portcullis_tests::node::TestNode;
use serde_json::Value;

use crate::audit::lines_of;
use crate::samples;

portcullis_tests::tests![every_route_that_writes_has_its_row];

/// What clears caches changes no document: it is an order to every node, and waits for each.
const CLEARS: &str = "clear_cache";

async fn every_route_that_writes_has_its_row() {
    let node = TestNode::start().await;
    let mut seen = BTreeSet::new();
    for (route, method) in samples::all() {
        let what = format!("{method} {}", route.path);
        let done = done_by(&node, route, method).await;
        if [Method::GET, Method::HEAD].contains(method) {
            assert_eq!(done, Vec::<String>::new(), "{what} changes something");
            continue;
        }
        let [action] = done.as_slice() else {
            panic!("{what} must do one thing, and tell the audit: {done:?}")
        };
        if route.path.ends_with("/_clear_cache") {
            assert_eq!(action, CLEARS, "{what}");
            continue;
        }
        let rows = TABLE.iter().filter(|row| row.action == action).count();
        assert_eq!(rows, 1, "{what}: rows of [{action}] in the table of acknowledgements");
        seen.insert(action.clone());
    }
    let rows: BTreeSet<String> = TABLE.iter().map(|row| row.action.to_owned()).collect();
    assert_eq!(rows, seen, "rows, and what the routes do");
}

/// What a good request for this route does, by the audit.
async fn done_by(node: &TestNode, route: &Route, method: &Method) -> Vec<String> {
    let key = samples::prepare(node, route, method).await;
    let elastic = node.elastic();
    if route.path.ends_with("/_enable") {
        elastic.put(&format!("/_security/user/{}/_disable", samples::USER)).await.ok();
    }
    let lines = lines_of(samples::request(route, method, &elastic, &key, node.password())).await;
    let action = |line: &Value| line["event.action"].as_str().unwrap().to_owned();
    lines.iter().map(action).collect()
}
