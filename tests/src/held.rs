//! A store in memory whose reads can be held: what was read is in hand, and has not yet got to whoever asked. This is the
//! moment in which a revocation must not be lost.

use std::sync::{Arc, Condvar, Mutex, PoisonError};

use portcullis_store::{
    Batch, BoxFuture, CommitError, Document, DocumentKey, Feed, Identity, MemoryStore, Revision, Snapshot,
    Store, StoreError,
};

/// The store. A clone is the same store.
#[derive(Clone)]
pub struct HeldStore(Arc<Inner>);

struct Inner {
    store: MemoryStore,
    gate: Mutex<Gate>,
    moved: Condvar,
}

#[derive(Default)]
struct Gate {
    held: Option<DocumentKey>,
    waiting: usize,
}

impl HeldStore {
    /// An empty store that holds nobody.
    pub fn new() -> Self {
        Self(Arc::new(Inner { store: MemoryStore::new(), gate: Mutex::default(), moved: Condvar::new() }))
    }

    /// From now on whoever reads this document waits with it.
    pub fn hold(&self, key: DocumentKey) {
        self.0.gate.lock().unwrap_or_else(PoisonError::into_inner).held = Some(key);
    }

    /// Lets everybody go on.
    pub fn release(&self) {
        self.0.gate.lock().unwrap_or_else(PoisonError::into_inner).held = None;
        self.0.moved.notify_all();
    }

    /// Blocks until this many readers wait.
    pub fn wait_for_readers(&self, count: usize) {
        let gate = self.0.gate.lock().unwrap_or_else(PoisonError::into_inner);
        let gate = self.0.moved.wait_while(gate, |gate| gate.waiting < count);
        drop(gate.unwrap_or_else(PoisonError::into_inner));
    }

    fn pass(&self, key: &DocumentKey) {
        let mut gate = self.0.gate.lock().unwrap_or_else(PoisonError::into_inner);
        if gate.held.as_ref() != Some(key) {
            return;
        }
        gate.waiting += 1;
        self.0.moved.notify_all();
        let gate = self.0.moved.wait_while(gate, |gate| gate.held.as_ref() == Some(key));
        gate.unwrap_or_else(PoisonError::into_inner).waiting -= 1;
    }
}

impl Default for HeldStore {
    fn default() -> Self {
        Self::new()
    }
}

impl Store for HeldStore {
    fn get(&self, key: &DocumentKey) -> Result<Option<Document>, StoreError> {
        let found = self.0.store.get(key);
        self.pass(key);
        found
    }

    fn read(&self) -> Result<Box<dyn Snapshot>, StoreError> {
        self.0.store.read()
    }

    fn revision(&self) -> Revision {
        self.0.store.revision()
    }

    fn commit(&self, batch: Batch) -> BoxFuture<Result<Revision, CommitError>> {
        self.0.store.commit(batch)
    }

    fn subscribe(&self, after: Revision) -> Result<Feed, StoreError> {
        self.0.store.subscribe(after)
    }

    fn identity(&self) -> &Identity {
        self.0.store.identity()
    }

    fn size(&self) -> Result<u64, StoreError> {
        self.0.store.size()
    }

    fn meta_get(&self, name: &str) -> Result<Option<String>, StoreError> {
        self.0.store.meta_get(name)
    }

    fn meta_put(&self, name: &str, value: &str) -> Result<(), CommitError> {
        self.0.store.meta_put(name, value)
    }

    fn close(&self) {
        self.release();
        self.0.store.close();
    }
}
