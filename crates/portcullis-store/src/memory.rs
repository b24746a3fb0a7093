//! The engine without a disk, for tests and for trying things out: all is lost when the process ends.
//!
//! The state is a persistent value that commits copy when a reader still looks at it; that is simple, and quick enough for
//! what this engine is for. Nothing here is ever durable.

use std::collections::BTreeMap;
use std::future::ready;
use std::ops::Bound;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use bytes::Bytes;
use uuid::Uuid;

use crate::batch::{Batch, Write, within};
use crate::change::{Change, ChangeKind};
use crate::document::{Document, DocumentKey, Kind, Revision};
use crate::error::{CommitError, StoreError};
use crate::feed::{Feed, Hub};
use crate::limits::{MAX_DOCUMENT_BYTES, MAX_ID_BYTES, MAX_PAGE_BYTES, MAX_PAGE_DOCUMENTS};
use crate::{BoxFuture, Identity, Snapshot, Store};

/// The layout of documents in this engine; there has been one only.
const FORMAT: u32 = 1;

/// A store in memory.
#[derive(Debug)]
pub struct MemoryStore {
    identity: Identity,
    hub: Arc<Hub>,
    /// `None` once closed.
    state: RwLock<Option<Arc<State>>>,
    /// Held over a whole commit, so that changes are published in the order in which they were made.
    writer: Mutex<BTreeMap<String, String>>,
}

#[derive(Clone, Debug, Default)]
struct State {
    revision: Revision,
    documents: BTreeMap<DocumentKey, (Revision, Bytes)>,
}

impl MemoryStore {
    /// An empty store with an epoch of its own.
    #[must_use]
    pub fn new() -> Self {
        Self {
            identity: Identity { epoch: Uuid::new_v4().to_string(), format: FORMAT, engine: "memory" },
            hub: Hub::new(Revision::ZERO),
            state: RwLock::new(Some(Arc::default())),
            writer: Mutex::default(),
        }
    }

    /// Poisoned locks are taken all the same: states are replaced whole, never left half-changed.
    fn state(&self) -> Result<Arc<State>, StoreError> {
        self.state.read().unwrap_or_else(PoisonError::into_inner).clone().ok_or(StoreError::Closed)
    }

    fn commit_now(&self, batch: Batch) -> Result<Revision, CommitError> {
        batch.check()?;
        let _writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let mut guard = self.state.write().unwrap_or_else(PoisonError::into_inner);
        let state = guard.as_mut().ok_or_else(|| CommitError::Unavailable(StoreError::Closed.to_string()))?;
        for condition in batch.conditions {
            let actual = state.documents.get(&condition.key).map(|(revision, _)| *revision);
            if !condition.expected.holds(actual) {
                let (key, expected) = (condition.key, condition.expected);
                return Err(CommitError::Conflict { key, expected, actual });
            }
        }
        let next = Arc::make_mut(state);
        let revision = Revision(next.revision.0 + 1);
        let mut keys = Vec::with_capacity(batch.writes.len());
        for write in batch.writes {
            match write {
                Write::Put { key, body } => {
                    next.documents.insert(key.clone(), (revision, body));
                    keys.push((key, ChangeKind::Put));
                }
                Write::Delete { key } => {
                    if next.documents.remove(&key).is_some() {
                        keys.push((key, ChangeKind::Delete));
                    }
                }
            }
        }
        if keys.is_empty() {
            return Ok(next.revision);
        }
        next.revision = revision;
        drop(guard);
        self.hub.publish(Change { revision, keys });
        Ok(revision)
    }
}

impl Default for MemoryStore {
    fn default() -> Self {
        Self::new()
    }
}

impl Store for MemoryStore {
    fn get(&self, key: &DocumentKey) -> Result<Option<Document>, StoreError> {
        self.state()?.get(key)
    }

    fn read(&self) -> Result<Box<dyn Snapshot>, StoreError> {
        Ok(Box::new(self.state()?))
    }

    fn revision(&self) -> Revision {
        self.hub.last()
    }

    fn commit(&self, batch: Batch) -> BoxFuture<Result<Revision, CommitError>> {
        Box::pin(ready(self.commit_now(batch)))
    }

    fn subscribe(&self, after: Revision) -> Result<Feed, StoreError> {
        let visible = self.state()?.revision;
        Ok(self.hub.subscribe(after, visible))
    }

    fn identity(&self) -> &Identity {
        &self.identity
    }

    fn size(&self) -> Result<u64, StoreError> {
        Ok(0)
    }

    fn meta_get(&self, name: &str) -> Result<Option<String>, StoreError> {
        self.state()?;
        Ok(self.writer.lock().unwrap_or_else(PoisonError::into_inner).get(name).cloned())
    }

    fn meta_put(&self, name: &str, value: &str) -> Result<(), CommitError> {
        within("bytes in a name", name.len(), MAX_ID_BYTES)?;
        within("bytes in a value", value.len(), MAX_DOCUMENT_BYTES)?;
        let mut facts = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        self.state().map_err(|closed| CommitError::Unavailable(closed.to_string()))?;
        facts.insert(name.to_owned(), value.to_owned());
        Ok(())
    }

    fn close(&self) {
        let _writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        *self.state.write().unwrap_or_else(PoisonError::into_inner) = None;
        self.hub.close();
    }
}

impl Snapshot for Arc<State> {
    fn revision(&self) -> Revision {
        self.revision
    }

    fn get(&self, key: &DocumentKey) -> Result<Option<Document>, StoreError> {
        let found = self.documents.get(key);
        Ok(found.map(|(revision, body)| Document {
            key: key.clone(),
            revision: *revision,
            body: body.clone(),
        }))
    }

    fn scan(&self, kind: &Kind, after: Option<&str>, limit: usize) -> Result<Vec<Document>, StoreError> {
        let (mut page, mut bytes) = (Vec::new(), 0);
        // No id is empty, so "behind the empty id" is everything.
        let start = DocumentKey::new(kind.clone(), after.unwrap_or_default());
        for (key, (revision, body)) in self.documents.range((Bound::Excluded(start), Bound::Unbounded)) {
            if key.kind != *kind || page.len() >= limit.min(MAX_PAGE_DOCUMENTS) || bytes >= MAX_PAGE_BYTES {
                break;
            }
            bytes += body.len();
            page.push(Document { key: key.clone(), revision: *revision, body: body.clone() });
        }
        Ok(page)
    }

    fn count(&self, kind: &Kind) -> Result<u64, StoreError> {
        let start = DocumentKey::new(kind.clone(), "");
        let ours = self.documents.range(start..).take_while(|(key, _)| key.kind == *kind);
        Ok(ours.count() as u64)
    }
}
