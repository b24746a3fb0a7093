//! What is read and written.

use super::*;
use proptest::prelude::*;

#[test]
fn everything_that_can_be_said_is_read_and_written() {
    let sent = json!({
        "cluster": ["Monitor", "manage_security"],
        "index": [
            {"names": "a", "privileges": ["read"]},
            {
                "names": ["b", "/c.*/"],
                "privileges": ["write"],
                "field_security": {"grant": ["x.*"], "except": ["x.y"]},
                "query": {"term": {"a": 1}},
                "allow_restricted_indices": true,
            },
        ],
        "application": [{"application": "app", "privileges": ["read"], "resources": ["*"]}],
        "run_as": ["u*"],
        "metadata": {"k": [1, {"z": 1, "a": 2}]},
        "transient_metadata": {"enabled": false},
        "global": {
            "application": {"manage": {"applications": ["kibana-*"]}},
            "profile": {"write": {"applications": ["kibana*"]}},
            "role": {"manage": {"indices": [{"names": "i", "privileges": ["read"]}]}},
        },
        "remote_indices": [{"names": ["a"], "privileges": ["read"], "clusters": "c"}],
        "remote_cluster": [{"privileges": ["monitor_stats"], "clusters": ["c", "d"]}],
        "restriction": {"workflows": ["search_application_query"]},
        "description": "what it is for",
        "type": "role",
    });
    let written = r#"{"cluster":["Monitor","manage_security"],"#.to_owned()
        + r#""global":{"application":{"manage":{"applications":["kibana-*"]}},"#
        + r#""profile":{"write":{"applications":["kibana*"]}},"#
        + r#""role":{"manage":{"indices":[{"names":["i"],"privileges":["read"]}]}}},"#
        + r#""indices":[{"names":["a"],"privileges":["read"],"allow_restricted_indices":false},"#
        + r#"{"names":["b","/c.*/"],"privileges":["write"],"field_security":{"grant":["x.*"],"except":["x.y"]},"#
        + r#""query":"{\"term\":{\"a\":1}}","allow_restricted_indices":true}],"#
        + r#""applications":[{"application":"app","privileges":["read"],"resources":["*"]}],"#
        + r#""run_as":["u*"],"metadata":{"k":[1,{"z":1,"a":2}]},"transient_metadata":{"enabled":true},"#
        + r#""remote_indices":[{"names":["a"],"privileges":["read"],"allow_restricted_indices":false,"clusters":["c"]}],"#
        + r#""remote_cluster":[{"privileges":["monitor_stats"],"clusters":["c","d"]}],"#
        + r#""restriction":{"workflows":["search_application_query"]},"description":"what it is for"}"#;
    let role = read(sent);
    assert_eq!(role.to_json(Rendering::Api).to_string(), written);
    let stored = role.to_json(Rendering::Stored);
    assert_eq!(
        stored.to_string(),
        written.replace(r#""transient_metadata":{"enabled":true}"#, r#""type":"role""#)
    );
    assert_eq!(read(stored), role);
    assert_eq!(role.validate(), Vec::<String>::new());
}

#[test]
fn what_is_always_there_is_there_for_an_empty_role() {
    assert_eq!(
        read(json!({})).to_json(Rendering::Api).to_string(),
        r#"{"cluster":[],"indices":[],"applications":[],"run_as":[],"metadata":{},"transient_metadata":{"enabled":true}}"#
    );
}

#[test]
fn an_empty_query_or_restriction_is_none() {
    let group =
        |query: Value| read(json!({"indices": [{"names": "a", "privileges": [], "query": query}]})).indices;
    assert_eq!(group(json!(""))[0].query, None);
    assert_eq!(group(json!(null))[0].query, None);
    assert_eq!(group(json!({}))[0].query.as_deref(), Some("{}"));
    assert_eq!(
        group(json!("{ \"x\": 1 }"))[0].query.as_deref(),
        Some("{ \"x\": 1 }"),
        "a string stays as it is"
    );
    assert_eq!(read(json!({"restriction": {}})).restriction, None);
    assert_eq!(read(json!({"description": null, "global": null})), RoleDescriptor::empty("r"));
}

#[test]
fn a_role_grants_nothing_if_it_only_talks() {
    for nothing in [
        json!({}),
        json!({"metadata": {"a": 1}, "description": "d"}),
        json!({"global": {}}),
        json!({"restriction": {"workflows": ["search_application_query"]}}),
    ] {
        assert!(read(nothing.clone()).grants_nothing(), "{nothing}");
    }
    for something in [
        json!({"cluster": ["none"]}),
        json!({"indices": [{"names": "a", "privileges": []}]}),
        json!({"applications": [{"application": "app", "privileges": [], "resources": []}]}),
        json!({"run_as": ["x"]}),
        json!({"global": {"profile": {"write": {"applications": []}}}}),
        json!({"remote_indices": [{"names": "a", "privileges": [], "clusters": "c"}]}),
        json!({"remote_cluster": [{"privileges": ["monitor_stats"], "clusters": ["c"]}]}),
    ] {
        assert!(!read(something.clone()).grants_nothing(), "{something}");
    }
}

#[test]
fn a_snapshot_is_without_its_description() {
    let role = read(json!({"cluster": ["all"], "description": "d"}));
    assert_eq!(role.clone().into_snapshot(), RoleDescriptor { description: None, ..role });
}

/// JSON that is nearly a descriptor: its words in places where they may or may not belong.
fn nearly() -> impl Strategy<Value = Value> {
    let word = prop_oneof![
        Just("cluster"),
        Just("indices"),
        Just("index"),
        Just("applications"),
        Just("run_as"),
        Just("metadata"),
        Just("transient_metadata"),
        Just("global"),
        Just("remote_indices"),
        Just("remote_cluster"),
        Just("restriction"),
        Just("description"),
        Just("type"),
        Just("names"),
        Just("privileges"),
        Just("field_security"),
        Just("grant"),
        Just("except"),
        Just("query"),
        Just("clusters"),
        Just("workflows"),
        Just("manage"),
        Just("write"),
        Just("application"),
        Just("resources"),
        Just("role"),
        Just("profile"),
        Just("all"),
        Just("*"),
        Just("a*"),
        Just("/a"),
        Just("monitor_stats"),
        Just(""),
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        word.clone().prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 48, 6, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::vec((word.clone(), inner), 0..5).prop_map(|fields| {
                fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect::<Map<_, _>>().into()
            }),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn no_json_makes_it_panic_and_what_is_read_can_be_written(value in nearly()) {
        for rule in [Restriction::Allowed, Restriction::Refused] {
            let Ok(role) = RoleDescriptor::parse("r", &value, rule) else { continue };
            let _ = role.validate();
            let _ = role.validate_queries();
            for rendering in [Rendering::Api, Rendering::Stored] {
                let again = RoleDescriptor::parse("r", &role.to_json(rendering), rule).unwrap();
                prop_assert_eq!(&again, &role);
            }
        }
    }
}
