//! The engine without a disk, for tests and for trying things out: all is lost when the process ends.
//!
//! One store alone ([`MemoryStore`]), or several over one log ([`MemoryLog`]). The state is a persistent value that
//! commits copy when a reader still looks at it; that is simple, and quick enough for what this engine is for. Nothing
//! here is ever durable.

mod log;
mod node;
mod state;

use std::collections::BTreeMap;
use std::future::ready;
use std::sync::{Arc, Mutex, PoisonError};

use uuid::Uuid;

use crate::batch::{Batch, within};
use crate::change::Change;
use crate::document::{Document, DocumentKey, Revision};
use crate::error::{CommitError, StoreError};
use crate::feed::{Feed, Hub};
use crate::limits::{MAX_DOCUMENT_BYTES, MAX_ID_BYTES};
use crate::member::Committed;
use crate::{BoxFuture, Identity, Snapshot, Store};
pub use log::MemoryLog;
pub use node::{Link, MemoryNode};
use state::Replica;

/// The layout of documents in this engine; there has been one only.
const FORMAT: u32 = 1;

/// A store in memory.
#[derive(Debug)]
pub struct MemoryStore {
    identity: Identity,
    hub: Arc<Hub>,
    replica: Replica,
    /// Held over a whole commit, so that changes are published in the order in which they were made.
    writer: Mutex<BTreeMap<String, String>>,
}

impl MemoryStore {
    /// An empty store with an epoch of its own.
    #[must_use]
    pub fn new() -> Self {
        Self {
            identity: identity(),
            hub: Hub::new(Revision::ZERO),
            replica: Replica::new(),
            writer: Mutex::default(),
        }
    }

    fn commit_now(&self, batch: Batch) -> Result<Revision, CommitError> {
        batch.check()?;
        let _writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let before = self.replica.state().map_err(closed)?;
        before.check(batch.conditions)?;
        let revision = Revision(before.revision.0 + 1);
        drop(before);
        let keys = self.replica.change(|state| state.write(batch.writes, revision)).map_err(closed)?;
        if keys.is_empty() {
            return Ok(Revision(revision.0 - 1));
        }
        self.hub.publish(Change::of_documents(revision, keys));
        Ok(revision)
    }
}

/// A name for a new store.
fn identity() -> Identity {
    Identity { epoch: Uuid::new_v4().to_string(), cluster: None, format: FORMAT, engine: "memory" }
}

fn closed(closed: StoreError) -> CommitError {
    CommitError::Unavailable(closed.to_string())
}

impl Default for MemoryStore {
    fn default() -> Self {
        Self::new()
    }
}

impl Store for MemoryStore {
    fn get(&self, key: &DocumentKey) -> Result<Option<Document>, StoreError> {
        self.replica.state()?.get(key)
    }

    fn read(&self) -> Result<Box<dyn Snapshot>, StoreError> {
        Ok(Box::new(self.replica.state()?))
    }

    fn revision(&self) -> Revision {
        self.hub.last()
    }

    fn commit(&self, batch: Batch) -> BoxFuture<Result<Committed, CommitError>> {
        Box::pin(ready(self.commit_now(batch).map(Committed::alone)))
    }

    fn subscribe(&self, after: Revision) -> Result<Feed, StoreError> {
        let visible = self.replica.state()?.revision;
        Ok(self.hub.subscribe(after, visible))
    }

    fn identity(&self) -> Identity {
        self.identity.clone()
    }

    fn size(&self) -> Result<u64, StoreError> {
        Ok(0)
    }

    fn meta_get(&self, name: &str) -> Result<Option<String>, StoreError> {
        self.replica.state()?;
        Ok(self.writer.lock().unwrap_or_else(PoisonError::into_inner).get(name).cloned())
    }

    fn meta_put(&self, name: &str, value: &str) -> Result<(), CommitError> {
        within("bytes in a name", name.len(), MAX_ID_BYTES)?;
        within("bytes in a value", value.len(), MAX_DOCUMENT_BYTES)?;
        let mut facts = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        self.replica.state().map_err(closed)?;
        facts.insert(name.to_owned(), value.to_owned());
        Ok(())
    }

    fn close(&self) {
        let _writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        self.replica.close();
        self.hub.close();
    }
}
