use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use super::*;
use crate::document::Kind;

fn keys(ids: &str) -> HashSet<DocumentKey> {
    ids.split_whitespace().map(|id| DocumentKey::new(Kind::from_static("user-"), id)).collect()
}

/// Looks once. What it does not wait for any more is gone from it.
fn has_come(turn: &mut Turn) -> bool {
    let before = turn.before.clone();
    let come = matches!(pin!(turn.come()).poll(&mut Context::from_waker(Waker::noop())), Poll::Ready(()));
    turn.before = if come { Vec::new() } else { before };
    come
}

#[test]
fn who_writes_a_document_waits_for_all_before_and_nobody_else_does() {
    let turns = Arc::<Turns>::default();
    let mut first = turns.take(keys("a b"), keys("a"));
    let mut other = turns.take(keys("c"), keys(""));
    assert!(has_come(&mut first) && has_come(&mut other));
    let mut second = turns.take(keys("b d"), keys(""));
    let mut third = turns.take(keys("d"), keys(""));
    assert!(!has_come(&mut second) && !has_come(&mut third));
    drop(first);
    assert!(has_come(&mut second));
    assert!(!has_come(&mut third), "the second has not been done");
    drop(second);
    assert!(has_come(&mut third));
    assert!(has_come(&mut turns.take(keys("a b"), keys(""))));
}

#[test]
fn who_only_rests_on_a_document_waits_for_nobody_who_does_so_too() {
    let turns = Arc::<Turns>::default();
    let mut first = turns.take(keys("a"), keys("caller"));
    let mut second = turns.take(keys("b"), keys("caller"));
    assert!(has_come(&mut first) && has_come(&mut second));
    let mut change = turns.take(keys("caller"), keys("caller"));
    let mut late = turns.take(keys("c"), keys("caller"));
    assert!(!has_come(&mut change) && !has_come(&mut late));
    drop(second);
    assert!(!has_come(&mut change), "the first has not been done");
    drop(first);
    assert!(has_come(&mut change) && !has_come(&mut late));
    drop(change);
    assert!(has_come(&mut late));
}

#[test]
fn nothing_is_kept_of_what_is_done() {
    let turns = Arc::<Turns>::default();
    let first = turns.take(keys("a"), keys("c"));
    let second = turns.take(keys("a b"), keys("c"));
    drop(first);
    assert_eq!(turns.lock().len(), 3);
    let third = turns.take(keys("c"), keys("a"));
    drop(second);
    assert_eq!(turns.lock().len(), 2);
    drop(third);
    assert!(turns.lock().is_empty());
}
