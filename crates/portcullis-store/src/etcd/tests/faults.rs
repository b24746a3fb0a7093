//! Members that are frozen, killed, or away.

use super::*;
use crate::etcd::error::{Fate, Trouble};
use crate::etcd::messages::txn::Compare;
use crate::etcd::messages::txn::Comparison;

/// Two members that know nothing of each other: enough to see who was asked.
fn pair(timeout: Duration) -> (EtcdServer, EtcdServer, Client) {
    let (one, two) = (EtcdServer::start(), EtcdServer::start());
    let settings = EtcdSettings { timeout, ..settings(&[one.url(), two.url()]) };
    let client = Client::new(&settings).expect("good settings");
    (one, two, client)
}

fn write() -> TxnRequest {
    let compare = vec![Compare::version(KeyRange::one("/t/a"), Comparison::Equal, 0)];
    TxnRequest { compare, success: vec![Operation::put("/t/a", "1")], ..TxnRequest::default() }
}

#[tokio::test]
async fn a_read_goes_on_with_the_next_member_when_one_is_frozen_or_killed() {
    let (mut one, two, client) = pair(Duration::from_secs(2));
    put(&client_of(&one), "/t/a", "one").await;
    put(&client_of(&two), "/t/a", "two").await;
    let value = async || get(&client, "/t/a").await.expect("an answer").kvs[0].value.clone();
    assert_eq!(value().await, "one");
    one.freeze();
    assert_eq!(value().await, "two");
    one.thaw();
    assert_eq!(value().await, "two", "who answers stays");
    two.freeze();
    assert_eq!(value().await, "one");
    one.kill();
    two.thaw();
    assert_eq!(value().await, "two");
}

#[tokio::test]
async fn a_write_to_a_frozen_member_has_no_known_outcome_and_is_not_repeated() {
    let (one, two, client) = pair(Duration::from_secs(2));
    client.txn(write()).await.expect("written");
    one.freeze();
    let error = client.txn(write()).await.expect_err("nobody answers");
    assert_eq!(error.fate, Fate::Unknown);
    assert!(error.to_string().contains("no answer within 2s") && error.endpoint == one.url(), "{error}");
    assert_eq!(get(&client_of(&two), "/t/a").await.expect("an answer").count, 0, "nobody else was asked");
    assert!(client.txn(write()).await.expect("the next one goes to the next member").succeeded);
}

#[tokio::test]
async fn a_write_to_nobody_was_certainly_not_done() {
    let mut server = EtcdServer::start();
    server.kill();
    let client = client_of(&server);
    let error = client.txn(write()).await.expect_err("nobody listens");
    assert_eq!(error.fate, Fate::NotDone);
    assert!(matches!(&error.trouble, Trouble::Unavailable(why) if why.contains("refused")), "{error}");
}

#[tokio::test]
async fn a_write_under_way_when_the_member_is_killed_has_no_known_outcome() {
    let mut server = EtcdServer::start();
    let client = client_of(&server);
    get(&client, "/t/a").await.expect("connected");
    server.freeze();
    let (error, ()) = tokio::join!(client.txn(write()), async {
        // The request is in the socket of a process that never reads it.
        for _ in 0..100 {
            tokio::task::yield_now().await;
        }
        server.kill();
    });
    let error = error.expect_err("it was killed");
    assert_eq!(error.fate, Fate::Unknown, "{error}");
}

#[tokio::test]
async fn a_frozen_member_opens_no_watch_and_the_next_one_does() {
    let (one, _two, client) = pair(Duration::from_secs(2));
    one.freeze();
    let error = client.watch(KeyRange::prefix("/t/"), 1).await.err().expect("nobody answers");
    assert!(error.may_pass() && error.endpoint == one.url(), "{error}");
    assert!(client.watch(KeyRange::prefix("/t/"), 1).await.is_ok());
}

#[tokio::test]
async fn a_member_that_answers_can_be_left() {
    let (one, two, client) = pair(Duration::from_secs(20));
    put(&client_of(&one), "/t/a", "one").await;
    put(&client_of(&two), "/t/a", "two").await;
    client.leave_member();
    assert_eq!(get(&client, "/t/a").await.expect("an answer").kvs[0].value, "two");
}

#[tokio::test]
async fn a_read_ends_at_its_deadline_with_the_last_reason() {
    let (mut one, mut two, client) = pair(Duration::from_secs(2));
    one.kill();
    two.kill();
    let request = RangeRequest::new(KeyRange::one("/t/a"));
    let error = client.range(&request, Duration::from_millis(300)).await.expect_err("nobody listens");
    assert!(error.to_string().contains("refused"), "{error}");
}

#[tokio::test]
async fn a_read_waits_for_a_member_that_comes_back() {
    let server = EtcdServer::start();
    let settings = EtcdSettings { timeout: Duration::from_millis(200), ..settings(&[server.url()]) };
    let client = Client::new(&settings).expect("good settings");
    server.freeze();
    let request = RangeRequest::new(KeyRange::one("/t/a"));
    let (answer, ()) = tokio::join!(client.range(&request, SURELY), async {
        let _ = client.txn(write()).await.expect_err("it is frozen");
        server.thaw();
    });
    assert!(answer.is_ok());
}
