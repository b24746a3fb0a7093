//! The one place where the log, the caches and the protocol meet. A thread of its own takes each change in the
//! order of the log: the replica has it already, so the caches are cleared, then the revision is published.

use std::sync::{Arc, Weak};
use std::time::Duration;

use portcullis_cache::Why;
use portcullis_store::{DocumentKey, Feed, FeedEvent};

use crate::core::Core;
use crate::documents;
use crate::error::Failure;

/// How long the thread sleeps in the feed before it looks whether the node still lives.
const PATIENCE: Duration = Duration::from_millis(500);

/// Starts the thread. It ends when the store closes or the last [`Core`] is gone.
///
/// # Errors
/// When the feed cannot be opened or the thread cannot be started.
pub(crate) fn start(core: &Arc<Core>) -> Result<(), Failure> {
    let feed = core
        .store()
        .subscribe(core.applied().revision())
        .map_err(|error| Failure::internal(format!("cannot follow the store: {error}")))?;
    let follower = Follower(Arc::downgrade(core));
    std::thread::Builder::new()
        .name("portcullis-feed".to_owned())
        .spawn(move || follower.follow(feed))
        .map_err(|error| Failure::internal(format!("cannot start the feed thread: {error}")))?;
    Ok(())
}

/// Whoever follows the feed. When it is gone, for whatever reason, the node is told.
struct Follower(Weak<Core>);

impl Drop for Follower {
    fn drop(&mut self) {
        if std::thread::panicking() {
            tracing::error!(
                "the thread that follows the store has panicked; the node answers nothing until a restart"
            );
        }
        if let Some(core) = self.0.upgrade() {
            core.applied().end();
        }
    }
}

impl Follower {
    fn follow(self, mut feed: Feed) {
        loop {
            let event = feed.next(PATIENCE);
            let Some(core) = self.0.upgrade() else { return };
            match event {
                Ok(Some(FeedEvent::Change(change))) => {
                    for (key, _) in &change.keys {
                        changed(&core, key);
                    }
                    core.applied().publish(change.revision);
                }
                Ok(Some(FeedEvent::Reset { revision })) => {
                    tracing::warn!(
                        revision = revision.0,
                        "the feed was reset; caches filled from the store are cleared"
                    );
                    core.caches().store_replaced();
                    core.applied().publish(revision);
                }
                Ok(Some(FeedEvent::Severed { .. }) | None) => {}
                Err(error) => {
                    tracing::debug!(%error, "the feed has ended");
                    return;
                }
            }
        }
    }
}

fn changed(core: &Core, key: &DocumentKey) {
    if let Some((source, name)) = documents::source_of(key) {
        core.caches().changed(source, name, Why::Feed);
    }
}

#[cfg(test)]
mod tests;
