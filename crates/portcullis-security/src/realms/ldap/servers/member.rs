//! One server and its health. A server that failed is spared for a while; then one question tries it, and only when that
//! is answered do the others come.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use portcullis_model::lifetime::Clock;
use portcullis_secrets::random;

use super::backoff;
use crate::realms::directory::ServerStats;
use crate::realms::ldap::endpoint::Endpoint;
use crate::realms::ldap::trouble::Trouble;

#[cfg(test)]
mod tests;

/// A server.
pub(in super::super) struct Member {
    realm: Arc<str>,
    url: Arc<str>,
    endpoint: Endpoint,
    clock: Arc<dyn Clock>,
    health: Mutex<Health>,
}

#[derive(Default)]
struct Health {
    /// In a row.
    failures: u32,
    /// By the boot clock, in milliseconds.
    spared_until: u64,
    probe: Probe,
    last_error: Option<String>,
}

/// Whether somebody tries a server that failed.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Probe {
    #[default]
    Nobody,
    UnderWay,
}

impl Member {
    pub(in super::super) fn new(realm: &str, endpoint: Endpoint, clock: Arc<dyn Clock>) -> Self {
        let url = endpoint.to_string().into();
        Self { realm: realm.into(), url, endpoint, clock, health: Mutex::default() }
    }

    pub(in super::super) fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    /// The right to try this server, unless it is spared.
    pub(in super::super) fn attempt(self: &Arc<Self>) -> Option<Attempt> {
        let now = self.clock.boot().0;
        let mut health = self.health();
        let probing = if health.failures == 0 {
            Probe::Nobody
        } else if now < health.spared_until || health.probe == Probe::UnderWay {
            return None;
        } else {
            health.probe = Probe::UnderWay;
            Probe::UnderWay
        };
        drop(health);
        Some(Attempt { member: Arc::clone(self), probing })
    }

    /// Whether it failed and has not answered since.
    pub(in super::super) fn is_failing(&self) -> bool {
        self.health().failures > 0
    }

    /// It does not do what it should.
    pub(in super::super) fn failed(&self, trouble: &Trouble) {
        let now = self.clock.boot().0;
        let mut health = self.health();
        let is_new = health.last_error.as_deref() != Some(&trouble.reason);
        // Many may fail together that were under way together: that is one failure.
        if health.failures == 0 || now >= health.spared_until {
            health.failures = health.failures.saturating_add(1);
            let spared = backoff::millis(health.failures, u16::from_be_bytes(random::bytes()));
            health.spared_until = now.saturating_add(spared);
        }
        health.last_error = Some(trouble.reason.clone());
        drop(health);
        if is_new {
            tracing::warn!(realm = %self.realm, server = %self.url, reason = %trouble, "a directory server fails");
        }
    }

    /// It does.
    pub(in super::super) fn answered(&self) {
        let mut health = self.health();
        let failed = std::mem::take(&mut *health).failures > 0;
        drop(health);
        if failed {
            tracing::info!(realm = %self.realm, server = %self.url, "a directory server answers again");
        }
    }

    pub(in super::super) fn stats(&self) -> ServerStats {
        let now = self.clock.boot().0;
        let health = self.health();
        ServerStats {
            url: Arc::clone(&self.url),
            failures: health.failures,
            spared_for_millis: health.spared_until.saturating_sub(now),
            last_error: health.last_error.clone(),
        }
    }

    fn health(&self) -> MutexGuard<'_, Health> {
        self.health.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The right to try a server once.
pub(in super::super) struct Attempt {
    member: Arc<Member>,
    probing: Probe,
}

impl Attempt {
    pub(in super::super) fn member(&self) -> &Arc<Member> {
        &self.member
    }

    pub(in super::super) fn answered(self) {
        self.member.answered();
    }

    pub(in super::super) fn failed(self, trouble: &Trouble) {
        self.member.failed(trouble);
    }
}

impl Drop for Attempt {
    /// Whoever gave up midway leaves the probe to the next.
    fn drop(&mut self) {
        if self.probing == Probe::UnderWay {
            self.member.health().probe = Probe::Nobody;
        }
    }
}
