//! The servers of a directory: which is asked first, and which is spared. Several servers are one directory; what one says
//! counts for all.

mod backoff;
pub(super) mod member;
mod names;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use portcullis_model::lifetime::Clock;

use self::member::{Attempt, Member};
use self::names::Names;
use super::endpoint::Endpoint;
use super::trouble::Trouble;
use crate::realms::directory::ServerStats;
use crate::settings::directory::{LdapSettings, LoadBalance};

#[cfg(test)]
mod tests;

/// The servers of one directory.
pub(super) struct Servers {
    source: Source,
    order: Order,
    /// Questions that were put so far: whose turn it is.
    turn: AtomicUsize,
}

/// Where servers come from.
enum Source {
    /// The settings name each.
    Listed(Vec<Arc<Member>>),
    /// The settings name one, and each of its addresses is a server.
    Named(Names),
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Order {
    Failover,
    RoundRobin,
}

impl Servers {
    pub(super) fn new(realm: &str, settings: &LdapSettings, clock: Arc<dyn Clock>) -> Self {
        let order = match settings.load_balance {
            LoadBalance::Failover | LoadBalance::DnsFailover => Order::Failover,
            LoadBalance::RoundRobin | LoadBalance::DnsRoundRobin => Order::RoundRobin,
        };
        let by_name = matches!(settings.load_balance, LoadBalance::DnsFailover | LoadBalance::DnsRoundRobin);
        let source = match settings.servers.as_slice() {
            [server] if by_name => Source::Named(Names::new(realm, server, settings, clock)),
            servers => {
                let member = |server| Arc::new(Member::new(realm, Endpoint::of(server), Arc::clone(&clock)));
                Source::Listed(servers.iter().map(member).collect())
            }
        };
        Self { source, order, turn: AtomicUsize::new(0) }
    }

    /// The servers in the order in which they are to be asked now.
    ///
    /// # Errors
    /// When the name of the servers has no address.
    pub(super) async fn round(&self) -> Result<Round, Trouble> {
        let mut members = match &self.source {
            Source::Listed(members) => members.clone(),
            Source::Named(names) => names.members().await?,
        };
        if self.order == Order::RoundRobin && !members.is_empty() {
            let first = self.turn.fetch_add(1, Ordering::Relaxed) % members.len();
            members.rotate_left(first);
        }
        Ok(Round { members: members.into_iter(), last: None })
    }

    pub(super) fn stats(&self) -> Vec<ServerStats> {
        match &self.source {
            Source::Listed(members) => members.iter().map(|member| member.stats()).collect(),
            Source::Named(names) => names.stats(),
        }
    }
}

/// One walk over the servers: each that is not spared is tried once, until one answers.
pub(super) struct Round {
    members: std::vec::IntoIter<Arc<Member>>,
    last: Option<Trouble>,
}

impl Round {
    /// The next server to try.
    ///
    /// # Errors
    /// When there is none left: what went wrong with the last, or that all are spared.
    pub(super) fn next(&mut self) -> Result<Attempt, Trouble> {
        let attempt = self.members.find_map(|member| member.attempt());
        attempt.ok_or_else(|| self.last.take().unwrap_or_else(Trouble::spared))
    }

    /// Settles an attempt by what came of it. `None` means that the next server is to be tried.
    pub(super) fn settle<T>(
        &mut self,
        attempt: Attempt,
        outcome: Result<T, Trouble>,
    ) -> Option<Result<T, Trouble>> {
        match outcome {
            Err(trouble) if trouble.blames_server() => {
                attempt.failed(&trouble);
                self.last = Some(trouble);
                None
            }
            other => {
                attempt.answered();
                Some(other)
            }
        }
    }
}
