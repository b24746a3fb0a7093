//! Put, get and delete, and what is given back.

use portcullis_tests::node::TestNode;
use serde_json::{Value, json};

use super::{gives, put};

portcullis_tests::tests![
    a_mapping_is_put_got_and_deleted,
    every_field_is_given_back,
    templates_are_given_back_as_texts,
    lists_and_unknown_mappings,
    names_are_any_text,
    a_mapping_and_a_role_of_one_name_are_two,
    refresh_is_taken,
];

async fn a_mapping_is_put_got_and_deleted() {
    let node = TestNode::start().await;
    let elastic = node.elastic();
    let body = gives(&["r"], json!({"field": {"username": "jo"}}));
    let put =
        async |method: &str| elastic.request(method, "/_security/role_mapping/m").json(&body).await.ok();
    assert_eq!(put("POST").await, json!({"role_mapping": {"created": true}}));
    assert_eq!(put("PUT").await, json!({"role_mapping": {"created": false}}));
    let expected = json!({"m": {
        "enabled": true, "roles": ["r"], "rules": {"field": {"username": "jo"}}, "metadata": {},
    }});
    assert_eq!(elastic.get("/_security/role_mapping/m").await.ok().to_string(), expected.to_string());
    assert_eq!(elastic.delete("/_security/role_mapping/m").await.ok(), json!({"found": true}));
    let gone = elastic.delete("/_security/role_mapping/m").await;
    assert_eq!((gone.status, gone.json()), (404, json!({"found": false})));
    let gone = elastic.get("/_security/role_mapping/m").await;
    assert_eq!((gone.status, gone.json()), (404, json!({})));
    assert_eq!(elastic.get("/_security/role_mapping").await.ok(), json!({}), "none is not an error");
}

async fn every_field_is_given_back() {
    let node = TestNode::start().await;
    let rules = json!({"all": [
        {"any": [
            {"field": {"username": ["jo", "al*", "/b.*/"]}},
            {"field": {"dn": "*,ou=people,dc=tests"}},
            {"field": {"groups": ["cn=a,dc=tests"]}},
        ]},
        {"field": {"metadata.room": [7, 7.5, true, null]}},
        {"except": {"field": {"realm.name": "other"}}},
    ]});
    let metadata = json!({"version": 1, "nested": {"a": [null]}});
    let body = json!({"metadata": metadata, "rules": rules, "roles": ["b", "a"], "enabled": false});
    put(&node, "m", &body).await;
    let mut shown = rules;
    // One value is given back as such.
    shown["all"][0]["any"][2]["field"]["groups"] = json!("cn=a,dc=tests");
    let expected = json!({"enabled": false, "roles": ["b", "a"], "rules": shown, "metadata": metadata});
    let got = node.elastic().get("/_security/role_mapping/m").await.ok()["m"].clone();
    assert_eq!(got.to_string(), expected.to_string());
    // What was given back can be put again.
    put(&node, "n", &got).await;
    assert_eq!(node.elastic().get("/_security/role_mapping/n").await.ok()["n"], got);
}

async fn templates_are_given_back_as_texts() {
    let node = TestNode::start().await;
    let cases = [
        (json!({"template": {"source": "{{username}}"}}), r#"{"source":"{{username}}"}"#, "string"),
        (
            json!({"template": "{\"source\":\"of-{{username}}\"}"}),
            r#"{"source":"of-{{username}}"}"#,
            "string",
        ),
        (
            json!({"template": "{ \"source\": \"{{#tojson}}groups{{/tojson}}\" }", "format": "json"}),
            r##"{ "source": "{{#tojson}}groups{{/tojson}}" }"##,
            "json",
        ),
        (
            json!({"template": {"source": {"a": "{{a}}"}, "params": {"a": "x"}}, "format": "JSON"}),
            r#"{"source":{"a":"{{a}}"},"params":{"a":"x"}}"#,
            "json",
        ),
    ];
    for (sent, shown, format) in cases {
        let body = json!({"enabled": true, "role_templates": [sent], "rules": {"any": []}});
        let answer = node.elastic().put("/_security/role_mapping/m").json(&body).await;
        assert_eq!(answer.status, 200, "{sent}: {}", answer.text());
        let got = node.elastic().get("/_security/role_mapping/m").await.ok()["m"].clone();
        let expected = json!({
            "enabled": true,
            "role_templates": [{"template": shown, "format": format}],
            "rules": {"any": []},
            "metadata": {},
        });
        assert_eq!(got.to_string(), expected.to_string());
        put(&node, "m", &got).await;
        assert_eq!(node.elastic().get("/_security/role_mapping/m").await.ok()["m"], got);
    }
}

async fn lists_and_unknown_mappings() {
    let node = TestNode::start().await;
    for name in ["b", "a", "c"] {
        put(&node, name, &gives(&["r"], json!({"any": []}))).await;
    }
    let names = async |target: &str| {
        let answer = node.elastic().get(target).await;
        let Value::Object(mappings) = answer.json() else { panic!("{}", answer.text()) };
        (answer.status, mappings.keys().cloned().collect::<Vec<_>>())
    };
    let known = |names: &[&str]| (200, names.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>());
    assert_eq!(names("/_security/role_mapping").await, known(&["a", "b", "c"]));
    assert_eq!(names("/_security/role_mapping/_all").await, known(&["a", "b", "c"]));
    assert_eq!(names("/_security/role_mapping/*").await, known(&["a", "b", "c"]));
    assert_eq!(names("/_security/role_mapping/_all,a").await, known(&["a"]));
    assert_eq!(names("/_security/role_mapping/a,nobody,b,a").await, known(&["a", "b"]));
    assert_eq!(names("/_security/role_mapping/a%2Cb").await, known(&["a", "b"]));
    assert_eq!(names("/_security/role_mapping/nobody,else").await, (404, Vec::new()));
}

async fn names_are_any_text() {
    let node = TestNode::start().await;
    let names = [
        ("my%20mapping", "my mapping"),
        ("%C3%A9t%C3%A9", "été"),
        ("%F0%9F%98%80", "😀"),
        ("a%2Fb", "a/b"),
        ("50%25", "50%"),
        ("a+b", "a+b"),
        ("UPPER", "UPPER"),
    ];
    for (sent, name) in names {
        put(&node, sent, &gives(&[name], json!({"any": []}))).await;
        let got = node.elastic().get(&format!("/_security/role_mapping/{sent}")).await.ok();
        assert_eq!(got[name]["roles"], json!([name]), "{got}");
    }
    assert_eq!(
        node.elastic().get("/_security/role_mapping").await.ok().as_object().unwrap().len(),
        names.len()
    );
    assert_eq!(node.elastic().get("/_security/role_mapping/upper").await.status, 404, "case counts");
    for (sent, _) in names {
        node.elastic().delete(&format!("/_security/role_mapping/{sent}")).await.ok();
    }
    assert_eq!(node.elastic().get("/_security/role_mapping").await.ok(), json!({}));
}

async fn a_mapping_and_a_role_of_one_name_are_two() {
    let node = TestNode::start().await;
    let elastic = node.elastic();
    // The documents of the second pair are displayed alike.
    for (mapping, role) in [("x", "x"), ("x", "mapping_x")] {
        put(&node, mapping, &gives(&["r"], json!({"any": []}))).await;
        let (mapping, role) =
            (format!("/_security/role_mapping/{mapping}"), format!("/_security/role/{role}"));
        elastic.put(&role).json(&json!({"cluster": ["monitor"]})).await.ok();
        assert_eq!(elastic.get(&mapping).await.ok()["x"]["roles"], json!(["r"]));
        elastic.delete(&role).await.ok();
        elastic.delete(&mapping).await.ok();
    }
}

async fn refresh_is_taken() {
    let node = TestNode::start().await;
    let body = gives(&["r"], json!({"any": []}));
    for refresh in ["true", "false", "wait_for"] {
        let target = format!("/_security/role_mapping/m?refresh={refresh}");
        node.elastic().put(&target).json(&body).await.ok();
        node.elastic().delete(&target).await.ok();
    }
    node.elastic()
        .get("/_security/role_mapping?refresh=true")
        .await
        .refused(400, "illegal_argument_exception");
}
