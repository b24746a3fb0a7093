//! Backups through the control socket: one at a time, on a thread of its own, so that other orders do not wait for it.

use std::io::{self, BufWriter};
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use portcullis_model::lifetime::Clock;
use portcullis_store::Store;

use super::{Reply, write_line};
use crate::clock::SystemClock;
use crate::export::{self, Exported};

/// A backup that takes longer is broken off: what its snapshot sees cannot be reclaimed on disk meanwhile.
const LONGEST: Duration = Duration::from_secs(600);

/// What the backups of a node have in common.
pub(super) struct Backups {
    store: Arc<dyn Store>,
    ended: Arc<AtomicBool>,
    running: Arc<AtomicBool>,
}

/// Lets the next one start when it is dropped.
struct Turn(Arc<AtomicBool>);

impl Drop for Turn {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Release);
    }
}

impl Backups {
    pub(super) fn of(store: Arc<dyn Store>, ended: Arc<AtomicBool>) -> Self {
        Self { store, ended, running: Arc::default() }
    }

    /// Starts one whose archive goes to `stream`.
    pub(super) fn start(&self, stream: UnixStream) -> Result<(), String> {
        if self.running.swap(true, Ordering::AcqRel) {
            return Err("another backup is running".to_owned());
        }
        let turn = Turn(Arc::clone(&self.running));
        let (store, ended) = (Arc::clone(&self.store), Arc::clone(&self.ended));
        let run = move || {
            let _turn = turn;
            match send(&*store, &ended, &stream) {
                Ok(Exported { documents, epoch, revision }) => {
                    tracing::info!({ documents, "store.epoch" = epoch, "store.revision" = revision }, "a backup was made");
                }
                Err(error) => tracing::warn!(error, "a backup was not finished"),
            }
        };
        let started = thread::Builder::new().name("portcullis-backup".to_owned()).spawn(run);
        started.map(drop).map_err(|error| format!("cannot start a thread: {error}"))
    }
}

fn send(store: &dyn Store, ended: &AtomicBool, stream: &UnixStream) -> Result<Exported, String> {
    let begun = Instant::now();
    write_line(stream, &Reply::Done).map_err(|error| error.to_string())?;
    let seen = |_| {
        if ended.load(Ordering::Acquire) {
            return Err(io::Error::other("the node is stopping"));
        }
        if begun.elapsed() > LONGEST {
            return Err(io::Error::other("it took too long; write it to a file and copy that"));
        }
        Ok(())
    };
    let exported = export::export(store, SystemClock.wall(), BufWriter::new(stream), seen);
    exported.map_err(|error| error.to_string())
}
