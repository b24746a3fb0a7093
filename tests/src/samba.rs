//! A real domain of Active Directory in the hands of a test: Debian's Samba is its domain controller, on an address of
//! this machine that is its own. It can be killed, paused, restarted and changed, and it counts binds.
//!
//! Its ports cannot be chosen and are below 1024, and making a domain gives files to other owners: this needs root.

mod address;
mod changes;
pub mod content;
mod domain;
mod log;
mod process;
mod settings;

use std::net::Ipv4Addr;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use ldap3::{Ldap, LdapConnAsync};
use tempfile::TempDir;
use tokio::sync::watch;

pub use crate::authority::Flaw;

use crate::authority::Authority;
use crate::process::{Process, finish};
use crate::secrets;
use crate::server_log::Stage;
use address::{GLOBAL_CATALOG_PORT, LDAPS_PORT, PORT};
use log::Log;

/// A domain to be.
#[derive(Default)]
pub struct Builder {
    options: String,
}

impl Builder {
    /// A line of `smb.conf`.
    #[must_use]
    pub fn option(mut self, line: &str) -> Self {
        self.options.push_str(line);
        self.options.push('\n');
        self
    }

    /// Starts it.
    ///
    /// # Panics
    /// If it does not start, with its log; if this is not root.
    pub async fn start(self) -> Samba {
        Samba::of(domain::made().await, &self.options).await
    }
}

/// The domain controller. Dropping it kills it.
pub struct Samba {
    process: Process,
    log: Arc<watch::Sender<Log>>,
    markers: AtomicU64,
    address: Ipv4Addr,
    authority: Authority,
    folder: TempDir,
}

/// The password that an account of the standard content has at the start.
pub fn password(account: &str) -> String {
    let password = format!("{account}'s 0wn/+ s3cret=");
    secrets::remember(&password);
    password
}

impl Samba {
    /// A domain to be.
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// A domain with the standard content.
    pub async fn start() -> Self {
        Self::builder().start().await
    }

    /// The domain controller of a domain whose files are copied from `files`.
    async fn of(files: &Path, options: &str) -> Self {
        let folder = TempDir::with_prefix("samba-").unwrap();
        finish(Command::new("cp").args(["-a", "--sparse=always"]).arg(files.join(".")).arg(folder.path()));
        let (address, authority) = (address::free(), Authority::new("The tests' authority"));
        authority.write(folder.path(), address, Flaw::None);
        settings::write(folder.path(), address, options);
        std::fs::write(folder.path().join("bind_password"), password(content::READER)).unwrap();
        let log = Arc::new(watch::Sender::new(Log::new()));
        let (process, markers) = (Process::Killed, AtomicU64::new(0));
        let mut samba = Self { process, log, markers, address, authority, folder };
        samba.run().await;
        samba
    }

    /// Where it listens without TLS, and with StartTLS.
    pub fn url(&self) -> String {
        format!("ldap://{}:{PORT}", self.address)
    }

    /// Where it listens with TLS.
    pub fn ldaps_url(&self) -> String {
        format!("ldaps://{}:{LDAPS_PORT}", self.address)
    }

    /// Where it listens with TLS for questions about all domains of the forest.
    pub fn global_catalog_url(&self) -> String {
        format!("ldaps://{}:{GLOBAL_CATALOG_PORT}", self.address)
    }

    /// The certificate of the authority that clients trust, PEM.
    pub fn ca_path(&self) -> PathBuf {
        self.folder.path().join("ca.pem")
    }

    /// A file with the password of [`content::READER`], as an operator has it.
    pub fn bind_password_path(&self) -> PathBuf {
        self.folder.path().join("bind_password")
    }

    /// The domain's DNS name.
    pub fn domain(&self) -> &'static str {
        content::DOMAIN
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

    /// Kills it if it runs, and starts it on the same address with the same data. The counters go on.
    pub async fn restart(&mut self) {
        self.kill();
        self.run().await;
    }

    /// Restarts it with another certificate, which has this flaw. [`Samba::ca_path`] stays as it is.
    pub async fn replace_certificate(&mut self, flaw: Flaw) {
        self.authority.write(self.folder.path(), self.address, flaw);
        self.restart().await;
    }

    /// How many binds there were. The harness's own do not count, here and below.
    pub async fn binds(&self) -> usize {
        self.marked().await;
        self.log.borrow().binds()
    }

    /// How many binds there were with `name`, successful or not.
    pub async fn binds_of(&self, name: &str) -> usize {
        self.marked().await;
        self.log.borrow().binds_of(name)
    }

    /// The last lines of its log.
    pub fn log(&self) -> String {
        self.log.borrow().text()
    }

    async fn run(&mut self) {
        // What was killed has said its last word before the new process says its first.
        self.told(|log| log.stage == Stage::Over).await;
        self.log.send_modify(|log| log.stage = Stage::Starting);
        self.process = process::start(self.folder.path(), &self.log);
        self.told(|log| log.stage != Stage::Starting).await;
        // It says that it starts a moment before it listens, on the sockets of the file system last.
        while UnixStream::connect(self.socket()).is_err() {
            assert!(self.log.borrow().stage == Stage::Runs, "samba does not start:\n{}", self.log());
            tokio::task::yield_now().await;
        }
    }

    /// Returns when all is in the log that was answered before this was called.
    async fn marked(&self) {
        match self.process {
            Process::Runs(_) => {}
            Process::Paused(_) => panic!("a paused server cannot be counted: resume it first"),
            Process::Killed => return self.told(|log| log.stage == Stage::Over).await,
        }
        let marker = self.markers.fetch_add(1, Ordering::SeqCst) + 1;
        let mut ldap = self.uncounted().await;
        // There is nobody of this name. What matters is that the log has it.
        ldap.simple_bind(&log::marker(marker), "none").await.unwrap();
        self.told(|log| log.has_marker(marker)).await;
    }

    async fn told(&self, what: impl FnMut(&Log) -> bool) {
        self.log.subscribe().wait_for(what).await.unwrap();
    }

    /// A connection over the socket in the folder, so that it is not counted.
    async fn uncounted(&self) -> Ldap {
        let socket = secrets::percent_encoded(self.socket().to_str().unwrap());
        let (connection, ldap) = LdapConnAsync::new(&format!("ldapi://{socket}")).await.unwrap();
        tokio::spawn(connection.drive());
        ldap
    }

    fn socket(&self) -> PathBuf {
        self.folder.path().join("private").join("ldapi")
    }
}

#[cfg(test)]
mod tests;
