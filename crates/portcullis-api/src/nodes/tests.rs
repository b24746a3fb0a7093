//! The answer of all nodes, with and without failures.

use portcullis_security::{Cleared, Kind};

use super::*;

fn outcome() -> NodesOutcome {
    let cause =
        Failure::illegal_argument("could not find active realm [foo]").suppressing(Failure::internal("also"));
    NodesOutcome {
        cleared: vec![Cleared { node_id: "n1".to_owned(), node_name: "one".to_owned(), evicted: 3 }],
        failures: vec![(
            "n2".to_owned(),
            Failure::new(Kind::FailedNode, "Failed node [n2]").caused_by(cause),
        )],
    }
}

fn told(outcome: NodesOutcome, traces: bool) -> Value {
    cleared(outcome, &ApiSettings::default(), Telling { challenges: &[], traces, detailed: true })
}

#[test]
fn a_failure_has_the_shape_that_clients_know() {
    let expected = json!({
        "_nodes": {"total": 2, "successful": 1, "failed": 1, "failures": [{
            "type": "failed_node_exception",
            "reason": "Failed node [n2]",
            "node_id": "n2",
            "caused_by": {"type": "illegal_argument_exception", "reason": "could not find active realm [foo]"},
        }]},
        "cluster_name": "portcullis",
        "nodes": {"n1": {"name": "one", "evicted": 3}},
    });
    assert_eq!(told(outcome(), false).to_string(), expected.to_string());
}

#[test]
fn failures_are_left_out_when_there_are_none() {
    let value = told(NodesOutcome { failures: Vec::new(), ..outcome() }, true);
    assert_eq!(value["_nodes"], json!({"total": 1, "successful": 1, "failed": 0}));
}

#[test]
fn error_trace_reaches_the_failures_of_nodes() {
    let value = told(outcome(), true);
    let failure = &value["_nodes"]["failures"][0];
    for trace in [&failure["stack_trace"], &failure["caused_by"]["stack_trace"]] {
        assert!(trace.as_str().unwrap().contains(".rs:"), "{trace}");
    }
    assert_eq!(failure["caused_by"]["suppressed"][0]["reason"], "also");
}
