//! What a node knows of its log, and what it has taken in: shared by the follower, which alone changes how far the copy
//! is, and by the calls that need to know it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{Notify, watch};

use super::client::Client;
use super::keys::Keys;
use super::lane::Lane;
use super::messages::txn::{Operation, TxnRequest};
use super::replica::{Mark, Replica};
use super::turns::Turns;
use crate::document::Revision;
use crate::error::LogError;
use crate::member::MemberRecord;
use crate::shared::{Following, LogStatus};

/// A revision that was read has so long to come by itself.
const NUDGE_AFTER: Duration = Duration::from_millis(25);

/// One node's line to its log.
pub(super) struct Line {
    pub(super) keys: Keys,
    pub(super) timeout: Duration,
    pub(super) replica: Replica,
    /// Whose receipts and orders these are: this process.
    pub(super) owner: String,
    pub(super) turns: Arc<Turns>,
    /// How far readers and the feed are.
    pub(super) seen: watch::Sender<Revision>,
    /// Somebody wants the changes asked for anew.
    pub(super) kick: Notify,
    /// Etcd had no space for something.
    pub(super) full: Notify,
    known: Mutex<Known>,
    /// For the session's calls, which wait for nobody else's.
    pub(super) session: Caller,
    /// For commits.
    pub(super) commits: Caller,
}

/// A thread of calls and their connections.
pub(super) struct Caller {
    pub(super) lane: Lane,
    pub(super) client: Arc<Client>,
}

/// What is known of the log.
#[derive(Default)]
pub(super) struct Known {
    pub(super) mark: Mark,
    /// The revision of the epoch's last write; `None` while it is not known whether the log is ours.
    pub(super) epoch: Option<i64>,
    pub(super) members: BTreeMap<String, MemberRecord>,
    pub(super) status: LogStatus,
    pub(super) closed: bool,
}

impl Line {
    pub(super) fn new(
        keys: Keys,
        timeout: Duration,
        replica: Replica,
        mark: Mark,
        session: Caller,
        commits: Caller,
    ) -> Self {
        let seen = watch::Sender::new(mark.revision);
        Self {
            keys,
            timeout,
            replica,
            owner: uuid::Uuid::new_v4().simple().to_string(),
            turns: Arc::default(),
            seen,
            kick: Notify::new(),
            full: Notify::new(),
            known: Mutex::new(Known { mark, ..Known::default() }),
            session,
            commits,
        }
    }

    /// Whoever panicked with this left each field whole.
    pub(super) fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The epoch's revision, which every write makes a condition of.
    pub(super) fn epoch(&self) -> Result<i64, LogError> {
        let known = self.known();
        match (&known.status.following, known.epoch) {
            (Following::Severed(reason), _) => Err(LogError::Severed(reason.clone())),
            (_, Some(epoch)) => Ok(epoch),
            (Following::Away(reason), None) => Err(LogError::NoAnswer(reason.clone())),
            (Following::CatchingUp | Following::Yes, None) => {
                Err(LogError::NoAnswer("it has not been found yet".to_owned()))
            }
        }
    }

    /// Writes something if a revision that was read does not come by itself: whoever uses this etcd for other things moves
    /// its revision without telling us.
    pub(super) async fn nudge(&self, client: &Client, revision: Revision) {
        if tokio::time::timeout(NUDGE_AFTER, self.reach(revision)).await.is_ok() {
            return;
        }
        let key = self.keys.receipt(&self.owner, "nudge");
        // Another text each time, since the last write is what a log is known by.
        let success = vec![Operation::put(key, uuid::Uuid::new_v4().simple().to_string())];
        // If it fails, so does whoever waits for it, in the end.
        drop(client.txn(TxnRequest { compare: vec![], success, failure: vec![] }).await);
    }

    /// Resolves once readers see `revision`.
    pub(super) async fn reach(&self, revision: Revision) {
        // The sender lives as long as `self`.
        let _ = self.seen.subscribe().wait_for(|seen| *seen >= revision).await;
    }
}
