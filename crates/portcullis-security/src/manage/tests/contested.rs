//! A store in memory whose commits can be forestalled, left unanswered, or seen by readers before the feed has them.

use std::collections::VecDeque;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use portcullis_store::{
    Batch, BoxFuture, CommitError, Committed, Document, DocumentKey, Feed, Identity, MemoryStore, Revision,
    Snapshot, Store, StoreError,
};

/// What somebody else writes between a read and the commit that follows it.
pub(super) type Forestall = Box<dyn FnOnce(&MemoryStore) -> Batch + Send>;

/// A store in memory; before each commit the next thing that somebody else writes is written.
pub(super) struct Contested {
    pub(super) inner: MemoryStore,
    pub(super) others: Mutex<VecDeque<Forestall>>,
    pub(super) commits: AtomicU32,
    /// Deleted for readers, and not yet in the feed.
    pub(super) unpublished: Mutex<Option<DocumentKey>>,
    /// Commits are done and never answered.
    pub(super) mute: AtomicBool,
    /// So many batches more are taken, and none after them.
    pub(super) room: AtomicU32,
}

impl Store for Contested {
    fn get(&self, key: &DocumentKey) -> Result<Option<Document>, StoreError> {
        if self.unpublished.lock().unwrap().as_ref() == Some(key) {
            return Ok(None);
        }
        self.inner.get(key)
    }

    fn read(&self) -> Result<Box<dyn Snapshot>, StoreError> {
        self.inner.read()
    }

    fn revision(&self) -> Revision {
        self.inner.revision()
    }

    fn commit(&self, batch: Batch) -> BoxFuture<Result<Committed, CommitError>> {
        if !batch.writes.is_empty() {
            self.commits.fetch_add(1, Ordering::Relaxed);
            let less = |room: u32| room.checked_sub(1);
            if self.room.fetch_update(Ordering::Relaxed, Ordering::Relaxed, less).is_err() {
                let full = CommitError::Unavailable("no space left on device".to_owned());
                return Box::pin(std::future::ready(Err(full)));
            }
        }
        if let Some(other) = self.others.lock().unwrap().pop_front() {
            // The engine commits when it is called; the future only tells what came of it.
            drop(self.inner.commit(other(&self.inner)));
        }
        if let Some(key) = self.unpublished.lock().unwrap().take() {
            drop(self.inner.commit(Batch::new().delete(key)));
        }
        let done = self.inner.commit(batch);
        if self.mute.load(Ordering::Relaxed) { Box::pin(std::future::pending()) } else { done }
    }

    fn subscribe(&self, after: Revision) -> Result<Feed, StoreError> {
        self.inner.subscribe(after)
    }

    fn identity(&self) -> Identity {
        self.inner.identity()
    }

    fn size(&self) -> Result<u64, StoreError> {
        self.inner.size()
    }

    fn meta_get(&self, name: &str) -> Result<Option<String>, StoreError> {
        self.inner.meta_get(name)
    }

    fn meta_put(&self, name: &str, value: &str) -> Result<(), CommitError> {
        self.inner.meta_put(name, value)
    }

    fn close(&self) {
        self.inner.close();
    }
}
