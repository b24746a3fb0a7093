//! One node as a process of its own: the real executable, with folders of its own, on a port that stays its own. It can
//! be killed, paused, restarted and stopped.
//!
//! Its clocks are the machine's: a test that moves time has a [`crate::node::TestNode`].

mod builder;
mod log;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

pub use builder::Builder;

use crate::client::Client;
use crate::node::Folders;
use crate::port::Port;
use crate::process::{Process, finish};
use crate::secrets::{self, Search};
use crate::server_log::{Stage, follow};
use log::Log;

/// Whatever takes longer hangs.
const PATIENCE: Duration = Duration::from_secs(60);
/// Says where the executable is, if it is not where cargo puts it beside the tests.
const EXECUTABLE: &str = "PORTCULLIS_EXECUTABLE";

/// A node, which may be away. Dropping it kills it and looks for secrets in its log and on disk; where a test fails, the
/// end of the log is shown.
pub struct NodeProcess {
    name: String,
    settings: Vec<(String, String)>,
    environment: Vec<(String, String)>,
    password: String,
    port: Port,
    folders: Folders,
    process: Process,
    log: Arc<watch::Sender<Log>>,
}

impl NodeProcess {
    /// A node of this name to be.
    pub fn builder(name: &str) -> Builder {
        Builder::new(name)
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Where it listens when it runs.
    pub fn address(&self) -> SocketAddr {
        self.port.address()
    }

    /// Its folders.
    pub fn folders(&self) -> &Folders {
        &self.folders
    }

    /// The first password of `elastic`, as it was told.
    pub fn password(&self) -> &str {
        &self.password
    }

    /// `elastic`, with the first password.
    pub fn elastic(&self) -> Client {
        Client::new(self.address()).basic("elastic", &self.password)
    }

    /// Kills it in mid-air.
    pub fn kill(&mut self) {
        self.process = Process::Killed;
    }

    /// From now on the system takes connections for it, and it does nothing.
    pub fn pause(&mut self) {
        self.process.pause();
    }

    /// From now on it goes on where it was.
    pub fn resume(&mut self) {
        self.process.resume();
    }

    /// Asks it to stop, and waits until it has. It answers before that what it was asked.
    ///
    /// # Panics
    /// If it does not run, or does not end well.
    pub async fn stop(&mut self) {
        self.process.terminate();
        self.ends().await;
        let status = self.process.ended().expect("a node that runs");
        self.process = Process::Killed;
        assert!(status.success(), "{} ended with {status}:\n{}", self.name, self.log());
    }

    /// Kills it if it runs, and starts it on the same port with the same data.
    ///
    /// # Panics
    /// If it does not start, with the end of its log.
    pub async fn restart(&mut self) {
        self.kill();
        self.run().await;
    }

    /// Returns when its process has ended.
    ///
    /// # Panics
    /// If that takes too long.
    pub async fn ends(&self) {
        self.told("it ends", |log| log.stage == Stage::Over).await;
    }

    /// Returns when its process has ended, however long that takes.
    pub async fn is_over(&self) {
        self.log.subscribe().wait_for(|log| log.stage == Stage::Over).await.unwrap();
    }

    /// The last lines of its log.
    pub fn log(&self) -> String {
        self.log.borrow().end()
    }

    /// All of its log, every run of it, up to 16 MiB.
    pub fn whole_log(&self) -> Vec<u8> {
        self.log.borrow().whole().to_vec()
    }

    /// Runs the executable with this node's settings and these arguments to its end, while the node is away. What it
    /// said.
    ///
    /// # Panics
    /// If it does not end well.
    pub fn command(&self, arguments: &[&str]) -> String {
        finish(self.told_as_a_node().args(arguments))
    }

    /// As [`NodeProcess::command`], of what is refused. What it said of that.
    ///
    /// # Panics
    /// If it is not.
    pub fn fails(&self, arguments: &[&str]) -> String {
        let output = self.told_as_a_node().args(arguments).stdin(Stdio::null()).output().unwrap();
        assert!(!output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
        String::from_utf8_lossy(&output.stderr).into_owned()
    }

    async fn run(&mut self) {
        // What was killed has said its last word before the new process says its first.
        self.ends().await;
        self.log.send_modify(|log| log.stage = Stage::Starting);
        let mut command = self.told_as_a_node();
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        let child = command.spawn();
        let mut child = child.unwrap_or_else(|error| panic!("{command:?} does not start: {error}"));
        let (log, stream) = (Arc::clone(&self.log), child.stderr.take().unwrap());
        std::thread::spawn(move || follow(&log, stream));
        self.process = Process::of(child);
        self.told("it listens", |log| log.stage != Stage::Starting).await;
        let stage = self.log.borrow().stage;
        assert!(stage == Stage::Runs, "{} does not start:\n{}", self.name, self.log());
    }

    /// The executable, with what this node is told when it starts.
    fn told_as_a_node(&self) -> Command {
        let mut command = Command::new(executable());
        command.env_clear().envs(self.environment.iter().map(|(name, value)| (name, value)));
        command.env("ELASTIC_PASSWORD", &self.password).current_dir(self.folders.root());
        command.arg("--config").arg(self.folders.configuration());
        command.args(
            self.settings.iter().flat_map(|(name, value)| ["-E".to_owned(), format!("{name}={value}")]),
        );
        command
    }

    async fn told(&self, what: &str, holds: impl FnMut(&Log) -> bool) {
        let mut log = self.log.subscribe();
        let told = tokio::time::timeout(PATIENCE, log.wait_for(holds)).await.is_ok();
        assert!(told, "{}: it never came to this: {what}:\n{}", self.name, self.log());
    }
}

impl Drop for NodeProcess {
    fn drop(&mut self) {
        self.kill();
        if std::thread::panicking() {
            eprintln!("the log of {}:\n{}", self.name, self.log());
            return;
        }
        secrets::told("the log of a node", self.log.borrow().whole());
        let search = Search::new();
        if let Some(found) = search.find(self.log.borrow().whole()) {
            panic!("a secret is in the log of {}: {found}", self.name);
        }
        if let Some(found) = search.find_in_files(self.folders.root()) {
            panic!("a secret is on disk: {found}");
        }
    }
}

/// The executable that cargo built with the tests: it is beside them, or a folder above.
fn executable() -> PathBuf {
    if let Some(path) = std::env::var_os(EXECUTABLE) {
        return path.into();
    }
    let own = std::env::current_exe().unwrap();
    let found = own.ancestors().skip(1).take(2).map(|it| it.join("portcullis")).find(|it| it.is_file());
    found.unwrap_or_else(|| panic!("there is no executable: `cargo build --package portcullis` makes it"))
}

#[cfg(test)]
mod tests;
