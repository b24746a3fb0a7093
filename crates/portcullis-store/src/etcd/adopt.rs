//! An operator's decision that what is in etcd now is the log: after it was wiped, restored, or filled from elsewhere.
//!
//! Nodes that followed an earlier log may still trust what they had of it, so their records are removed and their time is
//! waited out before the new epoch is written: whoever comes after that begins from what is there.

use std::path::Path;
use std::time::Duration;

use super::client::Client;
use super::epoch::Epoch;
use super::error::EtcdError;
use super::keys::Keys;
use super::messages::kv::KeyRange;
use super::messages::range::RangeRequest;
use super::messages::txn::{Operation, TxnRequest};
use super::replica::Replica;
use super::settings::EtcdSettings;
use crate::error::{LogError, OpenError};

/// How often reading is tried, in terms of the setting's time-out.
const PATIENCE: u32 = 4;

/// The log that a node's data folder is a copy of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Followed {
    /// Its epoch; empty where none was followed yet.
    pub epoch: String,
    /// The nodes' common name.
    pub cluster: Option<String>,
}

/// Which log a data folder is a copy of.
///
/// # Errors
/// The folder cannot be read, or its node runs.
pub fn followed(data: &Path) -> Result<Followed, OpenError> {
    let (replica, mark) = Replica::open(data)?;
    replica.close();
    let cluster = (!mark.cluster.is_empty()).then_some(mark.cluster);
    Ok(Followed { epoch: mark.epoch, cluster })
}

/// Makes what is in etcd now the log of all nodes that have followed `before`, or the log that was there. `wait` is how
/// long a node may trust what it has without hearing of anything. Answers the new epoch.
///
/// # Errors
/// etcd does not answer; then the new epoch may have been written or not, and this can be done again.
pub async fn adopt(settings: &EtcdSettings, before: Followed, wait: Duration) -> Result<String, LogError> {
    let unusable = |error: super::settings::SettingsError| LogError::NoAnswer(error.to_string());
    settings.check().map_err(unusable)?;
    let client = Client::new(settings).map_err(unusable)?;
    let keys = Keys::new(&settings.prefix);
    let removal =
        TxnRequest { compare: vec![], success: vec![Operation::delete(keys.members())], failure: vec![] };
    client.txn(removal).await.map_err(no_answer)?;
    tokio::time::sleep(wait).await;
    let request = RangeRequest::new(KeyRange::one(keys.epoch()));
    let found = client.range(&request, settings.timeout * PATIENCE).await.map_err(no_answer)?;
    let etcd = found.header.map_or(0, |it| it.cluster_id);
    let there = found.kvs.first().and_then(|kv| Epoch::parse(&kv.value));
    let mut previous = there.as_ref().map_or_else(Vec::new, |it| it.previous.clone());
    previous.extend(there.as_ref().map(|it| it.uuid.clone()));
    previous.push(before.epoch);
    let cluster = before.cluster.or_else(|| there.map(|it| it.cluster));
    let epoch = Epoch::replacing(previous, cluster, etcd);
    let writing = TxnRequest {
        compare: vec![],
        // Whoever joined meanwhile did so on the epoch before.
        success: vec![Operation::delete(keys.members()), Operation::put(keys.epoch(), epoch.to_text())],
        failure: vec![],
    };
    client.txn(writing).await.map_err(no_answer)?;
    Ok(epoch.uuid)
}

fn no_answer(error: EtcdError) -> LogError {
    LogError::NoAnswer(error.to_string())
}
