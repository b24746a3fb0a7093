//! The control socket: how subcommands on the same machine talk to the running node. A Unix socket in the data
//! folder with mode 0600, so whoever may use it may read the store anyway. One line of JSON each way.

mod backups;
mod tee;

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::os::fd::AsRawFd;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use portcullis_secrets::Secret;
use portcullis_security::Security;
use portcullis_store::Store;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::tasks;
use backups::Backups;
pub(crate) use tee::Tee;

/// The socket's name in the data folder.
const NAME: &str = "control.sock";
/// A longer line is no request of ours.
const MAX_LINE_BYTES: u64 = 64 * 1024;
/// Longer paths do not fit into a socket's address, in bytes (macOS has 104, Linux 108).
const LONGEST_PATH: usize = 104;
/// Neither side waits longer than this for a line.
const PATIENCE: Duration = Duration::from_secs(30);

/// What a subcommand asks of the node.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Order {
    /// Take the watched files in; the answer comes when this one is in force.
    TakeFileIn {
        /// The file's name in the configuration folder.
        file: String,
    },
    /// Set the password of a reserved or native user.
    SetPassword {
        /// The user.
        username: String,
        /// The new password.
        password: String,
    },
    /// Write all documents of one revision: an archive follows the reply, up to the end of the connection.
    Backup,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Reply {
    Done,
    Failed(String),
}

/// The node's end before anybody answers: orders wait.
pub(crate) struct Orders {
    listener: UnixListener,
    control: Control,
}

/// The node's end. Dropping it ends the thread that answers and removes the socket.
pub(crate) struct Control {
    path_data: PathBuf,
    ended: Arc<AtomicBool>,
}

impl Orders {
    /// Makes the socket. One that a dead node left is replaced; a live one cannot be there, since the store is locked.
    pub(crate) fn bind(path_data: &Path) -> io::Result<Self> {
        let path = path_data.join(NAME);
        match std::fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let listener = at_socket(path_data, |path| UnixListener::bind(path))?;
        let control = Control { path_data: path_data.to_owned(), ended: Arc::default() };
        // The folder is 0700, so nobody could come between the two calls.
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600))?;
        Ok(Self { listener, control })
    }

    /// Starts the thread that answers.
    pub(crate) fn answer(self, security: Security, store: Arc<dyn Store>) -> io::Result<Control> {
        let Self { listener, control } = self;
        let ended = Arc::clone(&control.ended);
        let runtime = tokio::runtime::Handle::current();
        let backups = Backups::of(store, Arc::clone(&control.ended));
        thread::Builder::new().name("portcullis-control".to_owned()).spawn(move || {
            for stream in listener.incoming() {
                if ended.load(Ordering::Acquire) {
                    return;
                }
                let Ok(stream) = stream else { continue };
                if let Err(error) = answer(&stream, &security, &runtime, &backups) {
                    tracing::debug!(%error, "a control connection ended early");
                }
            }
        })?;
        Ok(control)
    }
}

impl Drop for Control {
    fn drop(&mut self) {
        self.ended.store(true, Ordering::Release);
        // A connection wakes the thread. Without one it stays until the process ends; the next start removes the socket.
        let _ = at_socket(&self.path_data, |path| UnixStream::connect(path));
        let _ = std::fs::remove_file(self.path_data.join(NAME));
    }
}

fn answer(
    stream: &UnixStream,
    security: &Security,
    runtime: &tokio::runtime::Handle,
    backups: &Backups,
) -> io::Result<()> {
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let line = read_line(&mut BufReader::new(stream))?;
    let reply = match serde_json::from_slice(&line) {
        Ok(Order::Backup) => match backups.start(stream.try_clone()?) {
            Ok(()) => return Ok(()),
            Err(reason) => Reply::Failed(reason),
        },
        Ok(order) => carry_out(order, security, runtime),
        Err(_) => {
            Reply::Failed("the order is not understood; are node and command of one version?".to_owned())
        }
    };
    write_line(stream, &reply)
}

fn carry_out(order: Order, security: &Security, runtime: &tokio::runtime::Handle) -> Reply {
    match order {
        Order::TakeFileIn { file } => {
            if !tasks::files::take_in(security) {
                let reason = "a file keeps changing; it will be taken in once it stands still";
                return Reply::Failed(reason.to_owned());
            }
            let states = security.files().states();
            let error = states.into_iter().find(|(name, _)| *name == file).and_then(|(_, state)| state.error);
            error.map_or(Reply::Done, |error| Reply::Failed(format!("[{file}] is not in force: {error}")))
        }
        Order::Backup => Reply::Failed("a backup has a connection of its own".to_owned()),
        Order::SetPassword { username, password } => {
            let outcome = runtime.block_on(security.set_password(&username, Secret::from_string(password)));
            outcome.map_or_else(|failure| Reply::Failed(failure.to_string()), |()| Reply::Done)
        }
    }
}

/// Asks the node that runs on `path_data`. `None`: none runs there.
///
/// # Errors
/// When it does not answer, or says why it did not do it.
pub(crate) fn ask(path_data: &Path, order: &Order) -> Result<Option<()>, String> {
    Ok(stream(path_data, order)?.map(drop))
}

/// As [`ask`], and what follows the reply.
///
/// # Errors
/// As [`ask`].
pub(crate) fn stream(path_data: &Path, order: &Order) -> Result<Option<BufReader<UnixStream>>, String> {
    let path = path_data.join(NAME);
    let stream = match at_socket(path_data, |path| UnixStream::connect(path)) {
        Ok(stream) => stream,
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused) => {
            return Ok(None);
        }
        Err(error) => return Err(format!("cannot reach the running node at {}: {error}", path.display())),
    };
    let (reply, rest) =
        exchange(stream, order).map_err(|error| format!("the running node did not answer: {error}"))?;
    match reply {
        Reply::Done => Ok(Some(rest)),
        Reply::Failed(reason) => Err(reason),
    }
}

/// Calls `open` with a path of the socket that is short enough: systems take about a hundred bytes, and data folders lie
/// deeper than that. On Linux a folder that is open has a short path.
fn at_socket<T>(path_data: &Path, open: impl FnOnce(&Path) -> io::Result<T>) -> io::Result<T> {
    let path = path_data.join(NAME);
    if path.as_os_str().len() < LONGEST_PATH || !cfg!(target_os = "linux") {
        return open(&path);
    }
    let folder = File::open(path_data)?;
    open(&Path::new("/proc/self/fd").join(folder.as_raw_fd().to_string()).join(NAME))
}

fn exchange(stream: UnixStream, order: &Order) -> io::Result<(Reply, BufReader<UnixStream>)> {
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    write_line(&stream, order)?;
    let mut rest = BufReader::new(stream);
    let line = read_line(&mut rest)?;
    Ok((serde_json::from_slice(&line)?, rest))
}

fn read_line(from: &mut impl BufRead) -> io::Result<Zeroizing<Vec<u8>>> {
    let mut line = Zeroizing::new(Vec::new());
    from.take(MAX_LINE_BYTES).read_until(b'\n', &mut line)?;
    Ok(line)
}

fn write_line(mut stream: &UnixStream, value: &impl Serialize) -> io::Result<()> {
    let mut line = Zeroizing::new(serde_json::to_vec(value)?);
    line.push(b'\n');
    stream.write_all(&line)
}
