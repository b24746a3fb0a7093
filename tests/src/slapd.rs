//! A real LDAP directory in the hands of a test: a `slapd` of its own with data of its own, on free ports of this
//! machine. It can be killed, paused, restarted and changed, and it counts what it was asked.

mod changes;
pub mod content;
pub mod gate;
mod log;
mod process;
mod settings;

use std::net::Ipv4Addr;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use ldap3::Scope;
use tempfile::TempDir;
use tokio::net::UnixStream;
use tokio::sync::watch;

pub use crate::authority::Flaw;

use crate::authority::Authority;
use crate::port::Port;
use crate::process::Process;
use crate::secrets;
use crate::server_log::Stage;
use log::Log;

/// A directory to be.
#[derive(Default)]
pub struct Builder {
    ldif: String,
    schemas: Vec<String>,
}

impl Builder {
    /// Entries after the standard ones.
    #[must_use]
    pub fn ldif(mut self, text: &str) -> Self {
        self.ldif.push_str(text);
        self
    }

    /// Attributes and classes after the standard ones, as `slapd.conf` has them.
    #[must_use]
    pub fn schema(mut self, text: &str) -> Self {
        self.schemas.push(text.to_owned());
        self
    }

    /// Starts it.
    ///
    /// # Panics
    /// If it does not start, with its log.
    pub async fn start(self) -> Slapd {
        let folder = TempDir::with_prefix("slapd-").unwrap();
        let authority = Authority::new("The tests' authority");
        authority.write(folder.path(), Ipv4Addr::LOCALHOST, Flaw::None);
        let harness_password = "the harness and nobody else".to_owned();
        settings::write(folder.path(), &harness_password, &self.schemas);
        std::fs::write(folder.path().join("bind_password"), password("reader")).unwrap();
        process::prepare(folder.path(), &format!("{}{}", content::ldif(password), self.ldif));
        let mut slapd = Slapd {
            process: Process::Killed,
            log: Arc::new(watch::Sender::new(Log::new())),
            markers: AtomicU64::new(0),
            plain: Port::reserve(),
            tls: Port::reserve(),
            authority,
            harness_password,
            folder,
        };
        slapd.run().await;
        slapd
    }
}

/// The directory. Dropping it kills it.
pub struct Slapd {
    process: Process,
    log: Arc<watch::Sender<Log>>,
    markers: AtomicU64,
    plain: Port,
    tls: Port,
    authority: Authority,
    harness_password: String,
    folder: TempDir,
}

/// The password that a user of the standard content has at the start.
pub fn password(uid: &str) -> String {
    let password = format!("{uid}'s own/+ s3cret=");
    secrets::remember(&password);
    password
}

impl Slapd {
    /// A directory to be.
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// A directory with the standard content.
    pub async fn start() -> Self {
        Self::builder().start().await
    }

    /// Where it listens without TLS, and with StartTLS.
    pub fn url(&self) -> String {
        format!("ldap://{}", self.plain.address())
    }

    /// Where it listens with TLS.
    pub fn ldaps_url(&self) -> String {
        format!("ldaps://{}", self.tls.address())
    }

    /// The certificate of the authority that clients trust, PEM.
    pub fn ca_path(&self) -> PathBuf {
        self.folder.path().join("ca.pem")
    }

    /// A file with the password of [`content::SERVICE_ACCOUNT`], which it keeps. It is here and not in a folder of a
    /// node, where no secret may be.
    pub fn bind_password_path(&self) -> PathBuf {
        self.folder.path().join("bind_password")
    }

    /// The root of everything.
    pub fn base_dn(&self) -> &'static str {
        content::BASE
    }

    /// Kills it: its connections are reset, and new ones refused.
    pub fn kill(&mut self) {
        self.process = Process::Killed;
    }

    /// From now on the system takes connections for it, and it says nothing.
    pub fn pause(&mut self) {
        self.process.pause();
    }

    /// From now on it answers, what was asked in the meantime included.
    pub fn resume(&mut self) {
        self.process.resume();
    }

    /// Kills it if it runs, and starts it on the same ports with the same data. The counters go on.
    pub async fn restart(&mut self) {
        self.kill();
        self.run().await;
    }

    /// Restarts it with another certificate, which has this flaw. [`Slapd::ca_path`] stays as it is.
    pub async fn replace_certificate(&mut self, flaw: Flaw) {
        self.authority.write(self.folder.path(), Ipv4Addr::LOCALHOST, flaw);
        self.restart().await;
    }

    /// How many binds there were. The harness's own do not count, here and below.
    pub async fn binds(&self) -> u64 {
        self.counted(Log::binds).await
    }

    /// How many binds there were as `dn`, successful or not.
    pub async fn binds_of(&self, dn: &str) -> u64 {
        self.counted(|log| log.binds_of(dn)).await
    }

    /// How many searches there were.
    pub async fn searches(&self) -> u64 {
        self.counted(Log::searches).await
    }

    /// How many connections were accepted.
    pub async fn connections(&self) -> u64 {
        self.counted(Log::connections).await
    }

    /// The last lines of its log.
    pub fn log(&self) -> String {
        self.log.borrow().text()
    }

    async fn run(&mut self) {
        // What was killed has said its last word before the new process says its first.
        self.told(|log| log.stage == Stage::Over).await;
        self.log.send_modify(|log| log.stage = Stage::Starting);
        let urls = format!("{} {} {}", self.url(), self.ldaps_url(), self.socket_url());
        self.process = process::start(self.folder.path(), &urls, &self.log);
        self.told(|log| log.stage != Stage::Starting).await;
        // It says that it starts a moment before it listens, on the socket last.
        while UnixStream::connect(self.socket()).await.is_err() {
            assert!(self.log.borrow().stage == Stage::Runs, "slapd does not start:\n{}", self.log());
            tokio::task::yield_now().await;
        }
    }

    /// What the log says when all is in it that was answered before this was called.
    async fn counted<T>(&self, count: impl FnOnce(&Log) -> T) -> T {
        match self.process {
            Process::Runs(_) => self.mark().await,
            Process::Paused(_) => panic!("a paused server cannot be counted: resume it first"),
            Process::Killed => self.told(|log| log.stage == Stage::Over).await,
        }
        count(&self.log.borrow())
    }

    /// Searches for something that nobody else does, and returns when that is in the log.
    async fn mark(&self) {
        let marker = self.markers.fetch_add(1, Ordering::SeqCst) + 1;
        let mut ldap = self.uncounted().await;
        ldap.search("", Scope::Base, &format!("(cn=marker-{marker})"), ["1.1"]).await.unwrap();
        ldap.unbind().await.unwrap();
        self.told(|log| log.has_marker(marker)).await;
    }

    async fn told(&self, what: impl FnMut(&Log) -> bool) {
        self.log.subscribe().wait_for(what).await.unwrap();
    }

    fn socket_url(&self) -> String {
        format!("ldapi://{}", secrets::percent_encoded(self.socket().to_str().unwrap()))
    }

    fn socket(&self) -> PathBuf {
        self.folder.path().join("socket")
    }
}

#[cfg(test)]
mod tests;
