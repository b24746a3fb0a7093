//! The health of one server.

use super::*;
use crate::realms::ldap::tests::{TestClock, server};

fn member() -> (Arc<Member>, Arc<TestClock>) {
    let clock = Arc::new(TestClock::default());
    let member = Member::new("far", Endpoint::of(&server(389)), Arc::clone(&clock) as Arc<dyn Clock>);
    (Arc::new(member), clock)
}

fn away() -> Trouble {
    Trouble::server("away")
}

#[test]
fn a_server_that_failed_is_spared_then_tried_by_one() {
    let (member, clock) = member();
    member.attempt().unwrap().failed(&away());
    assert!(member.attempt().is_none());
    clock.advance(500);
    let probe = member.attempt().unwrap();
    assert!(member.attempt().is_none(), "a second one is let in beside the probe");
    probe.answered();
    assert!(member.attempt().is_some() && member.attempt().is_some());
    assert_eq!(member.stats().failures, 0);
    assert_eq!(member.stats().last_error, None);
}

#[test]
fn a_probe_that_fails_makes_the_wait_longer() {
    let (member, clock) = member();
    for failures in 1..=4 {
        clock.advance(30_000);
        member.attempt().unwrap().failed(&away());
        assert_eq!(member.stats().failures, failures);
    }
    assert!(member.stats().spared_for_millis >= 2_000);
    assert_eq!(member.stats().last_error.as_deref(), Some("away"));
}

#[test]
fn a_probe_that_is_given_up_is_left_to_the_next() {
    let (member, clock) = member();
    member.attempt().unwrap().failed(&away());
    clock.advance(500);
    drop(member.attempt().unwrap());
    assert!(member.attempt().is_some());
}

#[test]
fn many_that_fail_together_are_one_failure() {
    let (member, _clock) = member();
    let under_way: Vec<_> = (0..50).map(|_| member.attempt().unwrap()).collect();
    under_way.into_iter().for_each(|attempt| attempt.failed(&away()));
    assert_eq!(member.stats().failures, 1);
}
