//! What is too much for etcd, and what must not be too much for us.

use super::*;
use crate::etcd::error::{Fate, Trouble};
use crate::etcd::messages::maintenance::Alarm;

#[tokio::test]
async fn operations() {
    let server = EtcdServer::start();
    let client = client_of(&server);
    let request = |count: usize| {
        let success = (0..count).map(|n| Operation::put(format!("/t/{n}"), "1")).collect();
        TxnRequest { success, ..TxnRequest::default() }
    };
    assert!(client.txn(request(128)).await.is_ok());
    let error = client.txn(request(129)).await.expect_err("129 are too many");
    assert_eq!(error.fate, Fate::NotDone);
    assert!(matches!(error.trouble, Trouble::TooLarge(_)), "{error}");
    assert!(error.to_string().contains("too many operations") && error.to_string().contains("--max-txn-ops"));
    let twice = vec![Operation::put("/t/a", "1"), Operation::put("/t/a", "2")];
    let error = client.txn(TxnRequest { success: twice, ..TxnRequest::default() }).await.expect_err("twice");
    assert_eq!(error.fate, Fate::NotDone, "{error}");
}

#[tokio::test]
async fn bytes_of_a_request() {
    let server = EtcdServer::start();
    let client = client_of(&server);
    // Over etcd's own limit, and over that of the connection below it.
    for size in [1600 * 1024, 2200 * 1024] {
        let success = vec![Operation::put("/t/a", vec![b'x'; size])];
        let error = client.txn(TxnRequest { success, ..TxnRequest::default() }).await.expect_err("too large");
        assert!(matches!(error.trouble, Trouble::TooLarge(_)), "{error}");
    }
    assert_eq!(get(&client, "/t/a").await.expect("an answer").count, 0);
}

#[tokio::test]
async fn answers_and_events_over_four_megabytes_arrive() {
    let server = EtcdServer::start();
    let client = client_of(&server);
    let first = put(&client, "/t/0", vec![b'x'; 1024 * 1024]).await;
    for n in 1..6 {
        put(&client, &format!("/t/{n}"), vec![b'x'; 1024 * 1024]).await;
    }
    let all = client.range(&RangeRequest::new(KeyRange::prefix("/t/")), SURELY).await.expect("an answer");
    assert_eq!(all.kvs.iter().map(|kv| kv.value.len()).sum::<usize>(), 6 * 1024 * 1024);
    let mut watch = client.watch(KeyRange::prefix("/t/"), first).await.expect("a watch");
    let mut seen = 0;
    while seen < 6 {
        seen += watch.next().await.expect("events").events.len();
    }
    assert_eq!(seen, 6);
}

#[tokio::test]
async fn a_full_etcd_says_so_and_leaves_the_outcome_open() {
    let server = EtcdServer::start_with(&["--quota-backend-bytes", "4194304"], None);
    let client = client_of(&server);
    let mut error = None;
    for n in 0..64 {
        let success = vec![Operation::put(format!("/t/{n}"), vec![b'x'; 1024 * 1024])];
        error = client.txn(TxnRequest { success, ..TxnRequest::default() }).await.err();
        if error.is_some() {
            break;
        }
    }
    let error = error.expect("4 MiB hold no 64");
    assert!(matches!(error.trouble, Trouble::NoSpace(_)), "{error}");
    assert_eq!(error.fate, Fate::Unknown);
    assert!(get(&client, "/t/0").await.is_ok());
    let alarms = client.alarms(SURELY).await.expect("an answer").alarms;
    assert!(alarms.iter().all(|alarm| alarm.alarm == Alarm::NoSpace as i32), "{alarms:?}");
}
