//! Bodies of role mappings, and what they have wrong: which mistakes are told with their place, and which are the cause of
//! another.

use portcullis_security::Kind;
use serde_json::json;

use super::*;

fn refused(body: &str) -> Failure {
    put("m", body.as_bytes()).expect_err(body)
}

#[test]
fn a_mapping_is_taken_and_given_back() {
    let body = r#"{"roles":"r","rules":{"field":{"username":["jo"]}},"enabled":true}"#;
    let told = by_name(&[put("m", body.as_bytes()).unwrap()]);
    let expected =
        json!({"enabled": true, "roles": ["r"], "rules": {"field": {"username": "jo"}}, "metadata": {}});
    assert_eq!(told["m"].to_string(), expected.to_string());
}

#[test]
fn what_is_wrong_with_a_field_is_the_cause_of_what_is_wrong_with_the_body() {
    // As clients of Elasticsearch 8 report it: the parse_exception about the rules has another one around it.
    let failure = refused("{\"enabled\":true,\n  \"roles\":[\"r\"], \"rules\":{\"field\":{\"x\":{}}}}");
    assert_eq!(failure.kind(), Kind::ContentParse);
    assert_eq!(failure.reason(), "[2:18] [role-mapping] failed to parse field [rules]");
    let cause = failure.cause().unwrap();
    assert_eq!(cause.kind(), Kind::Parse);
    assert_eq!(
        cause.reason(),
        "failed to parse rules expression. expected a field value but found [START_OBJECT] instead"
    );
    let failure = refused(r#"{"enabled":true,"roles":["r"],"rules":{"field":{"username":"/x"}}}"#);
    assert_eq!(failure.cause().unwrap().kind(), Kind::IllegalArgument);
    let failure = refused(r#"{"enabled":"yes"}"#);
    assert_eq!(failure.reason(), "[1:2] [role-mapping] failed to parse field [enabled]");
    assert_eq!(failure.cause().unwrap().kind(), Kind::IllegalArgument);
}

#[test]
fn what_nobody_knows_or_takes_is_told_with_its_place() {
    let cases = [
        (r#"{"enabled":true,"name":"m"}"#, "[1:17] [role-mapping] unknown field [name]"),
        (r#"{"roles":{}}"#, "[1:2] [role-mapping] roles doesn't support values of type: START_OBJECT"),
        (r#"{"role_templates":[{"x":1}]}"#, "[1:2] [role-mapping-template] unknown field [x]"),
    ];
    for (body, reason) in cases {
        let failure = refused(body);
        assert_eq!((failure.kind(), failure.reason()), (Kind::ContentParse, reason));
        assert!(failure.cause().is_none(), "{body}");
    }
}

#[test]
fn what_is_not_there_or_does_not_go_together_has_no_place() {
    let failure = refused("{}");
    let reason = "failed to parse role-mapping [m]. missing field [roles]";
    assert_eq!((failure.kind(), failure.reason()), (Kind::Parse, reason));
    let failure = refused(r#"{"enabled":true,"roles":[],"rules":{"any":[]}}"#);
    let reason = "Validation Failed: 1: role-mapping roles or role-templates are missing;";
    assert_eq!((failure.kind(), failure.reason()), (Kind::RequestValidation, reason));
    assert_eq!(refused("[]").kind(), Kind::ContentParse);
}
