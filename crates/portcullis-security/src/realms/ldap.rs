//! LDAP directories and Active Directory: a question about somebody becomes binds and searches, and these an answer. What
//! is neither yes nor no is told to the client without a word about the directory, and to the log with all of them.
//!
//! One login, from here to the socket: [`LdapDirectory`] takes the question and keeps its time. The `asker` puts it in one of
//! three ways: `user_search`, `templates`, `active_directory`. Each looks for the `sole` entry of the name in somebody's
//! `voice`, that of the `service` or the user's own, lets the user bind (`binder`, `verdict`), and has `groups` and `profile`
//! read. Which of the `servers` is asked is theirs to say; the `dialer` makes a `connection` to it, through `tls` and `wire`.
//!
//! Never here: roles, caches, and whose question is asked for whom.

mod active_directory;
mod asker;
mod binder;
mod connection;
mod counters;
mod dialer;
mod dn;
mod endpoint;
mod entry;
mod filter;
mod groups;
mod identity;
mod incidents;
mod logon;
mod pool;
mod profile;
mod query;
mod referral_url;
mod referrals;
mod servers;
mod service;
mod sid;
mod sole;
mod templates;
mod tls;
mod trouble;
mod turns;
mod user_search;
mod verdict;
mod visit;
mod voice;
mod wire;

use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use portcullis_model::lifetime::Clock;
use portcullis_model::subject::RealmRef;
use portcullis_secrets::Secret;
use tokio::time::timeout;

use self::asker::Asker;
use self::connection::Timeouts;
use self::counters::Counters;
use self::incidents::Incidents;
use self::servers::Servers;
use self::trouble::{Fault, Trouble};
use super::RealmFuture;
use super::directory::{Directory, DirectoryAnswer, DirectoryStats, DirectoryUser};
use crate::error::Failure;
use crate::settings::directory::DirectorySettings;

#[cfg(test)]
mod tests;

/// The longest username that a directory is asked about, in bytes.
const MAX_USERNAME_BYTES: usize = 1024;

/// A question may take so many times what one connection, one bind and one search may take together. Two servers that hang
/// can be tried before the answer is that there is none.
const QUESTION_FACTOR: u32 = 2;

/// What the client is told: nothing about the directory.
const UNDECIDED: &str = "a directory that may know this user cannot be asked now; try again";

/// A directory that is spoken to by LDAP.
pub(crate) struct LdapDirectory {
    realm: RealmRef,
    asker: Arc<Asker>,
    servers: Arc<Servers>,
    counters: Arc<Counters>,
    /// For one question, whatever it takes.
    allowed: Duration,
    incidents: Incidents,
    last_error: Mutex<Option<String>>,
}

impl LdapDirectory {
    /// The directory that `settings` describe. Nothing is asked yet.
    ///
    /// # Errors
    /// When a filter is none, or a file for TLS cannot be used. A directory that is away is no error.
    pub(crate) fn new(settings: &DirectorySettings, clock: Arc<dyn Clock>) -> Result<Self, Failure> {
        let (name, ldap) = (settings.realm.name.as_str(), &settings.ldap);
        let counters = Arc::<Counters>::default();
        let servers = Arc::new(Servers::new(name, ldap, Arc::clone(&clock)));
        let asker = Asker::new(name, ldap, &servers, &counters, &clock)
            .map_err(|reason| Failure::illegal_argument(format!("realm [{name}]: {reason}")))?;
        let realm = RealmRef { name: name.into(), kind: settings.kind().into() };
        let allowed = Timeouts::of(ldap).together() * QUESTION_FACTOR;
        let (incidents, last_error) = (Incidents::new(clock), Mutex::default());
        Ok(Self { realm, asker: Arc::new(asker), servers, counters, allowed, incidents, last_error })
    }

    /// Waits for the answer to one question, and no longer than that may take. It has a task of its own, so that a server
    /// that hangs is known to hang also where everybody who asked was less patient.
    async fn question<T: Send + 'static>(
        &self,
        asked: impl Future<Output = Result<T, Trouble>> + Send + 'static,
    ) -> Result<T, Failure> {
        let answer = match tokio::spawn(timeout(self.allowed, asked)).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(_)) => Err(Trouble::answer(format!("no answer within {} ms", self.allowed.as_millis()))),
            Err(_panic) => Err(Trouble::answer("the question broke off")),
        };
        match answer {
            Ok(answer) => {
                self.last_error().take();
                Ok(answer)
            }
            Err(trouble) => {
                self.tell(&trouble);
                Err(Failure::unavailable(UNDECIDED))
            }
        }
    }

    /// What was wrong with a server is told where the server is: see [`servers::member`].
    fn tell(&self, trouble: &Trouble) {
        self.counters.undecided.add();
        match trouble.fault {
            Fault::Server => {}
            Fault::Spared => self.counters.spared.add(),
            Fault::Answer | Fault::Full => {
                *self.last_error() = Some(trouble.reason.clone());
                if self.incidents.is_news(&trouble.reason) {
                    tracing::error!(realm = %self.realm.name, reason = %trouble, "a directory does not say yes or no");
                }
            }
        }
    }

    fn last_error(&self) -> MutexGuard<'_, Option<String>> {
        self.last_error.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Directory for LdapDirectory {
    fn reference(&self) -> &RealmRef {
        &self.realm
    }

    fn authenticate<'a>(
        &'a self,
        username: &'a str,
        password: &'a Secret,
    ) -> RealmFuture<'a, DirectoryAnswer> {
        Box::pin(async move {
            if !is_username(username) {
                return Ok(DirectoryAnswer::Unknown);
            }
            if !connection::can_be_right(password) {
                return Ok(DirectoryAnswer::Refused);
            }
            let (asker, username, password) =
                (Arc::clone(&self.asker), username.to_owned(), password.clone());
            let name = username.clone();
            let answer = self.question(async move { asker.authenticate(&username, &password).await }).await?;
            if matches!(answer, DirectoryAnswer::Unknown) {
                // The client learns that it is a no, whoever runs the service that it is not the password.
                tracing::debug!(realm = %self.realm.name, name, "a directory finds nobody of this name");
            }
            Ok(answer)
        })
    }

    fn lookup<'a>(&'a self, username: &'a str) -> RealmFuture<'a, Option<DirectoryUser>> {
        Box::pin(async move {
            if !is_username(username) {
                return Ok(None);
            }
            let (asker, username) = (Arc::clone(&self.asker), username.to_owned());
            self.question(async move { asker.lookup(&username).await }).await
        })
    }

    fn stats(&self) -> DirectoryStats {
        let last_error = self.last_error().clone();
        DirectoryStats { last_error, ..self.counters.stats(self.servers.stats()) }
    }
}

/// Whether anybody could have this name. A directory takes a line break for a space, and no space at an end of a name for
/// anything: `jo` and a line break would be another name of `jo`, and a line of its own in other people's logs.
fn is_username(username: &str) -> bool {
    !username.trim().is_empty()
        && username.len() <= MAX_USERNAME_BYTES
        && !username.contains(char::is_control)
}
