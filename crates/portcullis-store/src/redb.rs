//! The engine of a single node: one redb file in the data folder.
//!
//! Reads go to the file's pages (cached in memory) on the caller's thread; all writes go through one thread, [`writer`].
//! What never lives here: how a file is judged, made and migrated ([`open`]), and what is in it ([`tables`]).

mod ahead;
pub(crate) mod migrate;
pub(crate) mod open;
mod overlay;
pub(crate) mod snapshot;
pub(crate) mod tables;
mod writer;

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::thread::JoinHandle;

use ::redb::{Database, ReadTransaction, ReadableDatabase, WriteTransaction};

use crate::batch::{Batch, within};
use crate::document::{Document, DocumentKey, Revision};
use crate::error::{CommitError, OpenError, StoreError};
use crate::feed::{Feed, Hub};
use crate::limits::{MAX_DOCUMENT_BYTES, MAX_ID_BYTES};
use crate::member::Committed;
use crate::{BoxFuture, Identity, Snapshot, Store};
use snapshot::RedbSnapshot;
use writer::{Job, Queue};

/// The engine's name.
const ENGINE: &str = "redb";

/// A store in the file `portcullis.redb` of a data folder.
///
/// One process at a time may have the folder open. The folder is made with mode 0700 and its files with 0600.
pub struct RedbStore {
    identity: Identity,
    file: PathBuf,
    shared: Arc<Shared>,
    queue: Queue,
    writer: Mutex<Option<JoinHandle<()>>>,
}

/// What readers and the writer have in common.
pub(crate) struct Shared {
    pub(crate) hub: Arc<Hub>,
    /// `None` once closed.
    database: RwLock<Option<Opened>>,
}

/// A database and the lock that keeps other processes out of its folder, in the order in which they are let go.
struct Opened {
    database: Database,
    _lock: Option<std::fs::File>,
}

impl RedbStore {
    /// Opens the store of a data folder, or makes a new one when there is none.
    ///
    /// # Errors
    /// See [`OpenError`]. A file that is damaged, of a later format, or no store at all is left as it is.
    pub fn open(data: &Path) -> Result<Self, OpenError> {
        let opened = open::folder(data, &open::SINGLE, &migrate::FORMATS)?;
        Self::start(opened)
    }

    /// Whether a data folder holds a store.
    #[must_use]
    pub fn exists(data: &Path) -> bool {
        open::is_there(data)
    }

    fn start(opened: open::Ready) -> Result<Self, OpenError> {
        let open::Ready { file, database, lock, header, pages } = opened;
        let identity = Identity { epoch: header.epoch, cluster: None, format: header.format, engine: ENGINE };
        let shared = Arc::new(Shared::new(Hub::new(header.revision), database, lock));
        let (queue, writer) = writer::start(Arc::clone(&shared), header.revision, pages)
            .map_err(|source| OpenError::Io { path: file.clone(), source })?;
        Ok(Self { identity, file, shared, queue, writer: Mutex::new(Some(writer)) })
    }

    fn snapshot(&self) -> Result<RedbSnapshot, StoreError> {
        RedbSnapshot::of(self.shared.begin_read()?)
    }
}

impl Shared {
    pub(crate) fn new(hub: Arc<Hub>, database: Database, lock: Option<std::fs::File>) -> Self {
        Self { hub, database: RwLock::new(Some(Opened { database, _lock: lock })) }
    }

    pub(crate) fn begin_read(&self) -> Result<ReadTransaction, StoreError> {
        let guard = self.database.read().unwrap_or_else(PoisonError::into_inner);
        let opened = guard.as_ref().ok_or(StoreError::Closed)?;
        opened.database.begin_read().map_err(|error| StoreError::from(::redb::Error::from(error)))
    }

    pub(crate) fn begin_write(&self) -> Result<WriteTransaction, StoreError> {
        let guard = self.database.read().unwrap_or_else(PoisonError::into_inner);
        let opened = guard.as_ref().ok_or(StoreError::Closed)?;
        // Waits for whoever writes now.
        opened.database.begin_write().map_err(|error| StoreError::from(::redb::Error::from(error)))
    }

    /// Closes the file, then lets go of the folder.
    pub(crate) fn close(&self) {
        let opened = self.database.write().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(Opened { database, _lock }) = opened
            && let Err(error) = database.close()
        {
            tracing::error!(%error, "the store was not closed cleanly; the next start checks all of it");
        }
    }
}

impl Store for RedbStore {
    fn get(&self, key: &DocumentKey) -> Result<Option<Document>, StoreError> {
        snapshot::get(&self.shared.begin_read()?, key)
    }

    fn read(&self) -> Result<Box<dyn Snapshot>, StoreError> {
        Ok(Box::new(self.snapshot()?))
    }

    fn revision(&self) -> Revision {
        self.shared.hub.last()
    }

    fn commit(&self, batch: Batch) -> BoxFuture<Result<Committed, CommitError>> {
        if let Err(refused) = batch.check() {
            return Box::pin(std::future::ready(Err(refused)));
        }
        let (answer, answered) = tokio::sync::oneshot::channel();
        // That nobody waits for the answer any more is the caller's choice.
        let answer = Box::new(|done| drop(answer.send(done)));
        let queued = self.queue.push(Job::Commit(batch), answer);
        Box::pin(async move {
            queued?;
            answered.await.unwrap_or_else(|_| Err(writer::gone())).map(Committed::alone)
        })
    }

    fn subscribe(&self, after: Revision) -> Result<Feed, StoreError> {
        let visible = self.snapshot()?.revision();
        Ok(self.shared.hub.subscribe(after, visible))
    }

    fn identity(&self) -> Identity {
        self.identity.clone()
    }

    fn size(&self) -> Result<u64, StoreError> {
        let metadata = std::fs::metadata(&self.file);
        metadata.map(|metadata| metadata.len()).map_err(|error| StoreError::Unavailable(error.to_string()))
    }

    fn meta_get(&self, name: &str) -> Result<Option<String>, StoreError> {
        snapshot::fact(&self.shared.begin_read()?, name)
    }

    fn meta_put(&self, name: &str, value: &str) -> Result<(), CommitError> {
        within("bytes in a name", name.len(), MAX_ID_BYTES)?;
        within("bytes in a value", value.len(), MAX_DOCUMENT_BYTES)?;
        let (answer, answered) = std::sync::mpsc::sync_channel(1);
        let answer = Box::new(move |done| drop(answer.send(done)));
        self.queue.push(Job::Fact { name: name.to_owned(), value: value.to_owned() }, answer)?;
        answered.recv().unwrap_or_else(|_| Err(writer::gone())).map(drop)
    }

    fn close(&self) {
        // Held over all of it, so that a second caller returns only when the first has closed.
        let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(thread) = writer.take() else { return };
        self.queue.close();
        if thread.join().is_err() {
            tracing::error!("the writer of the store has panicked");
        }
        self.shared.close();
        self.shared.hub.close();
    }
}

impl Drop for RedbStore {
    fn drop(&mut self) {
        self.close();
    }
}

impl fmt::Debug for RedbStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedbStore")
            .field("identity", &self.identity)
            .field("file", &self.file)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
