//! Filling an empty store with documents, in batches that every engine takes. A marker document is there from the first
//! write to the last, so that a filling that was cut off is recognised and can begin anew; nothing may use the store
//! meanwhile.
//!
//! Never here: where the documents come from.

use std::mem;

use portcullis_security::restoring::marker;
use portcullis_store::{
    Batch, Bytes, CommitError, DocumentKey, Expected, MAX_BATCH_BYTES, MAX_BATCH_WRITES, Revision, Store,
    StoreError,
};
use tokio::runtime::Runtime;

/// Why a store was not filled.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FillError {
    #[error("{0}")]
    Store(#[from] StoreError),
    #[error("{0}")]
    Commit(#[from] CommitError),
    #[error("it is not empty")]
    NotEmpty,
    #[error("nodes are running on it, or did when it was last used: stop them first")]
    InUse,
}

/// A store that is being filled.
pub(crate) struct Filling<'a> {
    store: &'a dyn Store,
    runtime: &'a Runtime,
    marked: Revision,
    batch: Batch,
    bytes: usize,
}

impl<'a> Filling<'a> {
    /// Begins, and removes what a filling left that was cut off.
    pub(crate) fn begin(store: &'a dyn Store, runtime: &'a Runtime) -> Result<Self, FillError> {
        if store.shared().is_some_and(|shared| !shared.members().is_empty()) {
            return Err(FillError::InUse);
        }
        let found = store.get(&marker())?;
        if found.is_none() && !store.read()?.scan_all(None, 1)?.is_empty() {
            return Err(FillError::NotEmpty);
        }
        let expected = found.as_ref().map_or(Expected::Absent, |it| Expected::At(it.revision));
        // Written anew each time: another filling that still runs fails at its next batch.
        let mark = Batch::new().expect(marker(), expected).put(marker(), Bytes::from_static(b"{}"));
        let committed = runtime.block_on(store.commit(mark))?;
        let marked = committed.revision;
        let mut filling = Self { store, runtime, marked, batch: Batch::new(), bytes: 0 };
        if !committed.members.is_empty() {
            // One has joined since the look, on an empty store, and knows now that it is none to decide from.
            if found.is_none() {
                filling.commit(Batch::new().delete(marker()))?;
            }
            return Err(FillError::InUse);
        }
        filling.clear()?;
        Ok(filling)
    }

    fn clear(&mut self) -> Result<(), FillError> {
        loop {
            let mut page = self.store.read()?.scan_all(None, MAX_BATCH_WRITES)?;
            page.retain(|document| document.key != marker());
            if page.is_empty() {
                return Ok(());
            }
            let batch = page.into_iter().fold(Batch::new(), |batch, document| batch.delete(document.key));
            self.commit(batch)?;
        }
    }

    /// Adds a document.
    pub(crate) fn put(&mut self, key: DocumentKey, body: Bytes) -> Result<(), FillError> {
        let bytes = 2 * (key.kind.as_str().len() + key.id.len()) + body.len();
        let room = MAX_BATCH_BYTES - 1024;
        if self.batch.writes.len() >= MAX_BATCH_WRITES || self.bytes + bytes > room {
            self.flush()?;
        }
        self.bytes += bytes;
        let batch = mem::take(&mut self.batch);
        self.batch = batch.expect(key.clone(), Expected::Absent).put(key, body);
        Ok(())
    }

    /// Ends it: from now on the store may be used.
    pub(crate) fn finish(mut self) -> Result<(), FillError> {
        self.flush()?;
        self.commit(Batch::new().delete(marker()))
    }

    fn flush(&mut self) -> Result<(), FillError> {
        let batch = mem::take(&mut self.batch);
        self.bytes = 0;
        if batch.writes.is_empty() { Ok(()) } else { self.commit(batch) }
    }

    fn commit(&self, batch: Batch) -> Result<(), FillError> {
        let batch = batch.expect(marker(), Expected::At(self.marked));
        Ok(self.runtime.block_on(self.store.commit(batch)).map(drop)?)
    }
}

#[cfg(test)]
mod tests;
