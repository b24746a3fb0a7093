//! Binds of users: each on a connection of its own, which is closed when the user's question is answered. No connection of
//! the pool ever has a user's rights.

use std::sync::Arc;

use portcullis_secrets::Secret;

use super::connection::Connection;
use super::dialer::Dialer;
use super::servers::Servers;
use super::servers::member::Member;
use super::trouble::Trouble;
use super::turns::{Turn, Turns};
use super::verdict::Verdict;

/// Binds users.
pub(super) struct Binder {
    dialer: Arc<Dialer>,
    servers: Arc<Servers>,
    turns: Turns,
}

/// What became of a user's bind.
pub(super) enum Bound<'a> {
    /// The password is right.
    Yes(Visit<'a>),
    /// It is not, under any of the names.
    No,
    /// There is an entry under none of the names.
    NoSuchEntry,
}

/// A connection on which a user is bound.
pub(super) struct Visit<'a> {
    pub(super) connection: Box<Connection>,
    /// The name that the user bound with.
    pub(super) name: String,
    _turn: Turn<'a>,
}

impl Binder {
    pub(super) fn new(dialer: Arc<Dialer>, servers: Arc<Servers>, size: usize) -> Self {
        Self { dialer, servers, turns: Turns::new("a bind", size) }
    }

    /// Binds with each of `names` in turn until one is right.
    ///
    /// # Errors
    /// When a server said neither yes nor no to one of them, or none answered.
    pub(super) async fn bind(&self, names: &[String], password: &Secret) -> Result<Bound<'_>, Trouble> {
        let turn = self.turns.take().await?;
        let mut round = self.servers.round().await?;
        loop {
            let attempt = round.next()?;
            let outcome = self.bind_at(attempt.member(), names, password).await;
            if let Some(outcome) = round.settle(attempt, outcome) {
                return Ok(match outcome? {
                    At::Yes(connection, name) => Bound::Yes(Visit { connection, name, _turn: turn }),
                    At::No => Bound::No,
                    At::NoSuchEntry => Bound::NoSuchEntry,
                });
            }
        }
    }

    /// Binds once more, on the user's connection, with the name of the entry that was found for it.
    ///
    /// # Errors
    /// When the server says neither yes nor no.
    pub(super) async fn confirm(
        &self,
        visit: &mut Visit<'_>,
        dn: &str,
        password: &Secret,
    ) -> Result<Verdict, Trouble> {
        if dn.is_empty() || password.is_empty() {
            return Ok(Verdict::No);
        }
        self.dialer.counters.user_binds.add();
        visit.connection.bind(dn, password).await
    }

    async fn bind_at(&self, member: &Member, names: &[String], password: &Secret) -> Result<At, Trouble> {
        let mut connection = self.dialer.open(member.endpoint()).await?;
        let mut outcome = At::NoSuchEntry;
        // A name or a password that is empty would bind as nobody, and succeed (RFC 4513, section 5.1.2).
        for name in names.iter().filter(|name| !name.is_empty() && !password.is_empty()) {
            self.dialer.counters.user_binds.add();
            match connection.bind(name, password).await? {
                Verdict::Yes => return Ok(At::Yes(Box::new(connection), name.clone())),
                Verdict::No => outcome = At::No,
                Verdict::NoSuchEntry => {}
            }
        }
        Ok(outcome)
    }
}

/// What one server says.
enum At {
    Yes(Box<Connection>, String),
    No,
    NoSuchEntry,
}
