//! Health and waiting for it. Time is the runtime's own, which moves on as soon as everybody waits.

use std::cell::Cell;

use portcullis_security::stats::cluster::{NodeState, NodeStats};

use tokio::time::Instant;

use super::condition::Status;
use super::*;

fn node(state: NodeState) -> NodeStats {
    NodeStats {
        node_id: String::new(),
        node_name: String::new(),
        address: String::new(),
        version: String::new(),
        applied: 0,
        lag: 0,
        state,
        for_millis: 0,
        left_millis: None,
    }
}

fn health(states: &[NodeState]) -> (&'static str, u64) {
    let health = Health::of(&states.iter().copied().map(node).collect::<Vec<_>>());
    (health.status.name(), health.nodes)
}

fn query(text: &str) -> Query {
    Query::parse(Some(text)).unwrap()
}

fn holds(text: &str, status: Status, nodes: u64) -> bool {
    Condition::of(&query(text)).unwrap().holds(Health { status, nodes })
}

#[test]
fn members_are_counted_and_one_that_is_not_well_is_yellow() {
    use NodeState::{Fenced, Left, Lost, Silent, Trusted};
    assert_eq!(health(&[Trusted]), ("green", 1));
    assert_eq!(health(&[Trusted, Trusted, Left]), ("green", 2));
    assert_eq!(health(&[Trusted, Trusted, Fenced]), ("yellow", 3));
    assert_eq!(health(&[Trusted, Silent]), ("yellow", 2));
    assert_eq!(health(&[Trusted, Trusted, Lost]), ("yellow", 2));
}

#[test]
fn a_number_of_nodes_has_many_forms() {
    let forms = [
        ("2", [false, true, true]),
        ("%3E%3D2", [false, true, true]),
        ("%3C%3D2", [true, true, false]),
        ("%3E2", [false, false, true]),
        ("%3C2", [true, false, false]),
        ("ge(2)", [false, true, true]),
        ("le(2)", [true, true, false]),
        ("gt( 2 )", [false, false, true]),
        ("lt(2)", [true, false, false]),
    ];
    for (form, expected) in forms {
        let text = format!("wait_for_nodes={form}");
        assert_eq!([1, 2, 3].map(|nodes| holds(&text, Status::Yellow, nodes)), expected, "{form}");
    }
    for bad in ["x", "ge(2", "%3D2", "-1", "gt()"] {
        assert!(Condition::of(&query(&format!("wait_for_nodes={bad}"))).is_err(), "{bad}");
    }
}

#[test]
fn a_status_is_enough_if_it_is_as_good() {
    for (asked, expected) in [("green", [true, false]), ("YELLOW", [true, true]), ("red", [true, true])] {
        let text = format!("wait_for_status={asked}");
        assert_eq!([Status::Green, Status::Yellow].map(|it| holds(&text, it, 1)), expected, "{asked}");
    }
    assert!(Condition::of(&query("wait_for_status=purple")).is_err());
    assert!(!holds("wait_for_status=green&wait_for_nodes=2", Status::Green, 1), "both must hold");
    assert!(!holds("wait_for_status=green&wait_for_nodes=2", Status::Yellow, 2), "both must hold");
    assert!(holds("", Status::Red, 0), "nothing was asked for");
}

#[test]
fn a_timeout_is_a_time_and_has_an_end() {
    let read = |text: &str| patience(&query(text));
    assert_eq!(read("").unwrap(), PATIENCE);
    assert_eq!(read("timeout=").unwrap(), PATIENCE);
    assert_eq!(read("timeout=1500ms").unwrap(), Duration::from_millis(1_500));
    assert_eq!(read("timeout=0").unwrap(), Duration::ZERO);
    for endless in ["-1", "400d"] {
        assert_eq!(read(&format!("timeout={endless}")).unwrap(), MOST_PATIENCE);
    }
    assert!(read("timeout=soon").is_err());
}

#[test]
fn who_is_alone_waits_for_nobody() {
    assert_eq!(worthwhile(PATIENCE, None), Duration::ZERO);
    assert_eq!(worthwhile(PATIENCE, Some(&ClusterStats::default())), PATIENCE);
}

#[tokio::test(start_paused = true)]
async fn what_becomes_true_is_told_and_what_does_not_times_out() {
    let three = Condition::of(&query("wait_for_nodes=3")).unwrap();
    let looks = Cell::new(0);
    let growing = || {
        looks.set(looks.get() + 1);
        Health { status: Status::Green, nodes: looks.get() }
    };
    let (health, outcome) = wait(three, PATIENCE, growing).await;
    assert_eq!((health.nodes, outcome), (3, Outcome::Reached));

    let begun = Instant::now();
    let few = || Health { status: Status::Green, nodes: 2 };
    assert_eq!(wait(three, PATIENCE, few).await, (few(), Outcome::TimedOut));
    assert_eq!(Instant::now() - begun, PATIENCE);
    // What holds at the very end is not missed.
    let at_the_end =
        || Health { status: Status::Green, nodes: if begun.elapsed() < 2 * PATIENCE { 2 } else { 3 } };
    assert_eq!(wait(three, PATIENCE, at_the_end).await.1, Outcome::Reached);
    assert_eq!(wait(three, Duration::ZERO, few).await.1, Outcome::TimedOut);
}
