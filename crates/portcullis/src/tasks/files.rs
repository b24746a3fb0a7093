//! Looking at the watched files: at once when the system says that something in the folder changed, and every few
//! seconds even if it says nothing (network file systems, missed events).

use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::time::Duration;

use notify::{RecursiveMode, Watcher};
use portcullis_security::Security;
use portcullis_security::files::Reading;
use tokio::sync::watch;

use crate::config::Config;
use crate::error::StartError;
use crate::listeners::tls::Tls;

/// A file that shrank is looked at again after this long.
const SECOND_LOOK: Duration = Duration::from_millis(100);
/// The least time between two polls, whatever is configured.
const SHORTEST_POLL: Duration = Duration::from_millis(100);

/// Starts the thread that looks. It ends soon after `stopping` says so.
///
/// # Errors
/// When the thread cannot be started.
pub(crate) fn start(
    config: &Config,
    security: Security,
    tls: Option<Tls>,
    stopping: watch::Receiver<bool>,
) -> Result<(), StartError> {
    let (wake, woken) = sync_channel(1);
    let poll = Duration::from_millis(config.reload_interval_millis.max(0).unsigned_abs()).max(SHORTEST_POLL);
    let watcher = watcher(config, wake);
    std::thread::Builder::new()
        .name("portcullis-files".to_owned())
        .spawn(move || {
            // The watcher ends with the thread.
            let _watcher = watcher;
            look(&security, tls.as_ref(), &woken, poll, &stopping);
        })
        .map_err(StartError::Thread)?;
    Ok(())
}

/// Events only wake the thread; what changed, it finds out by looking.
fn watcher(config: &Config, wake: SyncSender<()>) -> Option<impl Watcher + use<>> {
    let told = move |_event: notify::Result<notify::Event>| {
        // Full means that a look is due already.
        let _ = wake.try_send(());
    };
    let watched = notify::recommended_watcher(told).and_then(|mut watcher| {
        watcher.watch(&config.path_conf, RecursiveMode::NonRecursive)?;
        Ok(watcher)
    });
    watched.inspect_err(|error| tracing::debug!(%error, "the files are polled only")).ok()
}

fn look(
    security: &Security,
    tls: Option<&Tls>,
    woken: &Receiver<()>,
    poll: Duration,
    stopping: &watch::Receiver<bool>,
) {
    while !*stopping.borrow() {
        match woken.recv_timeout(poll) {
            Ok(()) | Err(RecvTimeoutError::Timeout) => {}
            // Without a watcher nobody sends.
            Err(RecvTimeoutError::Disconnected) => std::thread::sleep(poll),
        }
        take_in(security);
        if let Some(tls) = tls {
            tls.take_in();
        }
    }
}

/// Takes all changes in, waiting out a file that is being written. `false`: a file keeps shrinking.
pub(crate) fn take_in(security: &Security) -> bool {
    /// A file that keeps shrinking is left to the next poll.
    const LOOKS: usize = 5;
    if !security.take_files_in(Reading::First) {
        return true;
    }
    (0..LOOKS).any(|_| {
        std::thread::sleep(SECOND_LOOK);
        !security.take_files_in(Reading::Second)
    })
}
