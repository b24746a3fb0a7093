//! Reading, transactions, compaction, and what a member says of itself.

use super::*;
use crate::etcd::error::{Fate, Trouble};
use crate::etcd::messages::txn::{Compare, Comparison, Outcome};

fn outcome(answer: &TxnResponse, at: usize) -> &Outcome {
    answer.responses[at].outcome.as_ref().expect("an outcome")
}

fn if_holds(compare: Compare) -> TxnRequest {
    TxnRequest {
        compare: vec![compare],
        success: vec![Operation::put("/t/done", "yes")],
        failure: vec![Operation::range(RangeRequest::new(KeyRange::prefix("/t/")))],
    }
}

#[tokio::test]
async fn ranges() {
    let server = EtcdServer::start();
    let client = client_of(&server);
    for key in ["/t/a", "/t/b", "/t/c", "/u/a"] {
        put(&client, key, "1").await;
    }
    let before = put(&client, "/t/b", "2").await - 1;
    let read = async |request: RangeRequest| client.range(&request, SURELY).await.expect("an answer");

    let all = read(RangeRequest::new(KeyRange::prefix("/t/"))).await;
    assert_eq!((keys(&all), all.count, all.more), (vec!["/t/a", "/t/b", "/t/c"], 3, false));
    assert_eq!((&all.kvs[1].value[..], all.kvs[1].version), (&b"2"[..], 2));
    let past = read(RangeRequest::new(KeyRange::one("/t/b")).at(before)).await;
    assert_eq!(&past.kvs[0].value[..], b"1");
    let page = read(RangeRequest::new(KeyRange::prefix("/t/")).at_most(2)).await;
    assert_eq!((keys(&page), page.count, page.more), (vec!["/t/a", "/t/b"], 3, true));
    let part = read(RangeRequest::keys(KeyRange::between("/t/b", "/t/c"))).await;
    assert_eq!((keys(&part), part.kvs[0].value.len()), (vec!["/t/b"], 0));
    let count = read(RangeRequest::count(KeyRange::prefix(""))).await;
    assert_eq!((count.count, count.kvs.len()), (4, 0));
    assert_eq!(read(RangeRequest::new(KeyRange::one("/none"))).await.count, 0);
}

#[tokio::test]
async fn a_transaction_takes_the_branch_that_its_comparisons_choose() {
    let server = EtcdServer::start();
    let client = client_of(&server);
    let first = put(&client, "/t/a", "one").await;
    let key = || KeyRange::one("/t/a");
    let absent = || KeyRange::one("/t/absent");
    let rows = [
        (Compare::mod_revision(key(), Comparison::Equal, first), true),
        (Compare::mod_revision(key(), Comparison::Equal, first - 1), false),
        (Compare::mod_revision(absent(), Comparison::Equal, 0), true),
        (Compare::version(key(), Comparison::Equal, 0), false),
        (Compare::version(absent(), Comparison::Equal, 0), true),
        (Compare::version(key(), Comparison::Greater, 0), true),
        (Compare::value(key(), Comparison::Equal, "one"), true),
        (Compare::value(key(), Comparison::NotEqual, "one"), false),
        (Compare::value(absent(), Comparison::Equal, ""), false),
        (Compare::mod_revision(KeyRange::prefix("/t/a"), Comparison::Less, first + 1), true),
        (Compare::mod_revision(KeyRange::prefix("/t/a"), Comparison::Less, first), false),
    ];
    for (compare, holds) in rows {
        let shown = format!("{compare:?}");
        let answer = client.txn(if_holds(compare)).await.expect("an answer");
        assert_eq!(answer.succeeded, holds, "{shown}");
    }
}

#[tokio::test]
async fn the_else_branch_reads_and_makes_no_revision() {
    let server = EtcdServer::start();
    let client = client_of(&server);
    let head = put(&client, "/t/a", "one").await;
    let answer = client
        .txn(if_holds(Compare::version(KeyRange::one("/t/a"), Comparison::Equal, 0)))
        .await
        .expect("an answer");
    assert_eq!((answer.succeeded, revision(&answer)), (false, head));
    let Outcome::Range(range) = outcome(&answer, 0) else { panic!("a range was asked for") };
    assert_eq!((keys(range), range.kvs[0].mod_revision), (vec!["/t/a"], head));
}

#[tokio::test]
async fn writes_deletes_and_reads_of_one_transaction_are_one_revision() {
    let server = EtcdServer::start();
    let client = client_of(&server);
    for key in ["/t/a", "/t/b", "/t/c"] {
        put(&client, key, "1").await;
    }
    let success = vec![
        Operation::delete(KeyRange::between("/t/a", "/t/c")),
        Operation::put("/t/d", "2"),
        Operation::range(RangeRequest::new(KeyRange::prefix("/t/"))),
    ];
    let answer = client.txn(TxnRequest { success, ..TxnRequest::default() }).await.expect("an answer");
    assert!(matches!(outcome(&answer, 0), Outcome::Delete(deleted) if deleted.deleted == 2));
    assert!(matches!(outcome(&answer, 1), Outcome::Put(_)));
    let Outcome::Range(range) = outcome(&answer, 2) else { panic!("a range was asked for") };
    assert_eq!(keys(range), ["/t/c", "/t/d"]);
    assert_eq!(range.kvs[1].mod_revision, revision(&answer));
}

#[tokio::test]
async fn what_is_forgotten_and_what_is_not_yet() {
    let server = EtcdServer::start();
    let client = client_of(&server);
    let first = put(&client, "/t/a", "1").await;
    let last = put(&client, "/t/a", "2").await;
    client.compact(last).await.expect("compacted");
    let again = client.compact(last).await.expect_err("it is forgotten already");
    assert_eq!((again.trouble, again.fate), (Trouble::Compacted(None), Fate::NotDone));
    let at = async |revision| {
        let request = RangeRequest::new(KeyRange::one("/t/a")).at(revision);
        client.range(&request, SURELY).await.map_err(|error| error.trouble)
    };
    assert_eq!(at(first).await, Err(Trouble::Compacted(None)));
    assert_eq!(at(last + 1000).await, Err(Trouble::Future));
    assert!(at(last).await.is_ok());
}

#[tokio::test]
async fn how_it_is() {
    let server = EtcdServer::start();
    let client = client_of(&server);
    put(&client, "/t/a", "1").await;
    let status = client.status(SURELY).await.expect("an answer");
    let header = status.header.expect("a header");
    assert!(
        status.db_size > 0 && status.db_size_in_use > 0 && status.version.starts_with("3."),
        "{status:?}"
    );
    assert_eq!(status.leader, header.member_id);
    assert!(header.cluster_id != 0);
    assert_eq!(client.alarms(SURELY).await.expect("an answer").alarms, []);
}
