//! One member: its program, its ports, its data.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;

use tokio::sync::watch;

use super::log::Log;
use crate::port::Port;
use crate::process::Process;
use crate::server_log::{Stage, follow};

/// Where Debian's package puts the server.
const PROGRAM: &str = "/usr/bin/etcd";

/// One member, which may be away.
pub(super) struct Member {
    pub(super) name: String,
    pub(super) client: Port,
    pub(super) peer: Port,
    pub(super) data: PathBuf,
    pub(super) process: Process,
    log: Arc<watch::Sender<Log>>,
}

impl Member {
    /// A member that was never started, with its data below `folder`.
    pub(super) fn new(number: usize, folder: &Path) -> Self {
        let name = format!("etcd-{number}");
        Self {
            data: folder.join(&name),
            name,
            client: Port::reserve(),
            peer: Port::reserve(),
            process: Process::Killed,
            log: Arc::new(watch::Sender::new(Log::new())),
        }
    }

    /// Starts it. It serves later, see [`Member::serves`].
    pub(super) async fn run(&mut self, arguments: &[String]) {
        // What was killed has said its last word before the new process says its first.
        self.told(Stage::is_over).await;
        self.log.send_modify(|log| log.stage = Stage::Starting);
        let mut command = Command::new(PROGRAM);
        command.arg("--name").arg(&self.name).arg("--data-dir").arg(&self.data).args(arguments);
        command.env_clear().stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        let child = command.spawn();
        let mut child = child.unwrap_or_else(|error| panic!("{PROGRAM} does not start: {error}"));
        let (log, stream) = (Arc::clone(&self.log), child.stderr.take().unwrap());
        std::thread::spawn(move || follow(&log, stream));
        self.process = Process::of(child);
    }

    /// Returns when it answers clients, which it does when it has found a majority.
    ///
    /// # Panics
    /// If it ends before that, with its log.
    pub(super) async fn serves(&self) {
        self.told(|stage| stage != Stage::Starting).await;
        assert!(self.log.borrow().stage == Stage::Runs, "{} does not start:\n{}", self.name, self.log());
    }

    /// Returns when its process has ended.
    pub(super) async fn ends(&self) {
        self.told(Stage::is_over).await;
    }

    /// The last lines of its log.
    pub(super) fn log(&self) -> String {
        self.log.borrow().text()
    }

    async fn told(&self, mut what: impl FnMut(Stage) -> bool) {
        self.log.subscribe().wait_for(|log| what(log.stage)).await.unwrap();
    }
}
