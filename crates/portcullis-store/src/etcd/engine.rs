//! The engine as the rest of the service sees it: reads of the node's copy, commits to the log, and the log's other side.

use std::collections::BTreeSet;
use std::fmt;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;

use super::client::Client;
use super::committer::{self, Wanted};
use super::error::Trouble;
use super::follower::{Follower, header, records, revision, signed};
use super::keys::Keys;
use super::lane::Lane;
use super::line::{Caller, Line};
use super::messages::kv::KeyRange;
use super::messages::range::RangeRequest;
use super::messages::txn::{Compare, Comparison, Operation, Outcome, TxnRequest};
use super::receipts::Receipts;
use super::replica::Replica;
use super::room;
use super::settings::{Compaction, EtcdSettings};
use super::under_way::UnderWay;
use crate::batch::{Batch, within};
use crate::document::{Document, DocumentKey, Revision};
use crate::error::{CommitError, LogError, OpenError, StoreError};
use crate::feed::Feed;
use crate::limits::{MAX_DOCUMENT_BYTES, MAX_ID_BYTES};
use crate::member::{Committed, MemberRecord, MemberWritten};
use crate::shared::LogStatus;
use crate::{BoxFuture, Identity, SharedLog, Snapshot, Store};

/// The engine's name.
const ENGINE: &str = "etcd";
/// A call of the session is given up after this: the next one asks another member.
const SESSION_TIMEOUT: Duration = Duration::from_millis(500);
/// A commit that the log has and this node's copy has not: told so after this.
const CATCH_UP: Duration = Duration::from_secs(30);
/// For how long a store that closes waits for its commits.
const DRAIN: Duration = Duration::from_secs(20);

/// A store whose log is in etcd, with a copy of the documents in a data folder.
pub struct EtcdStore {
    line: Arc<Line>,
    receipts: Arc<Receipts>,
    under_way: Arc<UnderWay>,
    compaction: Compaction,
    /// `None` once closed.
    follower: Mutex<Option<Lane>>,
}

impl EtcdStore {
    /// Opens the copy in a data folder and begins to follow the log. etcd need not answer for that: the store then goes
    /// on trying.
    ///
    /// # Errors
    /// The folder cannot be used, or holds the store of a single node; or the settings cannot be used.
    pub fn open(data: &Path, settings: &EtcdSettings) -> Result<Self, OpenError> {
        let unusable = |error: super::settings::SettingsError| OpenError::Io {
            path: data.to_owned(),
            source: std::io::Error::new(std::io::ErrorKind::InvalidInput, error.to_string()),
        };
        let io = |source| OpenError::Io { path: data.to_owned(), source };
        settings.check().map_err(unusable)?;
        let session = EtcdSettings { timeout: settings.timeout.min(SESSION_TIMEOUT), ..settings.clone() };
        let caller = |name: &str, settings: &EtcdSettings| {
            let client = Arc::new(Client::new(settings).map_err(unusable)?);
            Ok::<_, OpenError>(Caller { lane: Lane::start(name).map_err(io)?, client })
        };
        let session = caller("etcd-session", &session)?;
        let commits = caller("etcd-commits", settings)?;
        let follows = Client::new(settings).map_err(unusable)?;
        let (replica, mark) = Replica::open(data)?;
        let keys = Keys::new(&settings.prefix);
        let line = Arc::new(Line::new(keys, settings.timeout, replica, mark, session, commits));
        let lane = Lane::start("etcd-follower").map_err(io)?;
        let measures = Client::new(settings).map_err(unusable)?;
        drop(lane.hand_over(room::watch(Arc::clone(&line), measures)));
        let follower = Follower::new(Arc::clone(&line), follows);
        // It runs until the lane is dropped.
        drop(lane.hand_over(follower.run()));
        Ok(Self {
            line,
            receipts: Arc::default(),
            under_way: Arc::default(),
            compaction: settings.compaction,
            follower: Mutex::new(Some(lane)),
        })
    }

    /// Does a write on the lane for commits, whether or not its future is kept, and resolves when readers see it.
    fn write<F>(
        &self,
        bytes: usize,
        work: impl FnOnce(Arc<Line>, Arc<Receipts>) -> F,
    ) -> BoxFuture<Result<Committed, CommitError>>
    where
        F: Future<Output = Result<Committed, CommitError>> + Send + 'static,
    {
        if self.line.known().closed {
            return Box::pin(std::future::ready(Err(closed())));
        }
        let place = match self.under_way.enter(bytes) {
            Ok(place) => place,
            Err(refused) => return Box::pin(std::future::ready(Err(refused))),
        };
        let working = work(Arc::clone(&self.line), Arc::clone(&self.receipts));
        let line = Arc::clone(&self.line);
        let handed = self.line.commits.lane.hand_over(async move {
            let committed = working.await?;
            settle(&line, committed.revision).await?;
            drop(place);
            Ok(committed)
        });
        Box::pin(async move {
            let unavailable = |error: super::lane::LaneError| CommitError::Unavailable(error.to_string());
            let gone = |error: super::lane::LaneError| CommitError::Unknown(error.to_string());
            handed.map_err(unavailable)?.result().await.map_err(gone)?
        })
    }

    fn on_session<T: Send + 'static, F>(
        &self,
        call: impl FnOnce(Arc<Line>) -> F,
    ) -> BoxFuture<Result<T, LogError>>
    where
        F: Future<Output = Result<T, LogError>> + Send + 'static,
    {
        let handed = self.line.session.lane.hand_over(call(Arc::clone(&self.line)));
        Box::pin(async move {
            let lost = |error: super::lane::LaneError| LogError::NoAnswer(error.to_string());
            handed.map_err(lost)?.result().await.map_err(lost)?
        })
    }
}

/// Resolves once readers see `revision`, which was committed.
async fn settle(line: &Line, revision: Revision) -> Result<(), CommitError> {
    let late =
        |_| CommitError::Unknown(format!("it is in the log at {revision}, and this node does not see it"));
    tokio::time::timeout(CATCH_UP, line.reach(revision)).await.map_err(late)
}

fn closed() -> CommitError {
    CommitError::Unavailable(StoreError::Closed.to_string())
}

fn no_answer(error: super::error::EtcdError) -> LogError {
    LogError::NoAnswer(error.to_string())
}

impl Store for EtcdStore {
    fn get(&self, key: &DocumentKey) -> Result<Option<Document>, StoreError> {
        self.line.replica.get(key)
    }

    fn read(&self) -> Result<Box<dyn Snapshot>, StoreError> {
        Ok(Box::new(self.line.replica.snapshot()?))
    }

    fn revision(&self) -> Revision {
        self.line.replica.hub().last()
    }

    fn commit(&self, batch: Batch) -> BoxFuture<Result<Committed, CommitError>> {
        if let Err(refused) = batch.check() {
            return Box::pin(std::future::ready(Err(refused)));
        }
        let writes = batch.writes.iter().map(|write| write.key().clone()).collect();
        let rests_on = batch.conditions.iter().map(|condition| condition.key.clone()).collect();
        // The place is taken when the commit is sure to be done: one given up before its turn would let others overtake.
        self.write(batch.bytes(), |line, receipts| {
            let mut turn = line.turns.take(writes, rests_on);
            async move {
                turn.come().await;
                let committed = committer::commit(&line, &receipts, batch).await;
                drop(turn);
                committed
            }
        })
    }

    fn shared(&self) -> Option<&dyn SharedLog> {
        Some(self)
    }

    fn subscribe(&self, after: Revision) -> Result<Feed, StoreError> {
        let visible = self.line.replica.snapshot()?.revision();
        Ok(self.line.replica.hub().subscribe(after, visible))
    }

    fn identity(&self) -> Identity {
        let known = self.line.known();
        let cluster = (!known.mark.cluster.is_empty()).then(|| known.mark.cluster.clone());
        let format = self.line.replica.format();
        Identity { epoch: known.mark.epoch.clone(), cluster, format, engine: ENGINE }
    }

    fn size(&self) -> Result<u64, StoreError> {
        self.line.replica.size()
    }

    fn meta_get(&self, name: &str) -> Result<Option<String>, StoreError> {
        self.line.replica.fact(name)
    }

    fn meta_put(&self, name: &str, value: &str) -> Result<(), CommitError> {
        within("bytes in a name", name.len(), MAX_ID_BYTES)?;
        within("bytes in a value", value.len(), MAX_DOCUMENT_BYTES)?;
        let failed = |error: StoreError| CommitError::Unavailable(error.to_string());
        self.line.replica.put_fact(name, value).map_err(failed)
    }

    fn close(&self) {
        // Held over all of it, so that a second caller returns only when the first has closed.
        let mut follower = self.follower.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(lane) = follower.take() else { return };
        self.line.known().closed = true;
        self.under_way.wait(DRAIN);
        drop(lane);
        let mark = self.line.known().mark.clone();
        if !mark.epoch.is_empty()
            && let Err(error) = self.line.replica.apply(&[], &mark)
        {
            tracing::warn!(%error, "how far the copy is was not written; what is missing is read from the log again");
        }
        self.line.replica.close();
        self.line.replica.hub().close();
    }
}

impl SharedLog for EtcdStore {
    fn head(&self) -> BoxFuture<Result<Revision, LogError>> {
        let applied = self.revision();
        self.on_session(move |line| async move {
            let epoch = line.epoch()?;
            let request = RangeRequest::keys(KeyRange::one(line.keys.epoch()));
            let found = line.session.client.range(&request, SESSION_TIMEOUT * 3).await.map_err(no_answer)?;
            let (_, head) = header(&found);
            if found.kvs.first().map(|kv| kv.mod_revision) != Some(epoch) {
                line.kick.notify_one();
                return Err(LogError::Severed("its epoch has changed".to_owned()));
            }
            if head < applied {
                line.kick.notify_one();
                return Err(LogError::Severed(format!("it is at {head} and has been at {applied}")));
            }
            let behind = Arc::clone(&line);
            tokio::spawn(async move { behind.nudge(&behind.session.client, head).await });
            Ok(head)
        })
    }

    fn put_member(
        &self,
        id: &str,
        expected: Option<Revision>,
        body: Bytes,
    ) -> BoxFuture<Result<MemberWritten, LogError>> {
        let id = id.to_owned();
        self.on_session(move |line| async move {
            let epoch = line.epoch()?;
            let key = line.keys.member(&id);
            let own = KeyRange::one(key.clone());
            let as_expected =
                Compare::mod_revision(own.clone(), Comparison::Equal, expected.map_or(0, signed));
            let request = TxnRequest {
                compare: vec![same_log(&line, epoch), as_expected],
                success: vec![Operation::put(key, body)],
                failure: vec![
                    Operation::range(RangeRequest::new(own)),
                    Operation::range(RangeRequest::keys(KeyRange::one(line.keys.epoch()))),
                ],
            };
            let answer = line.session.client.txn(request).await;
            if answer.as_ref().is_err_and(|error| matches!(error.trouble, Trouble::NoSpace(_))) {
                line.full.notify_one();
            }
            let answer = answer.map_err(no_answer)?;
            if answer.succeeded {
                return Ok(MemberWritten::At(
                    answer.header.map_or(Revision::ZERO, |it| revision(it.revision)),
                ));
            }
            let mut found = answer.responses.into_iter().filter_map(|it| match it.outcome {
                Some(Outcome::Range(range)) => Some(range.kvs),
                _ => None,
            });
            let (member, log) = (found.next().unwrap_or_default(), found.next().unwrap_or_default());
            if log.first().map(|kv| kv.mod_revision) != Some(epoch) {
                line.kick.notify_one();
                return Err(LogError::Severed("its epoch has changed".to_owned()));
            }
            Ok(MemberWritten::Refused { current: records(&line, member).into_iter().next() })
        })
    }

    fn remove_member(&self, id: &str, at: Revision) -> BoxFuture<Result<(), LogError>> {
        let id = id.to_owned();
        self.on_session(move |line| async move {
            let epoch = line.epoch()?;
            let own = KeyRange::one(line.keys.member(&id));
            let nonce = uuid::Uuid::new_v4().simple().to_string();
            let request = TxnRequest {
                compare: vec![
                    same_log(&line, epoch),
                    Compare::mod_revision(own.clone(), Comparison::Equal, signed(at)),
                ],
                // The nonce is what this revision of the log can be recognised by.
                success: vec![
                    Operation::delete(own),
                    Operation::put(line.keys.receipt(&line.owner, "removal"), nonce),
                ],
                failure: vec![],
            };
            line.session.client.txn(request).await.map_err(no_answer).map(drop)
        })
    }

    fn order(&self, body: Bytes) -> BoxFuture<Result<Committed, CommitError>> {
        if let Err(refused) = within("bytes in an order", body.len(), MAX_DOCUMENT_BYTES) {
            return Box::pin(std::future::ready(Err(refused)));
        }
        self.write(body.len(), |line, receipts| async move {
            let writes = vec![Operation::put(line.keys.order(&line.owner), body)];
            let wanted = Wanted { conditions: Vec::new(), writes, deletions: BTreeSet::new() };
            committer::write(&line, &receipts, wanted).await
        })
    }

    fn members(&self) -> Vec<MemberRecord> {
        self.line.known().members.values().cloned().collect()
    }

    fn reopen(&self) {
        self.line.kick.notify_one();
    }

    fn compact(&self, through: Revision) -> BoxFuture<Result<(), LogError>> {
        if self.compaction == Compaction::External {
            return Box::pin(std::future::ready(Ok(())));
        }
        self.on_session(move |line| async move {
            match line.session.client.compact(signed(through)).await {
                Ok(_) => {}
                // Somebody else has just asked for the same.
                Err(error) if matches!(error.trouble, Trouble::Compacted(_)) => {}
                Err(error) => return Err(no_answer(error)),
            }
            Ok(())
        })
    }

    fn status(&self) -> LogStatus {
        self.line.known().status.clone()
    }
}

fn same_log(line: &Line, epoch: i64) -> Compare {
    Compare::mod_revision(KeyRange::one(line.keys.epoch()), Comparison::Equal, epoch)
}

impl Drop for EtcdStore {
    fn drop(&mut self) {
        self.close();
    }
}

impl fmt::Debug for EtcdStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EtcdStore").field("identity", &self.identity()).finish_non_exhaustive()
    }
}
