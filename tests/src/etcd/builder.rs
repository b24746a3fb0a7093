//! A cluster to be: what its members are told when they start.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use tempfile::TempDir;

use super::EtcdCluster;
use super::gateway::{Access, Gateway};
use super::member::Member;
use super::peers::Peers;
use crate::authority::{Authority, Flaw};
use crate::secrets;

/// What every member is started with, unless a test says otherwise. Nothing is compacted that a test does not.
const OPTIONS: [(&str, &str); 6] = [
    ("logger", "zap"),
    ("log-outputs", "stderr"),
    ("max-txn-ops", "2048"),
    ("auto-compaction-retention", "0"),
    // As cheap as etcd takes it.
    ("bcrypt-cost", "4"),
    ("initial-cluster-state", "new"),
];

/// A cluster to be.
pub struct Builder {
    count: usize,
    options: BTreeMap<String, String>,
    authority: Option<Authority>,
    access: Option<Access>,
    roads: Roads,
    shown: Shown,
}

/// Who shows a certificate.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shown {
    ByMembers,
    ByBoth,
}

/// Whose name stands in the certificate of clients. Nobody in etcd has it: names there come with a password.
const CLIENT: &str = "client";

/// How members reach each other.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Roads {
    Direct,
    Proxied,
}

impl Builder {
    pub(super) fn new(count: usize) -> Self {
        let options = OPTIONS.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Self {
            count,
            options: options.collect(),
            authority: None,
            access: None,
            roads: Roads::Direct,
            shown: Shown::ByMembers,
        }
    }

    /// An option of the members, by its name on the command line without `--`.
    #[must_use]
    pub fn option(mut self, name: &str, value: &str) -> Self {
        self.options.insert(name.to_owned(), value.to_owned());
        self
    }

    /// How large a member's data may be, in bytes, before it takes nothing more.
    #[must_use]
    pub fn quota(self, bytes: u64) -> Self {
        self.option("quota-backend-bytes", &bytes.to_string())
    }

    /// How long a follower hears nothing before it wants to lead. The leader speaks ten times as often.
    #[must_use]
    pub fn election_timeout(self, timeout: Duration) -> Self {
        let millis = timeout.as_millis();
        self.option("election-timeout", &millis.to_string())
            .option("heartbeat-interval", &(millis / 10).to_string())
    }

    /// Clients speak TLS, and find the authority in [`EtcdCluster::ca_path`].
    #[must_use]
    pub fn tls(mut self) -> Self {
        self.authority = Some(Authority::new("The tests' authority"));
        self
    }

    /// Clients have to show a certificate of the authority as well. [`EtcdCluster::client_path`] has one.
    ///
    /// # Panics
    /// Without [`Builder::tls`].
    #[must_use]
    pub fn client_certificates(mut self) -> Self {
        assert!(self.authority.is_some(), "there is no authority");
        self.shown = Shown::ByBoth;
        self
    }

    /// Nothing is answered without credentials; this user may read and write every key.
    #[must_use]
    pub fn user(self, name: &str, password: &str) -> Self {
        self.user_below(name, password, "")
    }

    /// As [`Builder::user`], for keys that begin with `prefix` only.
    #[must_use]
    pub fn user_below(mut self, name: &str, password: &str, prefix: &str) -> Self {
        secrets::remember(password);
        let (user, password, prefix) = (name.to_owned(), password.to_owned(), prefix.to_owned());
        self.access = Some(Access { user, password, prefix });
        self
    }

    /// The members reach each other through proxies, for [`EtcdCluster::part`].
    #[must_use]
    pub fn proxied_peers(mut self) -> Self {
        self.roads = Roads::Proxied;
        self
    }

    /// Starts it. When this returns every member answers.
    ///
    /// # Panics
    /// If it does not start, with a member's log.
    pub async fn start(mut self) -> EtcdCluster {
        let folder = TempDir::with_prefix("etcd-").unwrap();
        let members: Vec<Member> = (0..self.count).map(|it| Member::new(it, folder.path())).collect();
        let mut gateway = Gateway::default();
        if let Some(authority) = &self.authority {
            authority.write(folder.path(), Ipv4Addr::LOCALHOST, Flaw::None);
            let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
            self.options.insert("cert-file".to_owned(), path("certificate.pem"));
            self.options.insert("key-file".to_owned(), path("key.pem"));
            authority.write_client(folder.path(), CLIENT);
            if self.shown == Shown::ByBoth {
                self.options.insert("client-cert-auth".to_owned(), "true".to_owned());
                self.options.insert("trusted-ca-file".to_owned(), path("ca.pem"));
            }
            let file = |name: &str| folder.path().join(name);
            let own = (file("client.pem"), file("client-key.pem"));
            gateway = Gateway::trusting(&file("ca.pem"), (&own.0, &own.1));
        }
        let peers = match self.roads {
            Roads::Direct => None,
            Roads::Proxied => {
                let behind: Vec<SocketAddr> = members.iter().map(|it| it.peer.address()).collect();
                Some(Peers::before(&behind).await)
            }
        };
        let scheme = if self.authority.is_some() { "https" } else { "http" };
        let (options, access) = (self.options, self.access);
        let mut cluster = EtcdCluster {
            members,
            gateway,
            peers,
            scheme,
            options,
            access,
            identity: 0,
            snapshots: 0,
            folder,
        };
        cluster.revive().await;
        cluster.set_access_up().await;
        cluster
    }
}
