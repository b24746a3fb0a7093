//! `role_mapping.yml`: names of users and groups, and what a change of the file does.

use portcullis_tests::node::TestNode;
use serde_json::{Value, json};

use super::{gives, jo, put, with_directory};

portcullis_tests::tests![
    names_of_users_and_groups_have_roles,
    a_change_counts_when_it_is_taken_in,
    what_does_not_parse_keeps_what_was_good,
    an_entry_that_is_no_name_is_left_out,
    a_missing_file_is_empty,
    its_mappings_are_not_told,
    an_unchanged_file_evicts_nothing,
];

const FILE: &str = "role_mapping.yml";

/// What the statistics tell of the file.
async fn told(node: &TestNode) -> Value {
    let stats = node.elastic().get("/_security/stats").await.ok();
    stats["nodes"][&node.security().settings().node_id]["files"][FILE].clone()
}

async fn names_of_users_and_groups_have_roles() {
    let (node, corp) = with_directory().await;
    let jo = jo(&node, &corp);
    let cases = [
        ("r: ['uid=jo,ou=people,dc=tests']", json!(["r"])),
        ("r: 'uid=jo,ou=people,dc=tests'", json!(["r"])),
        ("r: ['UID=Jo, OU=people, DC=TESTS']", json!(["r"])),
        ("r: ['cn=red,ou=groups,dc=tests']\ns: ['cn=BLUE , ou=groups,dc=tests']", json!(["r", "s"])),
        ("r:\n  - cn=red,ou=groups,dc=tests\n  - cn=blue,ou=groups,dc=tests", json!(["r"])),
        // Neither wildcards nor names above.
        ("r: ['*,ou=people,dc=tests', 'uid=*,ou=people,dc=tests']", json!([])),
        ("r: ['ou=people,dc=tests']", json!([])),
        ("r: ['/.*/']", json!([])),
        ("", json!([])),
        ("# nothing but this", json!([])),
    ];
    for (text, roles) in cases {
        node.write(FILE, text);
        assert_eq!(jo.whoami().await["roles"], roles, "{text}");
    }
}

async fn a_change_counts_when_it_is_taken_in() {
    let (node, corp) = with_directory().await;
    let jo = jo(&node, &corp);
    let may = async || jo.get("/_security/user").await.status;
    assert_eq!(may().await, 403);
    node.write(FILE, "superuser: ['cn=red,ou=groups,dc=tests']\n");
    assert_eq!(may().await, 200);
    node.write(FILE, "superuser: ['cn=green,ou=groups,dc=tests']\n");
    assert_eq!(may().await, 403);
}

async fn what_does_not_parse_keeps_what_was_good() {
    let (node, corp) = with_directory().await;
    let jo = jo(&node, &corp);
    node.write(FILE, "r: ['cn=red,ou=groups,dc=tests']\n");
    for broken in ["r: [", "- a\n- b\n", "r: {\n", "\"text\"", "r: [a]\nr: [b]\n"] {
        node.write(FILE, broken);
        node.elastic().post("/_security/realm/*/_clear_cache").await.ok();
        assert_eq!(jo.whoami().await["roles"], json!(["r"]), "{broken}");
        assert!(told(&node).await["error"].is_string(), "{broken}");
    }
    node.write(FILE, "s: ['cn=red,ou=groups,dc=tests']\n");
    assert_eq!(jo.whoami().await["roles"], json!(["s"]));
    assert_eq!(told(&node).await["error"], Value::Null);
}

async fn an_entry_that_is_no_name_is_left_out() {
    let (node, corp) = with_directory().await;
    let jo = jo(&node, &corp);
    node.write(FILE, "r: ['no name', 1, 'cn=red,ou=groups,dc=tests']\ns: ['cn=']\n");
    assert_eq!(jo.whoami().await["roles"], json!(["r"]));
    let told = told(&node).await;
    assert_eq!(told["ignored_lines"][0]["line"], json!(null), "an entry has no line");
    let reasons: Vec<&str> =
        told["ignored_lines"].as_array().unwrap().iter().map(|it| it["reason"].as_str().unwrap()).collect();
    assert_eq!(told["error"], Value::Null);
    assert!(reasons.iter().any(|it| it.contains("role [r]") && it.contains("no name")), "{reasons:?}");
}

async fn a_missing_file_is_empty() {
    let (node, corp) = with_directory().await;
    let jo = jo(&node, &corp);
    assert_eq!(told(&node).await["exists"], false);
    node.write(FILE, "r: ['cn=red,ou=groups,dc=tests']\n");
    assert_eq!(jo.whoami().await["roles"], json!(["r"]));
    assert_eq!(told(&node).await["exists"], true);
    node.folders().remove(FILE);
    node.take_files_in();
    assert_eq!(jo.whoami().await["roles"], json!([]));
    assert_eq!(told(&node).await["exists"], false);
}

async fn its_mappings_are_not_told() {
    let (node, _) = with_directory().await;
    node.write(FILE, "r: ['cn=red,ou=groups,dc=tests']\n");
    assert_eq!(node.elastic().get("/_security/role_mapping").await.ok(), json!({}));
    // A mapping of the API that is called like a role of the file is another.
    put(&node, "r", &gives(&["x"], json!({"any": []}))).await;
    node.elastic().delete("/_security/role_mapping/r").await.ok();
}

async fn an_unchanged_file_evicts_nothing() {
    let (node, corp) = with_directory().await;
    let jo = jo(&node, &corp);
    let text = "r: ['cn=red,ou=groups,dc=tests']\n";
    node.write(FILE, text);
    jo.whoami().await;
    let before = corp.asked();
    node.write(FILE, &format!("# the same in other words\n{text}"));
    jo.whoami().await;
    assert_eq!(corp.asked(), before);
    node.write(FILE, &text.replace("r:", "s:"));
    assert_eq!(jo.whoami().await["roles"], json!(["s"]));
    assert_eq!(corp.asked(), before + 1);
}
