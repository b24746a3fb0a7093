//! One node's store over a [`MemoryLog`]: its copy of the documents, its feed, and the line between it and the log.

use std::collections::BTreeMap;
use std::fmt;
use std::future::ready;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use tokio::sync::watch;

use super::closed;
use super::log::{Entry, MemoryLog};
use super::state::Replica;
use crate::batch::{Batch, within};
use crate::change::Change;
use crate::document::{Document, DocumentKey, Revision};
use crate::error::{CommitError, LogError, StoreError};
use crate::feed::{Feed, Hub};
use crate::limits::{MAX_DOCUMENT_BYTES, MAX_ID_BYTES};
use crate::member::{Committed, MemberRecord, MemberWritten};
use crate::shared::{Following, LogStatus};
use crate::{BoxFuture, Identity, SharedLog, Snapshot, Store};

/// What passes between a node and its log.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Link {
    /// Everything.
    #[default]
    Up,
    /// Nothing: what is asked is not done, and no changes arrive.
    Down,
    /// What is asked is done and answered; no changes arrive.
    Deaf,
    /// What is asked is done and not answered; changes arrive.
    Mute,
}

/// A store over a shared log in memory.
pub struct MemoryNode {
    shared: Arc<Shared>,
}

/// What the node and the log have in common.
pub(super) struct Shared {
    log: MemoryLog,
    hub: Arc<Hub>,
    replica: Replica,
    line: Mutex<Line>,
    heard: watch::Sender<Revision>,
}

#[derive(Debug, Default)]
struct Line {
    link: Link,
    epoch: String,
    severed: Option<String>,
    reopened: u64,
    resyncs: u64,
    facts: BTreeMap<String, String>,
}

impl Shared {
    fn line(&self) -> MutexGuard<'_, Line> {
        self.line.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes in what is new, unless nothing arrives.
    pub(super) fn hear(&self, entries: &[Arc<Entry>]) {
        // Held over all of it: two writers tell at once, and one order is one order.
        let line = self.line();
        if matches!(line.link, Link::Down | Link::Deaf) || line.severed.is_some() {
            return;
        }
        for entry in entries {
            let revision = entry.revision;
            if revision <= *self.heard.borrow() {
                continue;
            }
            let taken = self.replica.change(|state| {
                state.write(entry.writes.clone(), revision);
                state.revision = revision;
            });
            if taken.is_err() {
                return;
            }
            self.hub.publish(Change {
                revision,
                keys: entry.keys.clone(),
                members: entry.member.iter().cloned().collect(),
                orders: entry.order.iter().cloned().collect(),
            });
            self.heard.send_replace(revision);
        }
    }

    /// What this node may ask of the log.
    fn asks(&self) -> Result<Link, LogError> {
        let line = self.line();
        if let Some(reason) = &line.severed {
            return Err(LogError::Severed(reason.clone()));
        }
        if self.log.lock().identity.epoch != line.epoch {
            return Err(LogError::Severed("it is another log".to_owned()));
        }
        match line.link {
            Link::Down => Err(LogError::NoAnswer("the line is down".to_owned())),
            link => Ok(link),
        }
    }

    /// Asks something that changes the log, and answers if the line lets answers through.
    fn ask<T>(&self, change: impl FnOnce(&mut super::log::Content) -> T) -> Result<T, LogError> {
        let link = self.asks()?;
        let done = change(&mut self.log.lock());
        self.log.tell();
        match link {
            Link::Mute => Err(LogError::NoAnswer("the answer was lost".to_owned())),
            Link::Up | Link::Deaf | Link::Down => Ok(done),
        }
    }

    /// Resolves when this node has heard of what was committed.
    async fn settled(
        self: Arc<Self>,
        done: Result<Committed, CommitError>,
    ) -> Result<Committed, CommitError> {
        let committed = done?;
        // The sender lives as long as `self`.
        let _ = self.heard.subscribe().wait_for(|heard| *heard >= committed.revision).await;
        Ok(committed)
    }
}

fn not_committed(error: LogError) -> CommitError {
    match error {
        LogError::NoAnswer(reason) => CommitError::Unknown(reason),
        LogError::Severed(reason) => CommitError::Unavailable(reason),
    }
}

impl MemoryNode {
    pub(super) fn new(log: MemoryLog) -> Self {
        let epoch = log.lock().identity.epoch.clone();
        Self {
            shared: Arc::new(Shared {
                log,
                hub: Hub::new(Revision::ZERO),
                replica: Replica::new(),
                line: Mutex::new(Line { epoch, ..Line::default() }),
                heard: watch::Sender::new(Revision::ZERO),
            }),
        }
    }

    pub(super) fn shared(&self) -> &Arc<Shared> {
        &self.shared
    }

    /// Changes what passes; what was held back arrives when changes do again.
    pub fn link(&self, link: Link) {
        self.shared.line().link = link;
        self.shared.hear(&self.shared.log.entries());
    }

    /// Finds that the log is another one.
    pub fn sever(&self, reason: &str) {
        self.shared.line().severed = Some(reason.to_owned());
        self.shared.hub.sever(reason);
    }

    /// Takes the log as it is now, whatever it was before.
    pub fn resync(&self) {
        let shared = &self.shared;
        let mut line = shared.line();
        let (epoch, state, revision) = {
            let content = shared.log.lock();
            (content.identity.epoch.clone(), content.documents().clone(), content.revision())
        };
        line.epoch = epoch;
        line.severed = None;
        line.resyncs += 1;
        // A store that is closed stays so.
        let _ = shared.replica.change(|it| {
            *it = state;
            it.revision = revision;
        });
        shared.heard.send_replace(revision);
        shared.hub.reset(revision);
    }
}

impl Store for MemoryNode {
    fn get(&self, key: &DocumentKey) -> Result<Option<Document>, StoreError> {
        self.shared.replica.state()?.get(key)
    }

    fn read(&self) -> Result<Box<dyn Snapshot>, StoreError> {
        Ok(Box::new(self.shared.replica.state()?))
    }

    fn revision(&self) -> Revision {
        self.shared.hub.last()
    }

    fn commit(&self, batch: Batch) -> BoxFuture<Result<Committed, CommitError>> {
        let commit = || {
            batch.check()?;
            self.shared.replica.state().map_err(closed)?;
            self.shared.ask(|log| log.commit(batch)).map_err(not_committed)?
        };
        Box::pin(Arc::clone(&self.shared).settled(commit()))
    }

    fn shared(&self) -> Option<&dyn SharedLog> {
        Some(self)
    }

    fn subscribe(&self, after: Revision) -> Result<Feed, StoreError> {
        let visible = self.shared.replica.state()?.revision;
        Ok(self.shared.hub.subscribe(after, visible))
    }

    fn identity(&self) -> Identity {
        let epoch = self.shared.line().epoch.clone();
        Identity { epoch, ..super::identity() }
    }

    fn size(&self) -> Result<u64, StoreError> {
        Ok(0)
    }

    fn meta_get(&self, name: &str) -> Result<Option<String>, StoreError> {
        self.shared.replica.state()?;
        Ok(self.shared.line().facts.get(name).cloned())
    }

    fn meta_put(&self, name: &str, value: &str) -> Result<(), CommitError> {
        within("bytes in a name", name.len(), MAX_ID_BYTES)?;
        within("bytes in a value", value.len(), MAX_DOCUMENT_BYTES)?;
        self.shared.replica.state().map_err(closed)?;
        self.shared.line().facts.insert(name.to_owned(), value.to_owned());
        Ok(())
    }

    fn close(&self) {
        let _line = self.shared.line();
        self.shared.replica.close();
        self.shared.hub.close();
    }
}

impl SharedLog for MemoryNode {
    fn head(&self) -> BoxFuture<Result<Revision, LogError>> {
        Box::pin(ready(self.shared.ask(|log| log.revision())))
    }

    fn put_member(
        &self,
        id: &str,
        expected: Option<Revision>,
        body: Bytes,
    ) -> BoxFuture<Result<MemberWritten, LogError>> {
        Box::pin(ready(self.shared.ask(|log| log.put_member(id, expected, body))))
    }

    fn remove_member(&self, id: &str, at: Revision) -> BoxFuture<Result<(), LogError>> {
        Box::pin(ready(self.shared.ask(|log| log.remove_member(id, at))))
    }

    fn order(&self, body: Bytes) -> BoxFuture<Result<Committed, CommitError>> {
        let done = self.shared.ask(|log| log.order(body)).map_err(not_committed);
        Box::pin(Arc::clone(&self.shared).settled(done))
    }

    fn members(&self) -> Vec<MemberRecord> {
        self.shared.log.lock().members()
    }

    fn reopen(&self) {
        self.shared.line().reopened += 1;
    }

    fn status(&self) -> LogStatus {
        let line = self.shared.line();
        let following = match (&line.severed, line.link) {
            (Some(reason), _) => Following::Severed(reason.clone()),
            (None, Link::Down | Link::Deaf) => Following::Away("the line is down".to_owned()),
            (None, Link::Up | Link::Mute) => Following::Yes,
        };
        LogStatus { following, resyncs: line.resyncs, reopened: line.reopened, ..LogStatus::default() }
    }
}

impl Drop for MemoryNode {
    fn drop(&mut self) {
        self.close();
    }
}

impl fmt::Debug for MemoryNode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryNode").field("line", &self.shared.line()).finish_non_exhaustive()
    }
}
