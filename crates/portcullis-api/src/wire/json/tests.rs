//! What the strict reader refuses, and that it reads the rest as anybody would.

use portcullis_security::Kind;
use proptest::prelude::*;
use serde_json::json;

use super::*;

fn refused(text: &str) -> String {
    let failure = parse(text.as_bytes()).err().unwrap();
    assert_eq!(failure.kind(), Kind::ContentParse);
    failure.reason().to_owned()
}

#[test]
fn names_that_stand_twice_are_refused_at_any_depth() {
    assert_eq!(refused(r#"{"a":1,"a":1}"#), "[1:10] Duplicate field 'a'");
    assert!(refused("{\"a\":[{\"b\":1,\n\"b\":2}]}").starts_with("[2:"));
    assert!(refused(r#"{"a":1,"\u0061":1}"#).ends_with("Duplicate field 'a'"));
    assert_eq!(parse(br#"{"a":{"b":1},"b":1}"#).unwrap().value(), &json!({"a": {"b": 1}, "b": 1}));
}

#[test]
fn what_is_not_one_json_value_is_refused() {
    for text in ["", "{", "{}x", "{} {}", "nul", r#"{"a":1e999}"#, "{'a':1}", "{\"a\":\"\u{1}\"}", "[1,]"] {
        refused(text);
    }
    assert!(parse(b"{\"a\":\"\xff\"}").is_err());
}

#[test]
fn depth_is_limited() {
    assert!(parse(format!("{}{}", "[".repeat(100), "]".repeat(100)).as_bytes()).is_ok());
    assert!(refused(&"[".repeat(100_000)).contains("recursion limit"));
    assert!(refused(&"{\"a\":".repeat(100_000)).contains("recursion limit"));
}

#[test]
fn the_place_is_that_of_the_outermost_name() {
    let text = "{\"x\": {\"n\": 1}, \"y\": \"n\",\n  \"n\" : 2}";
    assert_eq!(place(text.as_bytes(), "n"), "[2:3]");
    assert_eq!(place(text.as_bytes(), "x"), "[1:2]");
    assert_eq!(place(br#"{"a\"b":1,"n":1}"#, "n"), "[1:11]");
    assert_eq!(place(text.as_bytes(), "absent"), "[1:1]");
}

proptest! {
    #[test]
    fn no_text_panics(text in prop_oneof![".{0,60}", r#"[\[\]{}",:a-c0-9\\ ]{0,60}"#], name in ".{0,3}") {
        if let Ok(mut value) = parse(text.as_bytes()) {
            let lax: Value = serde_json::from_str(&text).unwrap();
            prop_assert_eq!(std::mem::take(&mut value.0), lax);
        }
        drop(place(text.as_bytes(), &name));
    }
}
