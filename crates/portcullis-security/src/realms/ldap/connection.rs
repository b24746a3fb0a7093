//! One connection to one server. It does one thing at a time; when that breaks off, by whatever, it is not sound any more
//! and nobody uses it again.

use std::time::Duration;

use ldap3::{Ldap, LdapError, SearchOptions};
use portcullis_secrets::Secret;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use super::counters::Open;
use super::entry::{self, Entry};
use super::query::{End, Found, Query};
use super::trouble::Trouble;
use super::verdict::{self, Verdict};
use super::wire::relay::Relay;
use crate::settings::directory::LdapSettings;

/// References to other servers that one search may have.
const MAX_REFERENCES: usize = 64;

/// For how long one operation may take.
#[derive(Clone, Copy, Debug)]
pub(super) struct Timeouts {
    pub(super) connect: Duration,
    pub(super) response: Duration,
    pub(super) search: Duration,
}

impl Timeouts {
    pub(super) fn of(settings: &LdapSettings) -> Self {
        Self {
            connect: Duration::from_millis(settings.connect_timeout_millis),
            response: Duration::from_millis(settings.response_timeout_millis),
            search: Duration::from_millis(settings.search_timeout_millis),
        }
    }

    /// For a connection, a bind and a search.
    pub(super) fn together(self) -> Duration {
        self.connect + self.response + self.search
    }
}

/// Whether a connection may be used again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Nothing is under way.
    Sound,
    /// Something was begun and has no end.
    Unknown,
}

/// A connection. Closed when dropped.
pub(super) struct Connection {
    ldap: Ldap,
    driver: JoinHandle<()>,
    relay: Relay,
    timeouts: Timeouts,
    state: State,
    _open: Open,
}

impl Connection {
    pub(super) fn new(
        ldap: Ldap,
        driver: JoinHandle<()>,
        relay: Relay,
        timeouts: Timeouts,
        open: Open,
    ) -> Self {
        Self { ldap, driver, relay, timeouts, state: State::Sound, _open: open }
    }

    /// Whether it may be used again, as far as that can be told from here.
    pub(super) fn is_sound(&self) -> bool {
        self.state == State::Sound && !self.driver.is_finished()
    }

    /// Whether it ended although nobody here ended it.
    pub(super) fn was_closed(&self) -> bool {
        self.relay.broken().is_some()
    }

    /// Binds. An empty `dn` with an empty `password` is nobody (RFC 4513, section 5.1.1). With one of them the server would
    /// make somebody nobody, and call it a success (section 5.1.2): it is not asked.
    ///
    /// # Errors
    /// When the answer is neither yes nor no, or there is none.
    pub(super) async fn bind(&mut self, dn: &str, password: &Secret) -> Result<Verdict, Trouble> {
        let Some(text) = password.expose_str().filter(|text| text.is_empty() == dn.is_empty()) else {
            return Ok(Verdict::No);
        };
        self.state = State::Unknown;
        let answered = timeout(self.timeouts.response, self.ldap.simple_bind(dn, text)).await;
        let answered = answered.map_err(|_| late("the bind", self.timeouts.response))?;
        let result = answered.map_err(|error| self.broken(&error))?;
        self.state = State::Sound;
        let verdict = verdict::of_bind(result.rc, &result.text)?;
        if verdict != Verdict::Yes {
            // The client learns that it is a no, whoever runs the service why: disabled, locked, expired.
            let reason = verdict::told("the bind", result.rc, &result.text);
            tracing::debug!(name = dn, %reason, "a directory refuses a bind");
        }
        Ok(verdict)
    }

    /// Searches on this server alone.
    ///
    /// # Errors
    /// When the search could not be made to its end.
    pub(super) async fn search(&mut self, query: &Query) -> Result<Found, Trouble> {
        self.state = State::Unknown;
        let found = timeout(self.timeouts.search, self.find(query)).await;
        found.unwrap_or_else(|_| Err(late("the search", self.timeouts.search)))
    }

    async fn find(&mut self, query: &Query) -> Result<Found, Trouble> {
        let options = SearchOptions::new().sizelimit(whole(query.limit)).timelimit(self.seconds());
        let asked = self.ldap.with_search_options(options).streaming_search(
            &query.base,
            query.scope(),
            &query.filter,
            query.attributes.clone(),
        );
        let mut stream = match asked.await {
            Ok(stream) => stream,
            Err(LdapError::FilterParsing) => {
                self.state = State::Sound;
                return Err(Trouble::answer(format!("[{}] is no LDAP filter", query.filter)));
            }
            Err(error) => return Err(self.broken(&error)),
        };
        let mut found = Found::default();
        while let Some(item) = stream.next().await.map_err(|error| self.broken(&error))? {
            if item.is_ref() {
                found.references.push(entry::urls(item.0).ok_or_else(unreadable)?);
            } else {
                found.entries.push(Entry::read(item.0).ok_or_else(unreadable)?);
            }
            // A server that keeps to the limit that it was told never gets here.
            if found.entries.len() > query.limit || found.references.len() > MAX_REFERENCES {
                found.end = End::Cut;
                return Ok(found);
            }
        }
        let result = stream.finish().await;
        self.state = State::Sound;
        match result.rc {
            verdict::SUCCESS => Ok(found),
            verdict::SIZE_LIMIT_EXCEEDED => Ok(Found { end: End::Cut, ..found }),
            verdict::REFERRAL => {
                found.references.push(result.refs);
                Ok(Found { end: End::Elsewhere, ..found })
            }
            // Somebody who reads an entry that is not there, or may not be seen.
            verdict::NO_SUCH_OBJECT if query.scope() == ldap3::Scope::Base => Ok(Found::default()),
            code => Err(verdict::of_search(&query.base, code, &result.text)),
        }
    }

    /// The time limit that the server is told, in whole seconds.
    fn seconds(&self) -> i32 {
        let seconds = self.timeouts.search.as_millis().div_ceil(1000);
        i32::try_from(seconds).unwrap_or(i32::MAX)
    }

    /// Why the library gave up. Never its `Debug`, which would show what was sent.
    fn broken(&self, error: &LdapError) -> Trouble {
        match self.relay.broken() {
            Some(reason) => Trouble::server(reason),
            None => Trouble::server(format!("the connection broke: {error}")),
        }
    }
}

impl Drop for Connection {
    /// A sound connection says goodbye by itself once its handle is gone. What has no end is cut off.
    fn drop(&mut self) {
        if self.state == State::Unknown {
            self.driver.abort();
            self.relay.abort();
        }
    }
}

/// Whether this could be a right password. An empty one asks to be nobody, which a server grants (RFC 4513, section 5.1.2);
/// one that begins with NUL is empty for a server that ends texts there. What is not UTF-8 is none (section 5.1.3).
pub(super) fn can_be_right(password: &Secret) -> bool {
    !password.is_too_long() && password.expose_str().is_some_and(|it| !it.is_empty() && !it.starts_with('\0'))
}

fn late(operation: &str, allowed: Duration) -> Trouble {
    Trouble::server(format!("{operation} was not answered within {} ms", allowed.as_millis()))
}

fn unreadable() -> Trouble {
    Trouble::server("an entry cannot be read")
}

fn whole(limit: usize) -> i32 {
    i32::try_from(limit).unwrap_or(i32::MAX)
}
