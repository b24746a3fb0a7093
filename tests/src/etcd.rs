//! A real etcd cluster in the hands of a test: members of its own with data of its own, on free ports of this machine.
//! They can be killed, paused, restarted, parted from each other, emptied and brought back from a snapshot.
//!
//! Never here: what Portcullis keeps in it.

mod builder;
mod content;
mod faults;
mod gateway;
mod leader;
mod log;
mod member;
mod peers;
mod snapshot;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;

pub use builder::Builder;
pub use gateway::Refusal;
pub use snapshot::{Identity, Snapshot};

use crate::process::Process;
use crate::proxy::Proxy;
use gateway::{Access, Gateway};
use member::Member;
use peers::Peers;

/// Whatever takes longer hangs.
const PATIENCE: Duration = Duration::from_secs(60);
/// How long one member may take for an answer while another could be asked: longer than an election.
const ONE_MEMBER: Duration = Duration::from_secs(5);
/// What a client says who opens a watch: the method's path as HTTP/2 packs it (RFC 7541, appendix B).
const WATCHES: &[u8] = &[
    0x60, 0xa9, 0x24, 0x88, 0x2d, 0x9d, 0xcb, 0x65, 0x71, 0xaf, 0xc8, 0x69, 0x24, 0xec, 0x72, 0x1a, 0x49,
    0x3f,
];
/// How long passes between two looks at something that no event tells of.
const PAUSE: Duration = Duration::from_millis(20);

/// The cluster. Its members are numbered from 0. Dropping it kills them and removes their data.
pub struct EtcdCluster {
    members: Vec<Member>,
    gateway: Gateway,
    peers: Option<Peers>,
    scheme: &'static str,
    options: BTreeMap<String, String>,
    access: Option<Access>,
    /// How often it became another cluster.
    identity: u64,
    snapshots: u64,
    folder: TempDir,
}

impl EtcdCluster {
    /// A cluster of so many members to be.
    pub fn builder(count: usize) -> Builder {
        Builder::new(count)
    }

    /// A cluster of so many members, without TLS and without users.
    pub async fn start(count: usize) -> Self {
        Self::builder(count).start().await
    }

    /// How many members it has, those that are away included.
    pub fn size(&self) -> usize {
        self.members.len()
    }

    /// Where clients find a member.
    pub fn endpoint(&self, member: usize) -> String {
        self.url(self.members[member].client.address())
    }

    /// Where clients find the members.
    pub fn endpoints(&self) -> Vec<String> {
        (0..self.size()).map(|it| self.endpoint(it)).collect()
    }

    /// New proxies between clients and members, one before each, in the order of the members. Whoever calls this gets
    /// proxies that are nobody else's. A proxy that is muted holds what is said to watches, and nothing else.
    pub async fn through_proxies(&self) -> Vec<Proxy> {
        let mut proxies = Vec::new();
        for member in &self.members {
            proxies.push(Proxy::knowing(member.client.address(), WATCHES).await);
        }
        proxies
    }

    /// An address of a member, or of a proxy before one, as clients name it.
    pub fn url(&self, address: SocketAddr) -> String {
        format!("{}://{address}", self.scheme)
    }

    /// The certificate of the authority that clients trust, PEM. It is there if the cluster has TLS.
    pub fn ca_path(&self) -> PathBuf {
        self.folder.path().join("ca.pem")
    }

    /// A certificate that clients may show, and its key, PEM. They are there if the cluster has TLS.
    pub fn client_path(&self) -> (PathBuf, PathBuf) {
        (self.folder.path().join("client.pem"), self.folder.path().join("client-key.pem"))
    }

    /// The last lines of a member's log.
    pub fn log(&self, member: usize) -> String {
        self.members[member].log()
    }

    /// Returns when a member's process has ended.
    pub async fn ends(&self, member: usize) {
        self.members[member].ends().await;
    }

    /// What one member answers within `patience` to `body` at `path`, as etcd's JSON gateway has them.
    ///
    /// # Errors
    /// If it does not answer, or with an error.
    pub async fn ask_member(
        &self,
        member: usize,
        path: &str,
        body: &Value,
        patience: Duration,
    ) -> Result<Value, Refusal> {
        self.gateway.ask(self.members[member].client.address(), path, body, patience).await
    }

    /// As [`EtcdCluster::ask_member`] of any member that runs, again and again while it may have been an accident: it
    /// may be done more than once.
    ///
    /// # Panics
    /// If it is refused, or nobody answers.
    pub async fn ask(&self, path: &str, body: &Value) -> Value {
        self.eventually(path, async || {
            for member in self.running() {
                match self.ask_member(member, path, body, ONE_MEMBER).await {
                    Ok(answer) => return Some(answer),
                    Err(refusal) => assert!(refusal.may_pass(), "{path}: {refusal}"),
                }
            }
            None
        })
        .await
    }

    /// The members that are neither killed nor paused.
    fn running(&self) -> Vec<usize> {
        let runs = |it: &usize| matches!(self.members[*it].process, Process::Runs(_));
        (0..self.size()).filter(runs).collect()
    }

    fn majority(&self) -> usize {
        self.size() / 2 + 1
    }

    /// Looks until there is something.
    async fn eventually<T>(&self, what: &str, look: impl AsyncFn() -> Option<T>) -> T {
        let looked = async {
            let mut looks = tokio::time::interval(PAUSE);
            loop {
                looks.tick().await;
                if let Some(found) = look().await {
                    return found;
                }
            }
        };
        let found = tokio::time::timeout(PATIENCE, looked).await;
        found.unwrap_or_else(|_| panic!("it never came to this: {what}\n{}", self.logs()))
    }

    fn logs(&self) -> String {
        let logs = self.members.iter().map(|it| format!("{}:\n{}\n", it.name, it.log()));
        logs.collect()
    }
}

#[cfg(test)]
mod tests;
