//! What a node must know to speak to etcd, and what is wrong with it before the first connection.
//!
//! What never lives here: files and their formats; certificates come as text.

mod secret;

use std::net::IpAddr;
use std::time::Duration;

use url::{Host, Url};

pub use secret::EtcdSecret;

use super::limits::{DEFAULT_TIMEOUT, MAX_ENDPOINT_BYTES, MAX_ENDPOINTS, MAX_PREFIX_BYTES, TIMEOUTS};

/// How etcd is reached and where in it Portcullis writes.
#[derive(Clone, Debug)]
pub struct EtcdSettings {
    /// URLs of the members, `https://name:2379`. Tried in this order, going round.
    pub endpoints: Vec<String>,
    /// All keys are under it. It ends with `/`.
    pub prefix: String,
    /// The user to log in as, with `password`; without one, etcd decides by the client certificate or has no users.
    pub username: Option<String>,
    /// That user's password.
    pub password: Option<EtcdSecret>,
    /// For how long a member may take to answer one call.
    pub timeout: Duration,
    /// For `https`: whom to believe, and who we are.
    pub tls: Option<EtcdTls>,
    /// Who makes etcd forget old revisions.
    pub compaction: Compaction,
    /// Whether `http` may be spoken to other machines.
    pub plaintext: Plaintext,
}

/// TLS towards etcd.
#[derive(Clone, Debug)]
pub struct EtcdTls {
    /// Certificates of the authorities that sign the members' certificates, PEM.
    pub certificate_authorities: String,
    /// Our own certificate and its key.
    pub identity: Option<EtcdIdentity>,
}

/// A client certificate.
#[derive(Clone, Debug)]
pub struct EtcdIdentity {
    /// The certificate and what is between it and the authority, PEM.
    pub certificate: String,
    /// Its key, PEM.
    pub key: EtcdSecret,
}

/// Who makes etcd forget old revisions. If nobody does, it fills up in days and then takes no writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compaction {
    /// Portcullis does.
    Automatic,
    /// etcd's own `--auto-compaction-retention`, or an operator's job.
    External,
}

/// Whether passwords and documents may go over the network in the clear.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Plaintext {
    /// Only to this machine itself.
    LoopbackOnly,
    /// To any.
    Allowed,
}

/// A setting that cannot be used, and why.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("[store.etcd.{setting}]: {reason}")]
pub struct SettingsError {
    /// The setting's name, behind `store.etcd.`.
    pub setting: &'static str,
    /// What is wrong with it. Never its value, where that is secret.
    pub reason: String,
}

impl SettingsError {
    pub(super) fn new(setting: &'static str, reason: impl Into<String>) -> Self {
        Self { setting, reason: reason.into() }
    }
}

impl EtcdSettings {
    /// Settings with defaults, for these endpoints and this prefix.
    #[must_use]
    pub fn new(endpoints: Vec<String>, prefix: impl Into<String>) -> Self {
        Self {
            endpoints,
            prefix: prefix.into(),
            username: None,
            password: None,
            timeout: DEFAULT_TIMEOUT,
            tls: None,
            compaction: Compaction::Automatic,
            plaintext: Plaintext::LoopbackOnly,
        }
    }

    /// Whether these can be used at all. Nothing is connected.
    ///
    /// # Errors
    /// The first setting that cannot be used.
    pub fn check(&self) -> Result<(), SettingsError> {
        let count = self.endpoints.len();
        if count == 0 || count > MAX_ENDPOINTS {
            return refused("endpoints", format!("{count} endpoints, 1 to {MAX_ENDPOINTS} are allowed"));
        }
        for (index, endpoint) in self.endpoints.iter().enumerate() {
            self.check_endpoint(endpoint)?;
            if self.endpoints.iter().take(index).any(|earlier| earlier == endpoint) {
                return refused("endpoints", format!("[{endpoint}] is there twice"));
            }
        }
        self.check_prefix()?;
        if self.username.is_some() != self.password.is_some() {
            return refused("username", "username and password go together: one of them is missing");
        }
        if self.username.as_ref().is_some_and(String::is_empty) {
            return refused("username", "the name is empty");
        }
        if !TIMEOUTS.contains(&self.timeout) {
            let (least, most) = (TIMEOUTS.start(), TIMEOUTS.end());
            return refused("timeout", format!("{:?} is not within {least:?} and {most:?}", self.timeout));
        }
        Ok(())
    }

    fn check_endpoint(&self, endpoint: &str) -> Result<(), SettingsError> {
        if endpoint.len() > MAX_ENDPOINT_BYTES {
            return refused("endpoints", format!("a URL has over {MAX_ENDPOINT_BYTES} bytes"));
        }
        let Ok(url) = Url::parse(endpoint) else {
            return refused("endpoints", "a URL cannot be read; write https://name:port");
        };
        // Before anything that shows it: what stands there may be a password.
        if !url.username().is_empty() || url.password().is_some() {
            return refused("endpoints", "a URL has a user in it; use username and password");
        }
        if url.query().is_some() || url.fragment().is_some() || !matches!(url.path(), "" | "/") {
            return refused("endpoints", "a URL has more than scheme, name and port");
        }
        match url.scheme() {
            "https" if self.tls.is_none() => {
                let reason = format!("[{endpoint}] needs the certificates of its authorities");
                refused("ssl.certificate_authorities", reason)
            }
            "https" => Ok(()),
            "http" if self.plaintext == Plaintext::Allowed || is_loopback(&url) => Ok(()),
            "http" => {
                let reason = format!("[{endpoint}] would be spoken to in the clear; use https, or allow it");
                refused("endpoints", reason)
            }
            _ => refused("endpoints", format!("[{endpoint}] is neither http nor https")),
        }
    }

    fn check_prefix(&self) -> Result<(), SettingsError> {
        let length = self.prefix.len();
        if length > MAX_PREFIX_BYTES || !self.prefix.ends_with('/') {
            return refused(
                "prefix",
                format!("it must end with [/] and have at most {MAX_PREFIX_BYTES} bytes, not {length}"),
            );
        }
        Ok(())
    }
}

fn refused<T>(setting: &'static str, reason: impl Into<String>) -> Result<T, SettingsError> {
    Err(SettingsError::new(setting, reason))
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => IpAddr::from(address).is_loopback(),
        Some(Host::Ipv6(address)) => IpAddr::from(address).is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

#[cfg(test)]
mod tests;
