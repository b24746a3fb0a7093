//! The documents at one revision, and a node's copy of them.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::{Arc, PoisonError, RwLock};

use bytes::Bytes;

use crate::Snapshot;
use crate::batch::{Condition, Write};
use crate::change::ChangeKind;
use crate::document::{Document, DocumentKey, Kind, Revision};
use crate::error::{CommitError, StoreError};
use crate::limits::{MAX_PAGE_BYTES, MAX_PAGE_DOCUMENTS};

/// All documents at one revision.
#[derive(Clone, Debug, Default)]
pub(super) struct State {
    pub(super) revision: Revision,
    documents: BTreeMap<DocumentKey, (Revision, Bytes)>,
}

impl State {
    /// Fails at the first condition that does not hold.
    pub(super) fn check(&self, conditions: Vec<Condition>) -> Result<(), CommitError> {
        for Condition { key, expected } in conditions {
            let actual = self.documents.get(&key).map(|(revision, _)| *revision);
            if !expected.holds(actual) {
                return Err(CommitError::Conflict { key, expected, actual });
            }
        }
        Ok(())
    }

    /// Does the writes as `revision` and tells what they changed; the state's own revision stays if that is nothing.
    pub(super) fn write(&mut self, writes: Vec<Write>, revision: Revision) -> Vec<(DocumentKey, ChangeKind)> {
        let mut keys = Vec::with_capacity(writes.len());
        for write in writes {
            match write {
                Write::Put { key, body } => {
                    self.documents.insert(key.clone(), (revision, body));
                    keys.push((key, ChangeKind::Put));
                }
                Write::Delete { key } => {
                    if self.documents.remove(&key).is_some() {
                        keys.push((key, ChangeKind::Delete));
                    }
                }
            }
        }
        if !keys.is_empty() {
            self.revision = revision;
        }
        keys
    }

    /// The documents from `start` on, as long as they are `wanted` and the page has room.
    fn page(
        &self,
        start: Bound<DocumentKey>,
        wanted: impl Fn(&DocumentKey) -> bool,
        limit: usize,
    ) -> Vec<Document> {
        let (mut page, mut bytes) = (Vec::new(), 0);
        for (key, (revision, body)) in self.documents.range((start, Bound::Unbounded)) {
            if !wanted(key) || page.len() >= limit.min(MAX_PAGE_DOCUMENTS) || bytes >= MAX_PAGE_BYTES {
                break;
            }
            bytes += body.len();
            page.push(Document { key: key.clone(), revision: *revision, body: body.clone() });
        }
        page
    }
}

/// What readers of one store see.
#[derive(Debug)]
pub(super) struct Replica {
    /// `None` once closed.
    state: RwLock<Option<Arc<State>>>,
}

impl Replica {
    pub(super) fn new() -> Self {
        Self { state: RwLock::new(Some(Arc::default())) }
    }

    /// Poisoned locks are taken all the same: states are replaced whole, never left half-changed.
    pub(super) fn state(&self) -> Result<Arc<State>, StoreError> {
        self.state.read().unwrap_or_else(PoisonError::into_inner).clone().ok_or(StoreError::Closed)
    }

    /// Changes the state that readers see.
    pub(super) fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> Result<T, StoreError> {
        let mut guard = self.state.write().unwrap_or_else(PoisonError::into_inner);
        let state = guard.as_mut().ok_or(StoreError::Closed)?;
        Ok(change(Arc::make_mut(state)))
    }

    pub(super) fn close(&self) {
        *self.state.write().unwrap_or_else(PoisonError::into_inner) = None;
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
        // No id is empty, so "behind the empty id" is everything.
        let start = DocumentKey::new(kind.clone(), after.unwrap_or_default());
        Ok(self.page(Bound::Excluded(start), |key| key.kind == *kind, limit))
    }

    fn scan_all(&self, after: Option<&DocumentKey>, limit: usize) -> Result<Vec<Document>, StoreError> {
        let start = after.map_or(Bound::Unbounded, |after| Bound::Excluded(after.clone()));
        Ok(self.page(start, |_| true, limit))
    }

    fn count(&self, kind: &Kind) -> Result<u64, StoreError> {
        let start = DocumentKey::new(kind.clone(), "");
        let ours = self.documents.range(start..).take_while(|(key, _)| key.kind == *kind);
        Ok(ours.count() as u64)
    }
}
