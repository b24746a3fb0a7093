//! Mappings that cost much: each has a limit, and who reaches it is told which.

use portcullis_tests::client::Answer;
use portcullis_tests::node::TestNode;
use portcullis_tests::{directory, secrets};
use serde_json::{Value, json};

use super::{CACHE, gives, put, with_directory};

portcullis_tests::tests![
    a_name_stands_once,
    what_nests_too_deep_is_refused,
    what_is_too_large_is_refused,
    expressions_that_cost_too_much_are_refused,
    what_is_taken_is_decided_within_its_limits,
    a_template_that_swells_gives_nothing,
];

async fn sent(node: &TestNode, body: impl Into<Vec<u8>>) -> Answer {
    node.elastic()
        .put("/_security/role_mapping/m")
        .header("Content-Type", "application/json")
        .body(body)
        .await
}

/// The refusal of a body, with the cause if there is one.
async fn refused(node: &TestNode, status: u16, body: &str) -> String {
    let answer = sent(node, body).await;
    assert_eq!(answer.status, status, "{:.300}", answer.text());
    answer.envelope()["error"].to_string()
}

fn with_rules(rules: &str) -> String {
    format!(r#"{{"enabled":true,"roles":["r"],"rules":{rules}}}"#)
}

async fn a_name_stands_once() {
    let node = TestNode::start().await;
    for body in [
        r#"{"enabled":true,"enabled":true,"roles":["r"],"rules":{"any":[]}}"#.to_owned(),
        with_rules(r#"{"any":[],"any":[]}"#),
        with_rules(r#"{"field":{"dn":"a","dn":"b"}}"#),
        with_rules(r#"{"all":[{"field":{"dn":"a"},"field":{"dn":"a"}}]}"#),
    ] {
        let error = refused(&node, 400, &body).await;
        assert!(error.contains("x_content_parse_exception") && error.contains("Duplicate field"), "{error}");
    }
}

async fn what_nests_too_deep_is_refused() {
    let node = TestNode::start().await;
    let nested = |depth: usize| with_rules(&format!("{}{}", r#"{"all":["#.repeat(depth), "]}".repeat(depth)));
    assert_eq!(sent(&node, nested(20)).await.status, 200);
    let error = refused(&node, 400, &nested(40)).await;
    assert!(error.contains("rules may nest at most"), "{error}");
    for depth in [1_000, 100_000] {
        let error = refused(&node, 400, &nested(depth)).await;
        assert!(error.contains("x_content_parse_exception"), "{error}");
    }
    let sections = format!("{}{}", "{{#a}}".repeat(1_000), "{{/a}}".repeat(1_000));
    let body = json!({"enabled": true, "role_templates": [{"template": {"source": sections}}], "rules": {"any": []}});
    refused(&node, 400, &body.to_string()).await;
}

async fn what_is_too_large_is_refused() {
    let node = TestNode::start().await;
    let values = |count: usize| with_rules(&json!({"field": {"username": vec!["x"; count]}}).to_string());
    assert_eq!(sent(&node, values(9_000)).await.status, 200);
    let error = refused(&node, 400, &values(11_000)).await;
    assert!(error.contains("at most [10000] rules and values"), "{error}");
    let rules = json!({"any": vec![json!({"field": {"username": "x"}}); 6_000]});
    let error = refused(&node, 400, &with_rules(&rules.to_string())).await;
    assert!(error.contains("at most [10000] rules and values"), "{error}");
    let error = refused(&node, 400, &gives(&["r"; 1_001], json!({"any": []})).to_string()).await;
    assert!(error.contains("at most [1000] entries in [roles]"), "{error}");
    // Under the limit of bodies, over that of documents.
    let body = |bytes: usize| {
        json!({"enabled": true, "roles": ["r"], "rules": {"any": []}, "metadata": {"x": "x".repeat(bytes)}})
            .to_string()
    };
    let error = refused(&node, 400, &body(600_000)).await;
    assert!(error.contains("more than the limit of"), "{error}");
    refused(&node, 413, &body(1_100_000)).await;
}

async fn expressions_that_cost_too_much_are_refused() {
    let node = TestNode::start().await;
    for pattern in ["/(a{1,1000}){1,1000}/", "/((((a{1,99}){1,99}){1,99}){1,99})/", "/(/", "/[/", "/x"] {
        let rules = json!({"field": {"username": pattern}});
        let error = refused(&node, 400, &with_rules(&rules.to_string())).await;
        assert!(error.contains("illegal_argument_exception"), "{pattern}: {error}");
    }
    // Each is good alone; all together are too much.
    let many: Vec<String> = (0..5_000).map(|number| format!("/.*{number}.*[a-z]{{10,50}}.*/")).collect();
    let rules = json!({"field": {"username": many}});
    let error = refused(&node, 400, &with_rules(&rules.to_string())).await;
    assert!(error.contains("illegal_argument_exception"), "{error}");
}

async fn what_is_taken_is_decided_within_its_limits() {
    let (node, corp) = with_directory().await;
    // Backtracking would never end with these.
    let name = "a".repeat(800);
    let patterns = ["/(a+)+b/", "/(a|a)*c/", "/(.*a){12}d/", "*a*a*a*a*a*a*a*a*a*a*a*a*e"];
    for (number, pattern) in patterns.iter().enumerate() {
        put(&node, &format!("m{number}"), &gives(&["no"], json!({"field": {"username": pattern}}))).await;
    }
    put(&node, "all", &gives(&["yes"], json!({"field": {"username": "/a*/"}}))).await;
    let password = secrets::password();
    corp.put(directory::user(&name), &password);
    let who = node.basic(&name, &password).whoami().await;
    assert_eq!(who["roles"], json!(["yes"]));
    assert_eq!(node.cache(CACHE).entries, 1);
}

async fn a_template_that_swells_gives_nothing() {
    let (node, corp) = with_directory().await;
    let template = |source: &str| json!({"template": {"source": source}, "format": "json"});
    let swelling =
        format!("[{}]", "{{#groups}}{{#groups}}{{#groups}}\"{{dn}}\",{{/groups}}{{/groups}}{{/groups}}\"x\"");
    let body = json!({
        "enabled": true,
        "role_templates": [template(&swelling), template("\"of-{{username}}\"")],
        "rules": {"all": []},
    });
    put(&node, "m", &body).await;
    let password = secrets::password();
    let mut al = directory::user("al");
    al.groups = (0..500).map(|number| format!("cn=g{number},dc=tests")).collect();
    corp.put(al, &password);
    let roles: Value = node.basic("al", &password).whoami().await["roles"].clone();
    assert_eq!(roles, json!(["of-al"]), "the others stand");
}
