//! Binds of users: each on a connection of its own, which is closed when the user's question is answered. No connection of
//! the pool ever has a user's rights.

use std::sync::Arc;

use portcullis_secrets::Secret;

use super::connection::Connection;
use super::dialer::Dialer;
use super::endpoint::Endpoint;
use super::entry::Entry;
use super::servers::Servers;
use super::servers::member::Member;
use super::trouble::Trouble;
use super::turns::{Turn, Turns};
use super::verdict::Verdict;
use super::visit::Visit;

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

impl Binder {
    pub(super) fn new((dialer, servers): (Arc<Dialer>, Arc<Servers>), size: usize) -> Self {
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
            let member = Arc::clone(attempt.member());
            let outcome = self.bind_at(member.endpoint(), names, password).await;
            if let Some(outcome) = round.settle(attempt, outcome) {
                return outcome.map(|at| at.with(turn, Some(member)));
            }
        }
    }

    /// Binds with the name of an entry, where the entry was found.
    ///
    /// # Errors
    /// As [`Binder::bind`].
    pub(super) async fn bind_entry(&self, entry: &Entry, password: &Secret) -> Result<Bound<'_>, Trouble> {
        let names = std::slice::from_ref(&entry.dn);
        let Some(elsewhere) = &entry.elsewhere else { return self.bind(names, password).await };
        let turn = self.turns.take().await?;
        Ok(self.bind_elsewhere(elsewhere, names, password).await?.with(turn, None))
    }

    /// Binds once more, with the name of the entry that was found for a user who has bound.
    ///
    /// # Errors
    /// When the server says neither yes nor no.
    pub(super) async fn confirm(
        &self,
        visit: &mut Visit<'_>,
        entry: &Entry,
        password: &Secret,
    ) -> Result<Verdict, Trouble> {
        if let Some(elsewhere) = &entry.elsewhere {
            let at = self.bind_elsewhere(elsewhere, std::slice::from_ref(&entry.dn), password).await?;
            return Ok(at.verdict());
        }
        if entry.dn.is_empty() || password.is_empty() {
            return Ok(Verdict::No);
        }
        self.dialer.counters.user_binds.add();
        visit.bind(&entry.dn, password).await
    }

    /// Binds on a server that was referred to. The directory's own may say no to an entry that they do not hold.
    async fn bind_elsewhere(
        &self,
        endpoint: &Endpoint,
        names: &[String],
        password: &Secret,
    ) -> Result<At, Trouble> {
        let outcome = self.bind_at(endpoint, names, password).await;
        // None of the directory's own servers is to blame.
        outcome.map_err(|trouble| Trouble::answer(format!("{endpoint}, where the user is: {trouble}")))
    }

    async fn bind_at(&self, endpoint: &Endpoint, names: &[String], password: &Secret) -> Result<At, Trouble> {
        let mut connection = self.dialer.open(endpoint).await?;
        let mut outcome = At::NoSuchEntry;
        // Nobody is no user.
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

impl At {
    fn with(self, turn: Turn<'_>, member: Option<Arc<Member>>) -> Bound<'_> {
        match self {
            Self::Yes(connection, name) => Bound::Yes(Visit::new(connection, member, name, turn)),
            Self::No => Bound::No,
            Self::NoSuchEntry => Bound::NoSuchEntry,
        }
    }

    fn verdict(&self) -> Verdict {
        match self {
            Self::Yes(..) => Verdict::Yes,
            Self::No => Verdict::No,
            Self::NoSuchEntry => Verdict::NoSuchEntry,
        }
    }
}
