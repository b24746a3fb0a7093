//! What is refused, in which words. That a request was refused means that nothing was written.

use portcullis_tests::node::TestNode;
use serde_json::{Value, json};

portcullis_tests::tests![what_is_missing, what_does_not_go_together, rules, unknown_fields, templates, names];

/// A good body with one field changed, or taken away if the value is `null`.
fn body(field: &str, value: Value) -> Value {
    let mut body = json!({"enabled": true, "roles": ["r"], "rules": {"any": []}});
    let fields = body.as_object_mut().unwrap();
    match value {
        Value::Null => drop(fields.shift_remove(field)),
        value => drop(fields.insert(field.to_owned(), value)),
    }
    body
}

/// The error of a body.
async fn error(node: &TestNode, kind: &str, body: &Value) -> Value {
    let answer = node.elastic().put("/_security/role_mapping/m").json(body).await;
    let error = answer.refused(400, kind);
    assert_eq!(node.elastic().get("/_security/role_mapping/m").await.status, 404, "{body} was written");
    error
}

async fn what_is_missing() {
    let node = TestNode::start().await;
    for field in ["enabled", "roles", "rules"] {
        let error = error(&node, "parse_exception", &body(field, Value::Null)).await;
        assert_eq!(error["reason"], format!("failed to parse role-mapping [m]. missing field [{field}]"));
    }
}

async fn what_does_not_go_together() {
    let node = TestNode::start().await;
    let cases = [
        (body("roles", json!([])), "role-mapping roles or role-templates are missing"),
        (
            body("role_templates", json!([{"template": {"source": "x"}}])),
            "role-mapping cannot have both roles and role-templates",
        ),
        (body("metadata", json!({"_x": 1})), "metadata keys may not start with [_]"),
    ];
    for (body, item) in cases {
        let error = error(&node, "action_request_validation_exception", &body).await;
        assert_eq!(error["reason"], format!("Validation Failed: 1: {item};"));
    }
}

async fn rules() {
    let node = TestNode::start().await;
    let cases = [
        (json!([]), "expected [rules] to be an object but found [START_ARRAY] instead"),
        (json!({}), "object [rules] does not contain any fields"),
        (json!({"any": [], "all": []}), "object [rules] contains multiple fields"),
        (json!({"except": {"any": []}}), "field [except] is not allowed within [rules]"),
        (json!({"any": [{"except": {"any": []}}]}), "field [except] is not allowed within [any]"),
        (json!({"none": []}), "field [none] is not recognised in object [rules]"),
        (json!({"any": {}}), "field [any] requires an array"),
        (json!({"all": 1}), "field [all] requires an array"),
        (json!({"any": [1]}), "expected an object but found [VALUE_NUMBER] instead"),
        (json!({"field": {"x": {"y": 1}}}), "expected a field value but found [START_OBJECT] instead"),
    ];
    for (rules, cause) in cases {
        let error = error(&node, "x_content_parse_exception", &body("rules", rules)).await;
        // The body is `{"enabled":true,"roles":["r"],"rules":`.
        assert_eq!(error["reason"], "[1:31] [role-mapping] failed to parse field [rules]");
        let cause = format!("failed to parse rules expression. {cause}");
        assert_eq!(error["caused_by"], json!({"type": "parse_exception", "reason": cause}));
    }
}

async fn unknown_fields() {
    let node = TestNode::start().await;
    let answer = node
        .elastic()
        .put("/_security/role_mapping/m")
        .header("Content-Type", "application/json")
        .body("{\"enabled\":true,\n  \"rolls\":[]}")
        .await;
    let error = answer.refused(400, "x_content_parse_exception");
    let reason = error["reason"].as_str().unwrap();
    assert!(reason.starts_with("[2:3] ") && reason.contains("unknown field [rolls]"), "{reason}");
}

async fn templates() {
    let node = TestNode::start().await;
    let with = |template: Value| json!({"enabled": true, "role_templates": [template], "rules": {"any": []}});
    let cases = [
        (
            json!({"template": {"source": "x"}, "format": "xml"}),
            "Invalid format [xml] expected one of [json,string]",
        ),
        (json!({"template": {"source": "{{#a}}"}}), "invalid role template: "),
        (json!({"template": {"source": "{{> a}}"}}), "invalid role template: "),
        (json!({"template": {"id": "stored"}}), "a role template must have its [source]: "),
        (json!({"template": {"source": "x", "lang": "painless"}}), "a role template is [mustache] "),
    ];
    for (template, start) in cases {
        let error = error(&node, "illegal_argument_exception", &with(template)).await;
        let reason = error["reason"].as_str().unwrap();
        assert!(reason.starts_with(start), "{reason}");
    }
}

async fn names() {
    let node = TestNode::start().await;
    // The end of a name that marks mappings which nobody can change.
    for name in ["m%20(read%20only)", "%20(read%20only)"] {
        let answer = node
            .elastic()
            .put(&format!("/_security/role_mapping/{name}"))
            .json(&body("metadata", json!({})))
            .await;
        let error = answer.refused(400, "illegal_argument_exception");
        assert!(error["reason"].as_str().unwrap().contains(" (read only)"), "{error}");
        assert_eq!(node.elastic().get(&format!("/_security/role_mapping/{name}")).await.status, 404);
        assert_eq!(node.elastic().delete(&format!("/_security/role_mapping/{name}")).await.status, 404);
    }
    let long = |length: usize| format!("/_security/role_mapping/{}", "x".repeat(length));
    node.elastic().put(&long(1_100)).json(&body("metadata", json!({}))).await.ok();
    node.elastic().get(&long(1_100)).await.ok();
    let answer = node.elastic().put(&long(1_101)).json(&body("metadata", json!({}))).await;
    answer.refused(400, "illegal_argument_exception");
    assert_eq!(node.elastic().get(&long(1_101)).await.status, 404);
    for name in ["m%20(read%20only", "(read%20only)", "m%20(READ%20ONLY)"] {
        let target = format!("/_security/role_mapping/{name}");
        node.elastic().put(&target).json(&body("metadata", json!({}))).await.ok();
    }
}
