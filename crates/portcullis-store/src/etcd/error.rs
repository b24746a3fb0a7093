//! What goes wrong between us and etcd, by what can be done about it. No error holds a secret or a value.

mod status;

use std::fmt;

pub(super) use status::{failed_to_connect, of_status};

use super::limits::MAX_TOLD_BYTES;

/// A call without an answer that can be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct EtcdError {
    /// Who was asked.
    pub(crate) endpoint: String,
    /// What went wrong.
    pub(crate) trouble: Trouble,
    /// What became of the call.
    pub(crate) fate: Fate,
}

/// Whether a call that failed may have happened all the same. For a read this means nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It did not happen and will not.
    NotDone,
    /// It may have happened, or may yet.
    Unknown,
}

/// What went wrong.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Trouble {
    /// No answer, or none now: another member may have one, or this one later.
    #[error("is not available: {0}")]
    Unavailable(String),
    /// The revision asked for is forgotten.
    #[error("has forgotten the revision asked for{}", first_held(.0))]
    Compacted(Option<i64>),
    /// The revision asked for is not yet there.
    #[error("has not yet had the revision asked for: it is not the etcd that it was, or it was restored")]
    Future,
    /// The request is over one of etcd's limits.
    #[error("refuses the request as too large ({0}); see its --max-txn-ops and --max-request-bytes")]
    TooLarge(String),
    /// The answer is over our limit.
    #[error("sent more than is taken: {0}")]
    AnswerTooLarge(String),
    /// etcd does not believe who we are.
    #[error(
        "refuses the login ({0}); see [store.etcd.username], [store.etcd.password] and the client certificate"
    )]
    Unauthenticated(String),
    /// The token of an earlier login is no longer good.
    #[error("no longer knows the login ({0})")]
    StaleToken(String),
    /// etcd knows who we are and that may not do this.
    #[error(
        "denies it ({0}); the user [store.etcd.username] needs read and write on all keys under [store.etcd.prefix]"
    )]
    Denied(String),
    /// The quota is used up.
    #[error(
        "has no space left ({0}): compact and defragment it, then disarm its NOSPACE alarm; see --quota-backend-bytes"
    )]
    NoSpace(String),
    /// What answers is no etcd, or one that we do not understand.
    #[error("sends what no etcd sends: {0}")]
    NotEtcd(String),
    /// Anything else that it said.
    #[error("refuses: {0}")]
    Other(String),
}

fn first_held(at: &Option<i64>) -> String {
    at.map_or_else(String::new, |at| format!("; it holds those from {at} on"))
}

impl EtcdError {
    pub(super) fn new(endpoint: &str, trouble: Trouble, fate: Fate) -> Self {
        Self { endpoint: endpoint.to_owned(), trouble, fate }
    }

    /// Nothing came within the time allowed.
    pub(super) fn no_answer(endpoint: &str, within: std::time::Duration, fate: Fate) -> Self {
        Self::new(endpoint, Trouble::Unavailable(format!("no answer within {within:?}")), fate)
    }

    /// Whether the same read, asked again, may be answered.
    pub(crate) fn may_pass(&self) -> bool {
        match self.trouble {
            Trouble::Unavailable(_) | Trouble::StaleToken(_) | Trouble::NotEtcd(_) => true,
            Trouble::Compacted(_)
            | Trouble::Future
            | Trouble::TooLarge(_)
            | Trouble::AnswerTooLarge(_)
            | Trouble::Unauthenticated(_)
            | Trouble::Denied(_)
            | Trouble::NoSpace(_)
            | Trouble::Other(_) => false,
        }
    }
}

impl fmt::Display for EtcdError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "etcd at [{}] {}", self.endpoint, self.trouble)
    }
}

impl std::error::Error for EtcdError {}

/// What a server said, short and on one line: it goes to logs.
pub(super) fn told(text: &str) -> String {
    let mut short = String::new();
    for character in text.chars().map(|c| if c.is_control() { ' ' } else { c }) {
        if short.len() + character.len_utf8() > MAX_TOLD_BYTES {
            short.push('…');
            break;
        }
        short.push(character);
    }
    short
}

#[cfg(test)]
mod tests;
