//! What is read and written.

use super::*;

#[test]
fn everything_that_can_be_said_is_read_and_written() {
    let sent = json!({
        "metadata": {"k": [1, {"z": 1, "a": 2}]},
        "rules": {"all": [
            {"field": {"dn": "*,dc=example"}},
            {"any": [
                {"field": {"groups": ["a", "/b.*/"]}},
                {"field": {"metadata.x": [null, true, 1, 1.5, "y"]}},
                {"field": {"realm.name": ["one"]}},
            ]},
            {"except": {"field": {"username": null}}},
        ]},
        "roles": "only",
        "enabled": "false",
    });
    let written = r#"{"enabled":false,"roles":["only"],"rules":{"all":[{"field":{"dn":"*,dc=example"}},"#
        .to_owned()
        + r#"{"any":[{"field":{"groups":["a","/b.*/"]}},{"field":{"metadata.x":[null,true,1,1.5,"y"]}},"#
        + r#"{"field":{"realm.name":"one"}}]},{"except":{"field":{"username":null}}}]},"#
        + r#""metadata":{"k":[1,{"z":1,"a":2}]}}"#;
    let mapping = RoleMapping::parse("m", &sent).unwrap();
    assert_eq!(mapping.to_json().to_string(), written);
    assert_eq!(RoleMapping::parse("m", &mapping.to_json()), Ok(mapping.clone()));
    assert_eq!(mapping.name(), "m");
    assert!(!mapping.enabled());
    assert_eq!(Value::Object(mapping.metadata().clone()), sent["metadata"]);
}

#[test]
fn metadata_is_always_written() {
    let mapping = with_rules(&json!({"any": []})).unwrap();
    let written = r#"{"enabled":true,"roles":["r"],"rules":{"any":[]},"metadata":{}}"#;
    assert_eq!(mapping.to_json().to_string(), written);
}

#[test]
fn a_template_is_given_back_as_text() {
    let cases = [
        (json!({"template": "{{username}}"}), json!({"template": "{{username}}", "format": "string"})),
        (
            json!({"format": "JSON", "template": {"source": "{{#tojson}}groups{{/tojson}}"}}),
            json!({"template": r##"{"source":"{{#tojson}}groups{{/tojson}}"}"##, "format": "json"}),
        ),
        (
            json!({"template": r#"{ "source": "x", "lang": "mustache" }"#, "format": "string"}),
            json!({"template": r#"{ "source": "x", "lang": "mustache" }"#, "format": "string"}),
        ),
        (
            json!({"template": {"source": {"z": "{{username}}", "a": 1}, "params": {"p": 1}}}),
            json!({"template": r#"{"source":{"z":"{{username}}","a":1},"params":{"p":1}}"#, "format": "string"}),
        ),
    ];
    for (sent, written) in cases {
        let mapping = with_template(&sent).unwrap();
        let json = mapping.to_json();
        assert_eq!(json["role_templates"].to_string(), json!([written]).to_string());
        assert_eq!(json.get("roles"), None);
        assert_eq!(RoleMapping::parse("m", &json), Ok(mapping));
    }
    let single = json!({"enabled": true, "role_templates": {"template": "x"}, "rules": {"all": []}});
    assert_eq!(RoleMapping::parse("m", &single), with_template(&json!({"template": "x"})));
}

#[test]
fn what_is_stored_is_read_again() {
    for mapping in [
        with_rules(&json!({"any": []})).unwrap(),
        with_template(&json!({"template": "x", "format": "json"})).unwrap(),
    ] {
        let mut stored = mapping.to_stored();
        assert_eq!(stored["doc_type"], json!("role-mapping"));
        stored["of_another_version"] = json!({"x": 1});
        assert_eq!(RoleMapping::from_stored("m", &stored), Ok(mapping));
    }
}

#[test]
fn what_no_request_may_say_can_be_stored() {
    let body =
        json!({"enabled": true, "roles": ["r"], "rules": {"any": []}, "metadata": {"_read_only": true}});
    assert!(RoleMapping::from_stored("m (read only)", &body).is_ok());
    assert!(RoleMapping::from_stored("m", &json!({"enabled": true})).is_err());
}
