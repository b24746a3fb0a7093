//! Pretty, YAML and filtered answers mean what plain ones mean.

use proptest::prelude::*;
use serde_json::json;

use super::*;

fn filtered(filter: &str, value: Value) -> Value {
    Filter::parse(filter).apply(value)
}

fn written(format: Format, pretty: bool, value: Value) -> String {
    let presentation = Presentation {
        format,
        media: HeaderValue::from_static("application/json"),
        preferred: Preferred::Value,
        pretty,
        filter: Filter::default(),
    };
    String::from_utf8(presentation.write(value, false).unwrap().to_vec()).unwrap()
}

#[test]
fn pretty_json_has_elasticsearchs_spacing() {
    let text = written(Format::Json, true, json!({"a": {"b": [1, {}], "c": []}}));
    assert_eq!(text, "{\n  \"a\" : {\n    \"b\" : [\n      1,\n      { }\n    ],\n    \"c\" : [ ]\n  }\n}\n");
    assert_eq!(written(Format::Json, false, json!({"a": 1})), "{\"a\":1}");
}

#[test]
fn yaml_is_one_document() {
    let text = written(Format::Yaml, false, json!({"username": "jo", "roles": ["a"]}));
    assert!(text.starts_with("---\nusername: jo\n"), "{text}");
}

#[test]
fn filters_take_and_leave() {
    let value = || json!({"nodes": {"n1": {"name": "a", "evicted": 1}}, "_nodes": {"total": 1, "failed": 0}, "e": {}});
    assert_eq!(filtered("", value()), value());
    assert_eq!(filtered("_nodes.failed", value()), json!({"_nodes": {"failed": 0}}));
    assert_eq!(filtered("nodes.*.name", value()), json!({"nodes": {"n1": {"name": "a"}}}));
    assert_eq!(filtered("**.name", value()), json!({"nodes": {"n1": {"name": "a"}}}));
    assert_eq!(filtered("_n*.t*l", value()), json!({"_nodes": {"total": 1}}));
    assert_eq!(filtered("-nodes,-_nodes.total", value()), json!({"_nodes": {"failed": 0}, "e": {}}));
    assert_eq!(filtered("nodes,-**.evicted", value()), json!({"nodes": {"n1": {"name": "a"}}}));
    assert_eq!(filtered("nothing", value()), json!({}));
    assert_eq!(filtered("a.id", json!({"a": [{"id": 1, "x": 2}, {"x": 3}]})), json!({"a": [{"id": 1}]}));
    assert_eq!(filtered(r"a\.b", json!({"a.b": 1, "a": {"b": 2}})), json!({"a.b": 1}));
}

#[test]
fn the_number_of_patterns_is_bounded() {
    assert!(Filter::check(&"a,".repeat(63)).is_ok());
    assert!(Filter::check(&"a,".repeat(64)).is_err());
}

fn any_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        "[ab]{0,3}".prop_map(Value::from)
    ];
    leaf.prop_recursive(4, 32, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec(("[ab.]{1,2}", inner), 0..4)
                .prop_map(|pairs| Value::Object(pairs.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn pretty_json_means_the_same(value in any_value()) {
        let text = written(Format::Json, true, value.clone());
        prop_assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), value);
    }

    #[test]
    fn no_filter_panics_and_everything_is_everything(filter in r"[-ab*.,\\]{0,20}", value in any_value()) {
        drop(filtered(&filter, value.clone()));
        prop_assert_eq!(filtered("**", value.clone()), value);
    }
}
