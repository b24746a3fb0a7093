//! The watch: order, going on where another ended, and the two ways in which a revision is not there.

use super::*;
use crate::etcd::error::Trouble;
use crate::etcd::watch::{Watch, WatchEvent};

/// Keys and revisions of the next events, at least so many.
async fn seen(watch: &mut Watch, count: usize) -> Vec<(String, i64)> {
    let mut seen = Vec::new();
    while seen.len() < count {
        let message = tokio::time::timeout(SURELY, watch.next()).await.expect("in time").expect("events");
        for event in message.events {
            let (key, revision) = match event {
                WatchEvent::Put(kv) => (kv.key, kv.mod_revision),
                WatchEvent::Deleted { key, revision } => (key, revision),
            };
            seen.push((String::from_utf8(key.to_vec()).expect("our keys are text"), revision));
        }
    }
    seen
}

#[tokio::test]
async fn events_come_in_order_and_a_second_watch_goes_on_where_the_first_ended() {
    let server = EtcdServer::start();
    let client = client_of(&server);
    let start = put(&client, "/t/0", "1").await;
    let mut watch = client.watch(KeyRange::prefix("/t/"), start).await.expect("a watch");
    let mut expected = vec![("/t/0".to_owned(), start)];
    for n in 1..20 {
        let key = format!("/t/{n}");
        expected.push((key.clone(), put(&client, &key, "1").await));
        put(&client, "/elsewhere", "1").await;
    }
    let mut all = seen(&mut watch, 7).await;
    drop(watch);
    let next = all.last().expect("at least seven").1 + 1;
    let mut watch = client.watch(KeyRange::prefix("/t/"), next).await.expect("a watch");
    assert!(watch.since() >= expected[19].1);
    let left = 20 - all.len();
    all.extend(seen(&mut watch, left).await);
    assert_eq!(all, expected);
}

#[tokio::test]
async fn a_transaction_is_seen_whole_and_deletions_are_seen() {
    let server = EtcdServer::start();
    let client = client_of(&server);
    let start = put(&client, "/t/gone", "1").await + 1;
    let mut watch = client.watch(KeyRange::prefix("/t/"), start).await.expect("a watch");
    let mut success: Vec<_> = (0..100).map(|n| Operation::put(format!("/t/{n:03}"), "1")).collect();
    success.push(Operation::delete(KeyRange::one("/t/gone")));
    let answer = client.txn(TxnRequest { success, ..TxnRequest::default() }).await.expect("an answer");
    let message = watch.next().await.expect("events");
    assert_eq!(message.events.len(), 101);
    let gone = WatchEvent::Deleted { key: "/t/gone".into(), revision: revision(&answer) };
    assert_eq!(message.events[100], gone);
}

#[tokio::test]
async fn a_revision_that_is_forgotten_ends_the_watch_and_names_the_first_that_is_not() {
    let server = EtcdServer::start();
    let client = client_of(&server);
    let first = put(&client, "/t/a", "1").await;
    let last = put(&client, "/t/a", "2").await;
    client.compact(last).await.expect("compacted");
    let mut watch = client.watch(KeyRange::prefix("/t/"), first).await.expect("it is created first");
    let error = tokio::time::timeout(SURELY, watch.next()).await.expect("in time").expect_err("forgotten");
    assert_eq!(error.trouble, Trouble::Compacted(Some(last)));
    assert!(error.to_string().contains(&last.to_string()), "{error}");
    let mut watch = client.watch(KeyRange::prefix("/t/"), last).await.expect("a watch");
    assert_eq!(seen(&mut watch, 1).await, [("/t/a".to_owned(), last)]);
}

#[tokio::test]
async fn a_revision_that_is_not_yet_there_is_awaited_in_silence() {
    let server = EtcdServer::start();
    let client = client_of(&server);
    let head = put(&client, "/t/a", "1").await;
    let mut watch = client.watch(KeyRange::prefix("/t/"), head + 3).await.expect("accepted");
    assert!(watch.since() < head + 2, "its answer shows that it is behind");
    for _ in 0..3 {
        put(&client, "/t/a", "2").await;
    }
    assert_eq!(seen(&mut watch, 1).await, [("/t/a".to_owned(), head + 3)], "two are left out");
}

#[tokio::test]
async fn a_watch_ends_with_its_member() {
    let mut server = EtcdServer::start();
    let client = client_of(&server);
    let mut watch = client.watch(KeyRange::prefix("/t/"), 1).await.expect("a watch");
    server.kill();
    let error = tokio::time::timeout(SURELY, watch.next()).await.expect("in time").expect_err("killed");
    assert!(error.may_pass(), "{error:?}");
}
