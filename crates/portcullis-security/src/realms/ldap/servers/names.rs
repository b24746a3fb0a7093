//! Servers that are the addresses of one name. An address keeps its health when the name is resolved anew.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use portcullis_model::lifetime::Clock;
use tokio::time::timeout;

use super::member::Member;
use crate::realms::directory::ServerStats;
use crate::realms::ldap::endpoint::Endpoint;
use crate::realms::ldap::trouble::Trouble;
use crate::settings::directory::{LdapSettings, Server};

/// Addresses that count, of those that a name has.
const MAX_ADDRESSES: usize = 64;

/// One name.
pub(super) struct Names {
    realm: String,
    /// The name itself: its health is that of the resolver.
    name: Arc<Member>,
    ttl_millis: u64,
    /// For one resolution.
    allowed: Duration,
    clock: Arc<dyn Clock>,
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    members: Vec<Arc<Member>>,
    /// By the boot clock, in milliseconds.
    until: u64,
}

impl Names {
    pub(super) fn new(realm: &str, server: &Server, settings: &LdapSettings, clock: Arc<dyn Clock>) -> Self {
        let name = Arc::new(Member::new(realm, Endpoint::of(server), Arc::clone(&clock)));
        let ttl_millis = settings.dns_ttl_millis;
        let allowed = Duration::from_millis(settings.connect_timeout_millis);
        Self { realm: realm.to_owned(), name, ttl_millis, allowed, clock, known: Mutex::default() }
    }

    /// The servers, from memory while that is fresh. A name that cannot be resolved keeps the addresses it had.
    pub(super) async fn members(&self) -> Result<Vec<Arc<Member>>, Trouble> {
        let now = self.clock.boot().0;
        let (members, fresh) = {
            let known = self.known();
            (known.members.clone(), !known.members.is_empty() && now < known.until)
        };
        if fresh {
            return Ok(members);
        }
        let Some(attempt) = self.name.attempt() else {
            return if members.is_empty() { Err(Trouble::spared()) } else { Ok(members) };
        };
        match self.resolve().await {
            Ok(addresses) => {
                attempt.answered();
                Ok(self.take_in(addresses))
            }
            Err(trouble) => {
                attempt.failed(&trouble);
                if members.is_empty() { Err(trouble) } else { Ok(members) }
            }
        }
    }

    async fn resolve(&self) -> Result<Vec<SocketAddr>, Trouble> {
        let Endpoint { host, port, .. } = self.name.endpoint();
        let found = timeout(self.allowed, tokio::net::lookup_host((host.as_str(), *port))).await;
        let found = found.map_err(|_| Trouble::server("the name is not resolved in time"))?;
        let found =
            found.map_err(|error| Trouble::server(format!("the name cannot be resolved: {error}")))?;
        let mut addresses: Vec<SocketAddr> = Vec::new();
        for address in found.take(MAX_ADDRESSES) {
            if !addresses.contains(&address) {
                addresses.push(address);
            }
        }
        if addresses.is_empty() { Err(Trouble::server("the name has no address")) } else { Ok(addresses) }
    }

    fn take_in(&self, addresses: Vec<SocketAddr>) -> Vec<Arc<Member>> {
        let until = self.clock.boot().0.saturating_add(self.ttl_millis);
        let mut known = self.known();
        let member = |address| {
            let before = known.members.iter().find(|it| it.endpoint().address == Some(address));
            before.cloned().unwrap_or_else(|| {
                let endpoint = Endpoint { address: Some(address), ..self.name.endpoint().clone() };
                Arc::new(Member::new(&self.realm, endpoint, Arc::clone(&self.clock)))
            })
        };
        let members: Vec<_> = addresses.into_iter().map(member).collect();
        *known = Known { members: members.clone(), until };
        members
    }

    pub(super) fn stats(&self) -> Vec<ServerStats> {
        let members = self.known().members.clone();
        if members.is_empty() {
            return vec![self.name.stats()];
        }
        members.iter().map(|member| member.stats()).collect()
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
