//! The limits that hold on every engine, so that a deployment can move from one to another. Limits of one engine live
//! with it.

/// Largest body of a document, in bytes (512 KiB). Role descriptors and metadata are a few KiB; etcd's default limit for
/// a whole request is 1.5 MiB.
pub const MAX_DOCUMENT_BYTES: usize = 512 * 1024;

/// Most writes in one batch. etcd's default limit is 128 operations a transaction, and some are ours.
pub const MAX_BATCH_WRITES: usize = 100;

/// Most conditions in one batch: more than writes, as a right may rest on hundreds of documents. etcd takes as many when
/// `--max-txn-ops` says so.
pub const MAX_BATCH_CONDITIONS: usize = 1024;

/// Largest batch, in bytes of keys and bodies together (1 MiB), below etcd's default limit for a request.
pub const MAX_BATCH_BYTES: usize = 1024 * 1024;

/// Longest id, in bytes: a user name or an API key id of 1,024 bytes and some room.
pub const MAX_ID_BYTES: usize = 1100;

/// Longest kind, in bytes.
pub const MAX_KIND_BYTES: usize = 64;

/// Most documents in one page of a scan.
pub const MAX_PAGE_DOCUMENTS: usize = 1000;

/// A page of a scan ends with the document whose body takes it to this many bytes (8 MiB).
pub const MAX_PAGE_BYTES: usize = 8 * 1024 * 1024;

/// Most commits that wait for the writer; one more is answered [`crate::CommitError::Unavailable`].
pub const MAX_QUEUED_COMMITS: usize = 1024;

/// Most bytes of keys and bodies (64 MiB) in the commits that wait for the writer.
pub const MAX_QUEUED_BYTES: usize = 64 * 1024 * 1024;

/// Most changes that are held for slow subscribers; who is further behind gets a [`crate::FeedEvent::Reset`].
pub const MAX_FEED_CHANGES: usize = 4096;

/// Most keys in the changes that are held, over all of them: bounds the memory of large batches.
pub const MAX_FEED_KEYS: usize = 16 * 1024;
