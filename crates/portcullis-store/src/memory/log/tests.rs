use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use super::*;
use crate::document::Kind;
use crate::error::LogError;
use crate::memory::Link;
use crate::{FeedEvent, SharedLog, Store};

fn now<T>(future: impl Future<Output = T>) -> Option<T> {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(done) => Some(done),
        Poll::Pending => None,
    }
}

fn key() -> DocumentKey {
    DocumentKey::new(Kind::from_static("user-"), "jo")
}

fn put() -> Batch {
    Batch::new().put(key(), "1")
}

#[test]
fn one_order_covers_documents_members_and_orders() {
    let log = MemoryLog::new();
    let (a, b) = (log.node(), log.node());
    let mut feed = b.subscribe(Revision::ZERO).unwrap();
    let written = now(a.put_member("one", None, Bytes::from("x"))).unwrap().unwrap();
    assert_eq!(written, MemberWritten::At(Revision(1)));
    let committed = now(a.commit(put())).unwrap().unwrap();
    assert_eq!(committed.members.iter().map(|it| it.id.as_str()).collect::<Vec<_>>(), ["one"]);
    now(a.order(Bytes::from("clear"))).unwrap().unwrap();
    now(a.remove_member("one", Revision(1))).unwrap().unwrap();
    let heard = std::iter::from_fn(|| feed.next(Duration::ZERO).unwrap());
    let heard: Vec<_> = heard
        .map(|event| match event {
            FeedEvent::Change(change) => (change.keys.len(), change.members.len(), change.orders.len()),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(heard, [(0, 1, 0), (1, 0, 0), (0, 0, 1), (0, 1, 0)]);
    assert!(b.get(&key()).unwrap().is_some());
}

#[test]
fn a_deaf_node_hears_all_of_it_later() {
    let log = MemoryLog::new();
    let (a, b) = (log.node(), log.node());
    b.link(Link::Deaf);
    now(a.commit(put())).unwrap().unwrap();
    assert_eq!(b.get(&key()).unwrap(), None);
    assert_eq!(now(b.head()), Some(Ok(Revision(1))));
    // What it commits itself it has not heard of either.
    assert_eq!(now(b.commit(Batch::new().delete(key()))), None);
    b.link(Link::Up);
    assert_eq!(b.revision(), Revision(2));
    assert_eq!(b.get(&key()).unwrap(), None);
}

#[test]
fn what_is_mute_is_done() {
    let log = MemoryLog::new();
    let (a, b) = (log.node(), log.node());
    b.link(Link::Mute);
    assert!(matches!(now(b.commit(put())), Some(Err(CommitError::Unknown(_)))));
    assert!(a.get(&key()).unwrap().is_some());
    b.link(Link::Down);
    assert!(matches!(now(b.commit(put())), Some(Err(CommitError::Unknown(_)))));
    assert_eq!(a.revision(), Revision(1));
}

#[test]
fn another_log_is_noticed_and_taken_only_on_demand() {
    let log = MemoryLog::new();
    let node = log.node();
    now(node.commit(put())).unwrap().unwrap();
    log.wipe();
    assert!(matches!(now(node.head()), Some(Err(LogError::Severed(_)))));
    assert!(node.get(&key()).unwrap().is_some());
    node.resync();
    assert_eq!(now(node.head()), Some(Ok(Revision::ZERO)));
    assert_eq!(node.get(&key()).unwrap(), None);
}
