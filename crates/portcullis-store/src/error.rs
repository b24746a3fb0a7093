//! What can go wrong, by what the caller can do about it. No error says more of a document than its key.

use std::path::PathBuf;

use crate::batch::Expected;
use crate::document::{DocumentKey, Revision};

/// Why a read has no answer. It never means that the document is absent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// The store was closed.
    #[error("the store is closed")]
    Closed,
    /// What is on disk is not what was written.
    #[error("the store is corrupted: {0}")]
    Corrupt(String),
    /// The disk did not answer; trying again may help.
    #[error("the store cannot be read: {0}")]
    Unavailable(String),
}

/// Why a batch was not done, or may not have been.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CommitError {
    /// A condition did not hold; nothing was written.
    #[error("[{key}] is not as expected: {}", mismatch(.expected, .actual))]
    Conflict {
        /// The document of the first condition that failed.
        key: DocumentKey,
        /// What was asked for.
        expected: Expected,
        /// The revision of its last write, `None` when it does not exist.
        actual: Option<Revision>,
    },
    /// The batch exceeds a limit; nothing was written.
    #[error("{size} {what}, at most {limit} are allowed")]
    TooLarge {
        /// What is limited.
        what: &'static str,
        /// How much was asked for.
        size: usize,
        /// The limit.
        limit: usize,
    },
    /// The batch is malformed, which is a mistake of the program; nothing was written.
    #[error("{0}")]
    Invalid(String),
    /// The store takes no writes now; nothing was written.
    #[error("the store cannot be written: {0}")]
    Unavailable(String),
    /// The write failed half-way: it may be found after a restart, or not. Readers do not see it before that.
    #[error("the outcome of the write is unknown: {0}")]
    Unknown(String),
    /// What is on disk is not what was written; this batch was not.
    #[error("the store is corrupted: {0}")]
    Corrupt(String),
}

fn mismatch(expected: &Expected, actual: &Option<Revision>) -> String {
    let actual = actual.map_or("absent".to_owned(), |revision| format!("at revision {revision}"));
    match expected {
        Expected::Absent => format!("expected it absent, it is {actual}"),
        Expected::At(revision) => format!("expected it at revision {revision}, it is {actual}"),
        Expected::Present => format!("expected it present, it is {actual}"),
    }
}

/// Why a shared log did not do what it was asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LogError {
    /// It did not answer in time, or not at all. What was asked may still be done.
    #[error("the log does not answer: {0}")]
    NoAnswer(String),
    /// It is not the log that this store has followed; nothing was done.
    #[error("the log was replaced: {0}")]
    Severed(String),
}

/// Why a feed has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FeedError {
    /// The store was closed and all that it committed has been handed out.
    #[error("the store is closed")]
    Closed,
}

/// Why a store could not be opened. The file is left as it was found.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another process works with this data folder.
    #[error("[{}] is in use by another process{}", .path.display(), holder(.pid))]
    InUse {
        /// The data folder.
        path: PathBuf,
        /// The other process, where it could be read.
        pid: Option<u32>,
    },
    /// The data folder belongs to another engine.
    #[error("[{}] holds {holds}; move it with `portcullis backup` and `restore`, or give another path.data", .path.display())]
    OtherEngine {
        /// The other engine's file.
        path: PathBuf,
        /// What it holds.
        holds: &'static str,
    },
    /// A later version wrote this file.
    #[error("[{}] has format {found}, written by a later version; this version reads up to format {supported}", .path.display())]
    NewerFormat {
        /// The file.
        path: PathBuf,
        /// Its format.
        found: u32,
        /// The newest format that this version knows.
        supported: u32,
    },
    /// An earlier version wrote this file and no way leads from its format to ours.
    #[error("[{}] has format {found}, which cannot be migrated to format {supported}", .path.display())]
    NoMigration {
        /// The file.
        path: PathBuf,
        /// Its format.
        found: u32,
        /// The format of this version.
        supported: u32,
    },
    /// The migration from an earlier format failed; the file still has the earlier one.
    #[error("[{}] could not be migrated from format {from}: {reason}", .path.display())]
    Migration {
        /// The file.
        path: PathBuf,
        /// Its format.
        from: u32,
        /// What failed.
        reason: String,
    },
    /// The file is truncated, damaged, or something else altogether.
    #[error("[{}] is corrupted or not a store: {reason}; restore it from a backup", .path.display())]
    Corrupt {
        /// The file.
        path: PathBuf,
        /// What was found.
        reason: String,
    },
    /// The folder or the file could not be read, made or written.
    #[error("[{}] cannot be opened: {source}", .path.display())]
    Io {
        /// The folder or file.
        path: PathBuf,
        /// The operating system's answer.
        source: std::io::Error,
    },
}

fn holder(pid: &Option<u32>) -> String {
    pid.map_or_else(String::new, |pid| format!(" (pid {pid})"))
}
