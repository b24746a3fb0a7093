//! LDAP directories and Active Directory: a question about somebody becomes binds and searches, and these an answer. What
//! is neither yes nor no is told to the client without a word about the directory, and to the log with all of them.
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
mod voice;
mod wire;

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use portcullis_model::lifetime::Clock;
use portcullis_model::subject::RealmRef;
use portcullis_secrets::Secret;
use tokio::time::timeout;

use self::asker::Asker;
use self::binder::Binder;
use self::connection::Timeouts;
use self::counters::Counters;
use self::dialer::Dialer;
use self::identity::Identity;
use self::incidents::Incidents;
use self::profile::Profile;
use self::referrals::Referrals;
use self::servers::Servers;
use self::service::Service;
use self::tls::Tls;
use self::trouble::{Fault, Trouble};
use super::RealmFuture;
use super::directory::{Directory, DirectoryAnswer, DirectoryStats, DirectoryUser};
use crate::error::Failure;
use crate::settings::Switch;
use crate::settings::directory::{DirectorySettings, LdapSettings, Users};

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
}

impl LdapDirectory {
    /// The directory that `settings` describe. Nothing is asked yet.
    ///
    /// # Errors
    /// When a filter is none, or a file for TLS cannot be used. A directory that is away is no error.
    pub(crate) fn new(settings: &DirectorySettings, clock: Arc<dyn Clock>) -> Result<Self, Failure> {
        let (name, ldap) = (settings.realm.name.as_str(), &settings.ldap);
        let refused = |reason: String| Failure::illegal_argument(format!("realm [{name}]: {reason}"));
        let groups = groups::complete(&ldap.groups, &ldap.users);
        let filters = filters(&ldap.users).into_iter().chain(groups::filters(&groups));
        filters.into_iter().try_for_each(filter::check).map_err(refused)?;
        let tls = Tls::open(&ldap.tls, needs_tls(ldap), Arc::clone(&clock)).map_err(refused)?;
        let counters = Arc::new(Counters::default());
        let timeouts = timeouts(ldap);
        let dialer = Arc::new(Dialer { tls, timeouts, counters: Arc::clone(&counters) });
        let servers = Arc::new(Servers::new(name, ldap, Arc::clone(&clock)));
        let (to_dial, to_ask) = (|| Arc::clone(&dialer), || Arc::clone(&servers));
        let identity = Identity::of_service(ldap.bind.as_ref());
        let asker = Asker {
            realm: name.to_owned(),
            users: ldap.users.clone(),
            profile: Profile::new(ldap, &groups),
            groups,
            service: Service::new(identity, to_dial(), to_ask(), ldap.pool_size, Arc::clone(&clock)),
            service_is_known: ldap.bind.is_some(),
            binder: Binder::new(to_dial(), to_ask(), ldap.pool_size),
            referrals: Referrals::new(ldap.follow_referrals, needs_tls(ldap), to_dial(), ldap.pool_size),
            ambiguous: Incidents::new(Arc::clone(&clock)),
        };
        let realm = RealmRef { name: name.into(), kind: settings.kind().into() };
        let allowed = (timeouts.connect + timeouts.response + timeouts.search) * QUESTION_FACTOR;
        Ok(Self {
            realm,
            asker: Arc::new(asker),
            servers,
            counters,
            allowed,
            incidents: Incidents::new(clock),
        })
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
        answer.map_err(|trouble| {
            self.tell(&trouble);
            Failure::unavailable(UNDECIDED)
        })
    }

    /// What was wrong with a server is told where the server is: see [`servers::member`].
    fn tell(&self, trouble: &Trouble) {
        self.counters.undecided.add();
        match trouble.fault {
            Fault::Server => {}
            Fault::Spared => self.counters.spared.add(),
            Fault::Answer | Fault::Full => {
                if self.incidents.is_news(&trouble.reason) {
                    tracing::error!(realm = %self.realm.name, reason = %trouble, "a directory does not say yes or no");
                }
            }
        }
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
            self.question(async move { asker.authenticate(&username, &password).await }).await
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
        self.counters.stats(self.servers.stats())
    }
}

/// Whether anybody could have this name.
fn is_username(username: &str) -> bool {
    !username.trim().is_empty() && username.len() <= MAX_USERNAME_BYTES && !username.contains('\0')
}

fn timeouts(settings: &LdapSettings) -> Timeouts {
    Timeouts {
        connect: Duration::from_millis(settings.connect_timeout_millis),
        response: Duration::from_millis(settings.response_timeout_millis),
        search: Duration::from_millis(settings.search_timeout_millis),
    }
}

/// Whether any of the servers is spoken to by TLS.
fn needs_tls(settings: &LdapSettings) -> Switch {
    let ldaps = settings.servers.iter().any(|server| server.ldaps.is_on());
    Switch::from_bool(ldaps || settings.tls.start_tls.is_on())
}

/// Filters of the settings, for a check at the start.
fn filters(users: &Users) -> Vec<&str> {
    match users {
        Users::Templates(_) => Vec::new(),
        Users::Search(search) => vec![&search.filter],
        Users::ActiveDirectory(it) => vec![&it.search.filter, &it.upn_filter, &it.down_level_filter],
    }
}
