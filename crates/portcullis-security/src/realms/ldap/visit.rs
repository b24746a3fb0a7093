//! A user who has bound, on a connection of its own. What goes wrong on it counts against the server.

use std::sync::Arc;

use portcullis_secrets::Secret;

use super::connection::Connection;
use super::identity::Identity;
use super::query::{Found, Query};
use super::servers::member::Member;
use super::trouble::Trouble;
use super::turns::Turn;
use super::verdict::Verdict;

/// A connection on which a user is bound.
pub(super) struct Visit<'a> {
    connection: Box<Connection>,
    /// The server, if it is one of the directory's own.
    member: Option<Arc<Member>>,
    /// The name that the user bound with.
    pub(super) name: String,
    _turn: Turn<'a>,
}

impl<'a> Visit<'a> {
    pub(super) fn new(
        connection: Box<Connection>,
        member: Option<Arc<Member>>,
        name: String,
        turn: Turn<'a>,
    ) -> Self {
        Self { connection, member, name, _turn: turn }
    }

    /// The user's credentials, for servers that are referred to.
    pub(super) fn identity(&self, password: &Secret) -> Identity {
        Identity { dn: self.name.clone(), password: password.clone() }
    }

    /// Searches with the user's rights.
    ///
    /// # Errors
    /// When the search could not be made to its end.
    pub(super) async fn search(&mut self, query: &Query) -> Result<Found, Trouble> {
        let outcome = self.connection.search(query).await;
        self.blame(outcome)
    }

    /// Binds once more.
    ///
    /// # Errors
    /// When the server says neither yes nor no.
    pub(super) async fn bind(&mut self, dn: &str, password: &Secret) -> Result<Verdict, Trouble> {
        let outcome = self.connection.bind(dn, password).await;
        self.blame(outcome)
    }

    fn blame<T>(&self, outcome: Result<T, Trouble>) -> Result<T, Trouble> {
        if let (Err(trouble), Some(member)) = (&outcome, &self.member)
            && trouble.blames_server()
        {
            member.failed(trouble);
        }
        outcome
    }
}
