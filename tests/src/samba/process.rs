//! The domain controller's program.

use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;

use tokio::sync::watch;

use super::log::Log;
use super::settings;
use crate::process::Process;
use crate::server_log::follow;

/// Starts the server of `folder` and follows its log.
pub(super) fn start(folder: &Path, log: &Arc<watch::Sender<Log>>) -> Process {
    let mut command = Command::new("samba");
    // Interactive: it stays one process in the foreground, and ends when its input does, so also when we are killed.
    command.args(["--interactive", "--model=single", "--debug-stdout", "--configfile"]);
    command.arg(folder.join(settings::FILE));
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::inherit());
    let mut child = command.spawn().unwrap_or_else(|error| panic!("samba does not start: {error}"));
    let (log, stream) = (Arc::clone(log), child.stdout.take().unwrap());
    std::thread::spawn(move || follow(&log, stream));
    Process::of(child)
}
