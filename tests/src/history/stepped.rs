//! The store and the clock at which requests can be stopped: each answer of theirs is a step.

use std::sync::Arc;

use portcullis_model::lifetime::{BootTime, Clock, WallTime};
use portcullis_store::{
    Batch, BoxFuture, CommitError, Committed, Document, DocumentKey, Feed, Identity, Kind, MemoryStore,
    Revision, Snapshot, Store, StoreError,
};

use super::stop::{Step, pass};
use crate::clock::TestClock;

/// A clock whose readings are steps.
pub struct SteppedClock(pub Arc<TestClock>);

impl Clock for SteppedClock {
    fn wall(&self) -> WallTime {
        let now = self.0.wall();
        pass(Step::Clock);
        now
    }

    fn boot(&self) -> BootTime {
        let now = self.0.boot();
        pass(Step::Clock);
        now
    }
}

/// A store in memory whose answers are steps: what was read is in hand, and has not yet got to whoever asked.
pub struct HeldStore(pub MemoryStore);

impl Store for HeldStore {
    fn get(&self, key: &DocumentKey) -> Result<Option<Document>, StoreError> {
        let found = self.0.get(key);
        pass(Step::Read(key.clone()));
        found
    }

    fn read(&self) -> Result<Box<dyn Snapshot>, StoreError> {
        self.0.read()
    }

    fn scan(&self, kind: &Kind, after: Option<&str>, limit: usize) -> Result<Vec<Document>, StoreError> {
        let found = self.0.scan(kind, after, limit);
        pass(Step::Scanned);
        found
    }

    fn revision(&self) -> Revision {
        self.0.revision()
    }

    fn commit(&self, batch: Batch) -> BoxFuture<Result<Committed, CommitError>> {
        self.0.commit(batch)
    }

    fn subscribe(&self, after: Revision) -> Result<Feed, StoreError> {
        self.0.subscribe(after)
    }

    fn identity(&self) -> Identity {
        self.0.identity()
    }

    fn size(&self) -> Result<u64, StoreError> {
        self.0.size()
    }

    fn meta_get(&self, name: &str) -> Result<Option<String>, StoreError> {
        self.0.meta_get(name)
    }

    fn meta_put(&self, name: &str, value: &str) -> Result<(), CommitError> {
        self.0.meta_put(name, value)
    }

    fn close(&self) {
        self.0.close();
    }
}
