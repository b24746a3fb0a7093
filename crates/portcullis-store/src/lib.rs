//! The ordered log of documents and its state: conditional writes, revisions and one feed of changes, over
//! exchangeable engines.
//!
//! Here live the [`Store`] trait, the words it is spoken in, and the engines [`MemoryStore`] (tests and trying things
//! out) and [`RedbStore`] (one node, on disk). What never lives here: users, roles or any other meaning of a document,
//! HTTP, caches, and the question who is trusted.
//!
//! # Order of events
//!
//! For one commit, in this order: it is durable; readers of this store see it; it is in the feed; its future resolves.
//! So whoever is told of a change by the feed, and reads, reads that change or a later one.

mod batch;
mod change;
#[cfg(feature = "conformance")]
pub mod conformance;
mod document;
mod error;
mod etcd;
mod feed;
mod limits;
mod member;
mod memory;
mod redb;
mod shared;

use std::future::Future;
use std::pin::Pin;

pub use batch::{Batch, Condition, Expected, Write};
pub use bytes::Bytes;
pub use change::{Change, ChangeKind, FeedEvent};
pub use document::{Document, DocumentKey, Kind, Revision};
pub use error::{CommitError, FeedError, LogError, OpenError, StoreError};
pub use etcd::{
    Compaction, EtcdIdentity, EtcdSecret, EtcdSettings, EtcdStore, EtcdTls, Followed, Plaintext,
    SettingsError, adopt, followed,
};
pub use feed::{Feed, FeedWaker};
pub use limits::{
    MAX_BATCH_BYTES, MAX_BATCH_CONDITIONS, MAX_BATCH_WRITES, MAX_DOCUMENT_BYTES, MAX_FEED_CHANGES,
    MAX_FEED_KEYS, MAX_ID_BYTES, MAX_KIND_BYTES, MAX_PAGE_BYTES, MAX_PAGE_DOCUMENTS, MAX_QUEUED_BYTES,
    MAX_QUEUED_COMMITS,
};
pub use member::{Committed, MemberChange, MemberRecord, MemberWritten};
pub use memory::{Link, MemoryLog, MemoryNode, MemoryStore};
pub use redb::RedbStore;
pub use shared::{Following, LogStatus, SharedLog};

/// A future that owns what it needs and may be polled on any thread.
pub type BoxFuture<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// Which store this is.
///
/// Caches filled from one epoch know nothing about another: after a restore or a replacement the epoch differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// A UUID made once, when the store was created; empty while it is not known.
    pub epoch: String,
    /// A UUID that the nodes of a shared log have in common and that outlives a change of the epoch; `None` while it is
    /// not known, and where nobody shares the log.
    pub cluster: Option<String>,
    /// The number of the layout in which the documents are kept.
    pub format: u32,
    /// The engine's name, as settings and logs write it: `memory`, `redb` or `etcd`.
    pub engine: &'static str,
}

/// The log and its state.
///
/// All reads are answered by this node and never wait for a network. They may block on the disk for some microseconds
/// (a page that is not in memory), so they may be called from asynchronous code.
pub trait Store: Send + Sync {
    /// The document, or `None` when there is none.
    ///
    /// # Errors
    /// The store cannot be read; that says nothing about whether the document exists.
    fn get(&self, key: &DocumentKey) -> Result<Option<Document>, StoreError>;

    /// A view of one revision, for several reads that must agree with each other.
    ///
    /// # Errors
    /// The store cannot be read.
    fn read(&self) -> Result<Box<dyn Snapshot>, StoreError>;

    /// Documents of one kind in ascending byte order of their ids, beginning behind `after`.
    ///
    /// At most `limit`, and never more than [`MAX_PAGE_DOCUMENTS`] documents or about [`MAX_PAGE_BYTES`] of bodies. A
    /// page may thus be shorter than `limit`: only an empty page is the end.
    ///
    /// # Errors
    /// The store cannot be read.
    fn scan(&self, kind: &Kind, after: Option<&str>, limit: usize) -> Result<Vec<Document>, StoreError> {
        self.read()?.scan(kind, after, limit)
    }

    /// How many documents of the kind there are. Walks them: meant for statistics, not for a request's path.
    ///
    /// # Errors
    /// The store cannot be read.
    fn count(&self, kind: &Kind) -> Result<u64, StoreError> {
        self.read()?.count(kind)
    }

    /// The last revision that readers of this store are sure to see, [`Revision::ZERO`] before the first write.
    ///
    /// Revisions rise; an engine may leave numbers out.
    fn revision(&self) -> Revision;

    /// Checks the batch's conditions and does its writes, all or nothing, as one revision.
    ///
    /// The batch is handed over at once; dropping the future abandons the answer, not the write. Of batches that share a
    /// document, in their writes or conditions, the one handed over first is done first. When the future
    /// resolves with a revision the batch is durable, and reads of this store see it. A batch that changes nothing (no
    /// writes, or only deletes of what is not there) makes no revision and answers the latest one, which is at least as
    /// new as what any read has seen before this call.
    fn commit(&self, batch: Batch) -> BoxFuture<Result<Committed, CommitError>>;

    /// The log's other side, where several nodes share it.
    fn shared(&self) -> Option<&dyn SharedLog> {
        None
    }

    /// All changes behind `after`, in order, each once.
    ///
    /// # Errors
    /// The store is closed or cannot be read. That changes behind `after` are no longer held is no error: the feed then
    /// begins with [`FeedEvent::Reset`].
    fn subscribe(&self, after: Revision) -> Result<Feed, StoreError>;

    /// Which store this is. Where the log is shared that can change: by an operator's decision, with a
    /// [`FeedEvent::Reset`]; and it is not known before the log was found for the first time.
    fn identity(&self) -> Identity;

    /// Bytes on disk; 0 for an engine without one.
    ///
    /// # Errors
    /// The file cannot be looked at.
    fn size(&self) -> Result<u64, StoreError>;

    /// A fact that this node keeps about itself (its id, say). Not a document: it has no revision and is in no feed.
    ///
    /// # Errors
    /// The store cannot be read.
    fn meta_get(&self, name: &str) -> Result<Option<String>, StoreError>;

    /// Keeps a fact of this node; blocks until it is durable. Meant for start-up, not for a request's path.
    ///
    /// # Errors
    /// [`CommitError::TooLarge`] for a name over [`MAX_ID_BYTES`] or a value over [`MAX_DOCUMENT_BYTES`], else as a
    /// commit.
    fn meta_put(&self, name: &str, value: &str) -> Result<(), CommitError>;

    /// Finishes the commits handed over so far, releases the file and ends every feed. Blocks until done; doing it twice
    /// does nothing. Afterwards reads answer [`StoreError::Closed`] and commits [`CommitError::Unavailable`].
    fn close(&self);
}

/// One revision of the store, unmoved by later commits.
///
/// Let go of it soon: what it sees cannot be reclaimed on disk as long as it lives.
pub trait Snapshot: Send {
    /// The revision seen.
    fn revision(&self) -> Revision;

    /// As [`Store::get`].
    ///
    /// # Errors
    /// As [`Store::get`].
    fn get(&self, key: &DocumentKey) -> Result<Option<Document>, StoreError>;

    /// As [`Store::scan`].
    ///
    /// # Errors
    /// As [`Store::scan`].
    fn scan(&self, kind: &Kind, after: Option<&str>, limit: usize) -> Result<Vec<Document>, StoreError>;

    /// Documents of all kinds, in ascending byte order of kind and then id, beginning behind `after`. Pages are cut as
    /// those of [`Store::scan`]: only an empty page is the end.
    ///
    /// # Errors
    /// As [`Store::scan`].
    fn scan_all(&self, after: Option<&DocumentKey>, limit: usize) -> Result<Vec<Document>, StoreError>;

    /// As [`Store::count`].
    ///
    /// # Errors
    /// As [`Store::count`].
    fn count(&self, kind: &Kind) -> Result<u64, StoreError>;
}
