//! The server's program.

use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;

use tokio::sync::watch;

use super::log::Log;
use crate::process::{Process, finish};
use crate::server_log::follow;

/// Where Debian's package puts the server.
const PROGRAM: &str = "/usr/sbin/slapd";

/// Starts the server of `folder` and follows its log.
pub(super) fn start(folder: &Path, urls: &str, log: &Arc<watch::Sender<Log>>) -> Process {
    let mut command = Command::new(folder.join("slapd"));
    // With a level of debugging it stays in the foreground and writes its log to the standard error.
    command.arg("-f").arg(folder.join("slapd.conf")).args(["-h", urls, "-d", "stats"]);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let (log, stream) = (Arc::clone(log), child.stderr.take().unwrap());
    std::thread::spawn(move || follow(&log, stream));
    Process::of(child)
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
