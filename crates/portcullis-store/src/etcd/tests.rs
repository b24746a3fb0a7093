//! The client beside a real etcd, and beside what is none.

mod calls;
mod faults;
mod limits;
mod login;
mod strangers;
mod tls;
mod watching;

#[path = "../../tests/etcd/server.rs"]
mod server;

use std::time::Duration;

use super::client::Client;
use super::error::EtcdError;
use super::messages::kv::KeyRange;
use super::messages::range::{RangeRequest, RangeResponse};
use super::messages::txn::{Operation, TxnRequest, TxnResponse};
use super::settings::EtcdSettings;
use server::EtcdServer;

/// For what must happen: so long that only a mistake reaches it.
const SURELY: Duration = Duration::from_secs(60);

fn settings(urls: &[String]) -> EtcdSettings {
    EtcdSettings { timeout: Duration::from_secs(20), ..EtcdSettings::new(urls.to_vec(), "/t/") }
}

fn client_of(server: &EtcdServer) -> Client {
    Client::new(&settings(&[server.url()])).expect("good settings")
}

async fn put(client: &Client, key: &str, value: impl Into<bytes::Bytes>) -> i64 {
    let success = vec![Operation::put(key.to_owned(), value)];
    let answer = client.txn(TxnRequest { success, ..TxnRequest::default() }).await.expect("written");
    revision(&answer)
}

async fn get(client: &Client, key: &str) -> Result<RangeResponse, EtcdError> {
    client.range(&RangeRequest::new(KeyRange::one(key.to_owned())), SURELY).await
}

fn revision(answer: &TxnResponse) -> i64 {
    answer.header.expect("every answer has a header").revision
}

fn keys(answer: &RangeResponse) -> Vec<&str> {
    answer.kvs.iter().map(|kv| std::str::from_utf8(&kv.key).expect("our keys are text")).collect()
}
