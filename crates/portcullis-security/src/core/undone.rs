//! Why something was not done, in the client's words: what the hashing pool and the store say, as failures.

use portcullis_secrets::PoolError;
use portcullis_store::{CommitError, Expected, Revision};

use crate::error::{Failure, Kind};

/// The hashing pool did not decide. A full queue is the client's to repeat, the rest is ours.
#[track_caller]
pub(super) fn overloaded(error: PoolError) -> Failure {
    match error {
        PoolError::Full | PoolError::Busy | PoolError::TimedOut => {
            Failure::new(Kind::Rejected, format!("rejected execution of a password hash: {error}"))
        }
        PoolError::Stopped => Failure::unavailable("the node is stopping"),
        PoolError::Failed => Failure::internal("hashing failed"),
        PoolError::Refused(error) => Failure::illegal_argument(error.to_string()),
    }
}

#[track_caller]
pub(super) fn not_committed(error: CommitError) -> Failure {
    match error {
        CommitError::Conflict { key, expected, actual } => {
            Failure::new(Kind::VersionConflict, conflict(&key.to_string(), expected, actual))
        }
        CommitError::TooLarge { .. } | CommitError::Invalid(_) => {
            Failure::illegal_argument(error.to_string())
        }
        CommitError::Unavailable(_) | CommitError::Unknown(_) => Failure::unavailable(error.to_string()),
        CommitError::Corrupt(_) => Failure::internal(error.to_string()),
    }
}

fn conflict(id: &str, expected: Expected, actual: Option<Revision>) -> String {
    match (expected, actual) {
        (Expected::Absent, Some(revision)) => {
            format!("[{id}]: version conflict, document already exists (current version [{revision}])")
        }
        (Expected::At(revision), Some(actual)) => format!(
            "[{id}]: version conflict, required revision [{revision}], current document has revision [{actual}]"
        ),
        (_, None) => format!("[{id}]: version conflict, the document does not exist"),
        (Expected::Present, Some(_)) => format!("[{id}]: version conflict"),
    }
}
