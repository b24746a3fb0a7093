use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use super::*;
use crate::document::Kind;

fn key(id: &str) -> DocumentKey {
    DocumentKey::new(Kind::from_static("user-"), id)
}

fn has_come(turn: &mut Turn) -> bool {
    matches!(pin!(turn.come()).poll(&mut Context::from_waker(Waker::noop())), Poll::Ready(()))
}

#[test]
fn who_shares_a_document_waits_and_nobody_else() {
    let turns = Arc::<Turns>::default();
    let mut first = turns.take(vec![key("a"), key("a"), key("b")]);
    let mut other = turns.take(vec![key("c")]);
    assert!(has_come(&mut first) && has_come(&mut other));
    let second = turns.take(vec![key("b"), key("d")]);
    let mut third = turns.take(vec![key("d")]);
    let waiting = {
        let mut waiting = pin!(third.come());
        let polled = waiting.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending();
        drop(first);
        // The third waits for the second, which has not been done.
        polled && waiting.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending()
    };
    assert!(waiting);
    drop(second);
    let mut fourth = turns.take(vec![key("b"), key("a")]);
    assert!(has_come(&mut fourth));
}

#[test]
fn nothing_is_kept_of_what_is_done() {
    let turns = Arc::<Turns>::default();
    let first = turns.take(vec![key("a")]);
    let second = turns.take(vec![key("a"), key("b")]);
    drop(first);
    assert_eq!(turns.lock().len(), 2);
    drop(second);
    assert!(turns.lock().is_empty());
}
