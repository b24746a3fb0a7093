//! Why a question to a directory stays without an answer, in words for the log. The client is never told any of it.

use std::fmt::{self, Write};

#[cfg(test)]
mod tests;

/// Where the trouble lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// The server cannot be reached, does not answer in time, breaks off, or says that it cannot serve, or not us: another
    /// one may, and this one is spared for a while.
    Server,
    /// The server works, and what it says is neither yes nor no. Another server would say the same.
    Answer,
    /// No server was asked: each is being spared.
    Spared,
    /// No server was asked: too many questions are waiting already.
    Full,
}

/// A question that stays without an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Trouble {
    pub(super) fault: Fault,
    /// For the log and the stats. Never a secret.
    pub(super) reason: String,
}

impl Trouble {
    pub(super) fn server(reason: impl Into<String>) -> Self {
        Self { fault: Fault::Server, reason: reason.into() }
    }

    pub(super) fn answer(reason: impl Into<String>) -> Self {
        Self { fault: Fault::Answer, reason: reason.into() }
    }

    pub(super) fn spared() -> Self {
        Self { fault: Fault::Spared, reason: "every server is being spared after failures".to_owned() }
    }

    pub(super) fn full(reason: impl Into<String>) -> Self {
        Self { fault: Fault::Full, reason: reason.into() }
    }

    /// Whether another server may do better.
    pub(super) fn blames_server(&self) -> bool {
        self.fault == Fault::Server
    }
}

/// The reason on one line: names of entries are in it, and they may hold anything.
impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = |c: char| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c };
        self.reason.chars().try_for_each(|c| f.write_char(shown(c)))
    }
}
