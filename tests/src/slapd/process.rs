//! The server's process: its program, its ports, its signals.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use rustix::process::{Pid, Signal, WaitOptions, kill_process, waitpid};
use tokio::net::TcpSocket;
use tokio::sync::watch;

use super::log::{self, Log};

/// Where Debian's package puts the server.
const PROGRAM: &str = "/usr/sbin/slapd";

/// A port that stays ours also while the server is away: a socket is bound to it that never listens, so that the system
/// gives the port to nobody who asks for any, and the server can still take it.
pub(super) struct Port {
    address: SocketAddr,
    _reserved: TcpSocket,
}

impl Port {
    /// A free one.
    pub(super) fn reserve() -> Self {
        let reserved = TcpSocket::new_v4().unwrap();
        reserved.set_reuseaddr(true).unwrap();
        reserved.bind((Ipv4Addr::LOCALHOST, 0).into()).unwrap();
        Self { address: reserved.local_addr().unwrap(), _reserved: reserved }
    }

    /// Where the server listens.
    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }
}

/// A process that runs. Dropping it kills it.
pub(super) struct Process(Child);

impl Process {
    /// Starts the server of `folder` and follows its log.
    pub(super) fn start(folder: &Path, urls: &str, log: &Arc<watch::Sender<Log>>) -> Self {
        let mut command = Command::new(folder.join("slapd"));
        // With a level of debugging it stays in the foreground and writes its log to the standard error.
        command.arg("-f").arg(folder.join("slapd.conf")).args(["-h", urls, "-d", "stats"]);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let (log, stream) = (Arc::clone(log), child.stderr.take().unwrap());
        std::thread::spawn(move || log::follow(&log, stream));
        Self(child)
    }

    /// When this returns, none of its threads runs.
    pub(super) fn stop(&self) {
        let pid = Pid::from_child(&self.0);
        kill_process(pid, Signal::STOP).unwrap();
        let (_, status) = waitpid(Some(pid), WaitOptions::UNTRACED).unwrap().unwrap();
        assert!(status.stopped(), "slapd ended: {status:?}");
    }

    /// Lets its threads run again.
    pub(super) fn go_on(&self) {
        kill_process(Pid::from_child(&self.0), Signal::CONT).unwrap();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // An error says that it has ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Puts the server's program into `folder` and fills the folder of its data.
///
/// The program is a copy: where AppArmor confines the one of the system it could not read this folder. Another process
/// makes the copy: while we had it open for writing, a process that another thread starts would hold it open too, and an
/// open program cannot be run.
pub(super) fn prepare(folder: &Path, ldif: &str) {
    finish(Command::new("cp").arg(PROGRAM).arg(folder.join("slapd")));
    let path = folder.join("content.ldif");
    std::fs::write(&path, ldif).unwrap();
    let mut load = Command::new(folder.join("slapd"));
    finish(load.args(["-T", "add", "-q", "-f"]).arg(folder.join("slapd.conf")).arg("-l").arg(path));
}

fn finish(command: &mut Command) {
    let output = command.stdin(Stdio::null()).output();
    let output = output.unwrap_or_else(|error| panic!("{command:?} does not start: {error}"));
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
}
