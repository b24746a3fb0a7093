use super::*;

fn credential(good_at_first: bool, changes: &[(u64, u64, bool)], attempt: (u64, u64, Outcome)) -> Credential {
    let changes = changes.iter().map(|&(begin, end, good)| Change { begin, end, good }).collect();
    let (begin, end, outcome) = attempt;
    Credential {
        kind: Kind::Native,
        owner: String::new(),
        proof: Proof { authorization: String::new(), run_as: None, asks: super::super::door::Asks::Who },
        order: Arc::default(),
        good_at_first,
        changes: Mutex::new(changes),
        attempts: Mutex::new(vec![Attempt { begin, end, times: (Instant::now(), Instant::now()), outcome }]),
    }
}

fn is_wrong(good_at_first: bool, changes: &[(u64, u64, bool)], attempt: (u64, u64, Outcome)) -> bool {
    !credential(good_at_first, changes, attempt).violations().is_empty()
}

#[test]
fn what_was_killed_is_refused_from_the_acknowledgement_on() {
    use Outcome::{Accepted, Refused, Undecided};
    let killed = [(10, 20, false)];
    assert!(is_wrong(true, &killed, (21, 22, Accepted)));
    assert!(!is_wrong(true, &killed, (19, 22, Accepted)), "it began before the acknowledgement");
    assert!(!is_wrong(true, &killed, (21, 22, Refused)));
    assert!(!is_wrong(true, &killed, (21, 22, Undecided)));
    assert!(!is_wrong(true, &[(10, 20, false), (25, 30, true)], (21, 26, Accepted)), "it is being made good");
    assert!(is_wrong(true, &[(10, 20, false), (25, 30, true)], (21, 24, Accepted)));
}

#[test]
fn what_is_valid_throughout_is_accepted() {
    use Outcome::{Accepted, Refused};
    assert!(is_wrong(true, &[], (1, 2, Refused)));
    assert!(is_wrong(true, &[(10, 20, false)], (1, 9, Refused)));
    assert!(!is_wrong(true, &[(10, 20, false)], (1, 11, Refused)), "it is being killed");
    assert!(!is_wrong(true, &[(10, u64::MAX, false)], (11, 12, Refused)), "the change is under way");
    assert!(!is_wrong(true, &[(10, u64::MAX, false)], (11, 12, Accepted)), "the change is under way");
}

#[test]
fn what_was_made_good_is_accepted_at_once() {
    use Outcome::{Accepted, Refused};
    assert!(is_wrong(false, &[], (1, 2, Accepted)));
    assert!(is_wrong(false, &[(10, 20, true)], (21, 22, Refused)));
    assert!(!is_wrong(false, &[(10, 20, true)], (19, 22, Refused)), "it began before the acknowledgement");
    assert!(is_wrong(false, &[(10, 20, true), (30, 40, false), (50, 60, true)], (61, 62, Refused)));
}

#[test]
fn who_says_that_it_does_not_know_has_a_reason() {
    let faults = Faults::default();
    let unexplained = |outcome: Outcome| {
        credential(true, &[], (1, 2, outcome)).unexplained(&faults, Duration::from_secs(1)).len()
    };
    assert_eq!((unexplained(Outcome::Undecided), unexplained(Outcome::Accepted)), (1, 0));
    faults.begin("it");
    assert_eq!(unexplained(Outcome::Undecided), 0);
}
