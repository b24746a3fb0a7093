//! What a store can do whose log is shared by several nodes: members' records, orders, and finding out how far the log
//! is. All of it has one order with the documents and comes through the same feed. Who is trusted is decided elsewhere.

use bytes::Bytes;

use crate::BoxFuture;
use crate::document::Revision;
use crate::error::{CommitError, LogError};
use crate::member::{Committed, MemberRecord, MemberWritten};

/// The side of a store that faces the nodes it shares its log with.
///
/// Every call has a time limit of its own and so ends. A call may be made from any thread.
pub trait SharedLog: Send + Sync {
    /// Asks the log, not this node, how far it is. The question is sent after this is called; whatever was committed
    /// before that is at most the revision answered.
    ///
    /// # Errors
    /// [`LogError::Severed`] when the log is not the one that this store has followed, else [`LogError::NoAnswer`].
    fn head(&self) -> BoxFuture<Result<Revision, LogError>>;

    /// Writes a member's record if its last write was `expected` (`None`: if there is none), and if the log is still the
    /// one that this store follows.
    ///
    /// # Errors
    /// As [`SharedLog::head`]. After [`LogError::NoAnswer`] the write may have been done, or be done later.
    fn put_member(
        &self,
        id: &str,
        expected: Option<Revision>,
        body: Bytes,
    ) -> BoxFuture<Result<MemberWritten, LogError>>;

    /// Removes a member's record if its last write was `at`. Whether it was is told by the feed.
    ///
    /// # Errors
    /// As [`SharedLog::put_member`].
    fn remove_member(&self, id: &str, at: Revision) -> BoxFuture<Result<(), LogError>>;

    /// Appends an order: something that every node finds in its feed, once, and that is kept nowhere else. An order
    /// whose outcome was unknown may have been appended twice.
    ///
    /// # Errors
    /// As [`crate::Store::commit`].
    fn order(&self, body: Bytes) -> BoxFuture<Result<Committed, CommitError>>;

    /// The members as this node's feed tells them, or later.
    fn members(&self) -> Vec<MemberRecord>;

    /// Asks for the changes anew, elsewhere: they do not come although the log answers.
    fn reopen(&self);

    /// Lets the log forget how it came to be what it is at `through`: what was committed up to there is asked for by nobody
    /// any more. What it holds stays. The default does nothing: a log that keeps its history.
    ///
    /// # Errors
    /// As [`SharedLog::head`].
    fn compact(&self, _through: Revision) -> BoxFuture<Result<(), LogError>> {
        Box::pin(std::future::ready(Ok(())))
    }

    /// How this node follows the log.
    fn status(&self) -> LogStatus;
}

/// How a node follows a shared log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LogStatus {
    /// Whether it does.
    pub following: Following,
    /// How often everything had to be read anew, because changes were no longer held or the log was replaced.
    pub resyncs: u64,
    /// How often the changes were asked for anew.
    pub reopened: u64,
    /// Bytes that the log takes where it is kept; 0 when that is not known.
    pub log_bytes: u64,
}

/// Whether a node follows its log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Following {
    /// Not yet, or not now: it does not answer. The text says what was tried last.
    Away(String),
    /// It is being read.
    #[default]
    CatchingUp,
    /// Changes arrive.
    Yes,
    /// The log is another one, or has lost what this node has seen. An operator has to decide.
    Severed(String),
}
