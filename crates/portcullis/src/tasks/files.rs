//! Looking at the watched files: at once when the system says that something in the folder changed, and every few
//! seconds even if it says nothing (network file systems, missed events).

use std::path::Path;
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::time::Duration;

use notify::event::{AccessKind, AccessMode};
use notify::{EventKind, RecommendedWatcher, RecursiveMode, Watcher};
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
/// The least time between two looks, however much happens in the folder.
const BREATH: Duration = Duration::from_millis(20);

/// Starts the thread that looks. It ends soon after `stopping` says so, or whoever would say so is gone.
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
    let watcher = watcher(&config.path_conf, move || {
        // Full means that a look is due already.
        let _ = wake.try_send(());
    });
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
fn watcher(folder: &Path, mut wake: impl FnMut() + Send + 'static) -> Option<RecommendedWatcher> {
    let told = move |event: notify::Result<notify::Event>| {
        // An error is a reason to look: something was missed.
        if event.is_ok_and(|event| is_of_reading(event.kind)) {
            return;
        }
        wake();
    };
    let watched = notify::recommended_watcher(told).and_then(|mut watcher| {
        watcher.watch(folder, RecursiveMode::NonRecursive)?;
        Ok(watcher)
    });
    watched.inspect_err(|error| tracing::debug!(%error, "the files are polled only")).ok()
}

/// Whether an event tells of no change. Looking at a file makes such events, and each would wake the next look.
fn is_of_reading(kind: EventKind) -> bool {
    match kind {
        EventKind::Access(AccessKind::Close(AccessMode::Write)) => false,
        EventKind::Access(_) => true,
        EventKind::Any
        | EventKind::Create(_)
        | EventKind::Modify(_)
        | EventKind::Remove(_)
        | EventKind::Other => false,
    }
}

fn look(
    security: &Security,
    tls: Option<&Tls>,
    woken: &Receiver<()>,
    poll: Duration,
    stopping: &watch::Receiver<bool>,
) {
    while !*stopping.borrow() && stopping.has_changed().is_ok() {
        match woken.recv_timeout(poll) {
            Ok(()) | Err(RecvTimeoutError::Timeout) => {}
            // Without a watcher nobody sends.
            Err(RecvTimeoutError::Disconnected) => std::thread::sleep(poll),
        }
        take_in(security);
        if let Some(tls) = tls {
            tls.take_in();
        }
        std::thread::sleep(BREATH);
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

#[cfg(test)]
mod tests;
