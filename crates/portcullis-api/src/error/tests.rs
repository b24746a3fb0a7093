//! The envelope: root causes, metadata, challenges, traces.

use super::*;
use serde_json::json;

const CHALLENGES: [&str; 2] = ["Basic realm=\"security\", charset=\"UTF-8\"", "ApiKey"];

fn told(failure: &Failure, traces: bool) -> Value {
    envelope(failure, Telling { challenges: &CHALLENGES, traces, detailed: true })
}

#[test]
fn a_401_repeats_its_challenges_and_metadata_in_root_cause_and_outside() {
    let failure = Failure::new(Kind::Unauthenticated, "no")
        .with("additional_unsuccessful_credentials", "API key: api key is expired");
    let entry = json!({
        "type": "security_exception", "reason": "no",
        "additional_unsuccessful_credentials": "API key: api key is expired",
        "header": {"WWW-Authenticate": CHALLENGES},
    });
    let mut error = json!({"root_cause": [entry.clone()]});
    error.as_object_mut().unwrap().append(&mut entry.as_object().unwrap().clone());
    let expected = json!({"error": error, "status": 401});
    assert_eq!(told(&failure, false).to_string(), expected.to_string());
}

#[test]
fn a_401_never_has_a_trace() {
    let failure = Failure::new(Kind::Unauthenticated, "no").caused_by(Failure::illegal_argument("why"));
    assert_eq!(told(&failure, true), told(&failure, false));
}

#[test]
fn several_metadata_values_are_an_array() {
    let failure = Failure::new(Kind::NotFound, "x").with("k", "a").with("k", "b");
    assert_eq!(told(&failure, false)["error"]["k"], json!(["a", "b"]));
}

#[test]
fn root_cause_follows_only_the_classes_of_elasticsearch() {
    let inner = Failure::illegal_argument("java");
    let middle = Failure::parse("middle").caused_by(inner);
    let outer = Failure::internal("outer").caused_by(middle.clone());
    let body = told(&outer, false);
    assert_eq!(body["error"]["root_cause"], json!([{"type": "parse_exception", "reason": "middle"}]));
    assert_eq!(body["error"]["caused_by"]["caused_by"]["reason"], "java");

    let outer = Failure::illegal_argument("plain").caused_by(middle);
    assert_eq!(
        told(&outer, false)["error"]["root_cause"],
        json!([{"type": "illegal_argument_exception", "reason": "plain"}])
    );
}

#[test]
fn root_cause_unwraps_nested_content_parse_failures() {
    let inner = Failure::content_parse("inner").caused_by(Failure::illegal_argument("java"));
    let outer = Failure::content_parse("outer").caused_by(inner);
    assert_eq!(told(&outer, false)["error"]["root_cause"][0]["reason"], "inner");
}

#[test]
fn a_trace_names_each_failure_outermost_first_with_its_place() {
    let failure = Failure::internal("outer")
        .caused_by(Failure::illegal_argument("inner"))
        .suppressing(Failure::parse("other"));
    let body = told(&failure, true);
    let trace = body["error"]["stack_trace"].as_str().unwrap();
    let lines: Vec<&str> = trace.lines().collect();
    assert_eq!(lines[0], "exception: outer");
    assert!(lines[1].starts_with("\tat ") && lines[1].contains("tests.rs:"), "{trace}");
    assert_eq!(lines[2], "Caused by: illegal_argument_exception: inner");
    assert!(lines[3].contains("tests.rs:"), "{trace}");
    assert_eq!(body["error"]["suppressed"][0]["reason"], "other");
    assert!(
        body["error"]["caused_by"]["stack_trace"].as_str().unwrap().starts_with("illegal_argument_exception")
    );
    assert_eq!(told(&failure, false)["error"].get("suppressed"), None);
}

#[test]
fn without_details_only_type_and_reason_are_told() {
    let failure = Failure::internal("outer").with("k", "v").caused_by(Failure::parse("inner"));
    let body = envelope(&failure, Telling { challenges: &[], traces: true, detailed: false });
    assert_eq!(body, json!({"error": {"type": "exception", "reason": "outer"}, "status": 500}));
}

#[test]
fn a_fenced_node_says_503_as_a_block_of_the_cluster() {
    let body = told(&Failure::new(Kind::Fenced, "node [a] is fenced"), false);
    assert_eq!((&body["status"], &body["error"]["type"]), (&json!(503), &json!("cluster_block_exception")));
}
