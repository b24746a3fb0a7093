//! The one place where the log, the caches and the protocol meet. A thread of its own takes each change in the
//! order of the log: the replica has it already, so the caches are cleared and orders carried out, then the revision is
//! published, then the node's trust may be extended, then whoever waits is told.

use std::sync::{Arc, Weak};
use std::time::Duration;

use portcullis_cache::Why;
use portcullis_cluster::Reason;
use portcullis_store::{Change, DocumentKey, Feed, FeedEvent, Revision};

use crate::clearing;
use crate::cluster::told;
use crate::core::Core;
use crate::documents;
use crate::error::Failure;
use crate::order::Order;
use crate::restoring;

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
    if restoring::is_under_way(core.store()) {
        // A node that stopped in the middle of one: the log tells when it is over.
        restoring::look(core);
    }
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
            // It must not go on to look alive: nobody waits for a confirmation then that never comes.
            match core.cluster() {
                Some(cluster) if std::thread::panicking() => cluster.lost(&core, Reason::Unappliable),
                Some(_) => core.fence().distrust(),
                None => {}
            }
        }
    }
}

impl Follower {
    fn follow(self, mut feed: Feed) {
        loop {
            let event = feed.next(PATIENCE);
            let Some(core) = self.0.upgrade() else { return };
            match event {
                Ok(Some(FeedEvent::Change(change))) => take_in(&core, &change),
                Ok(Some(FeedEvent::Reset { revision })) => begin_anew(&core, revision),
                Ok(Some(FeedEvent::Severed { reason })) => sever(&core, &reason),
                Ok(None) => {}
                Err(error) => {
                    tracing::debug!(%error, "the feed has ended");
                    return;
                }
            }
        }
    }
}

/// Takes one change in. The order of these steps is I-3.
fn take_in(core: &Core, change: &Change) {
    #[cfg(test)]
    assert!(
        core.cluster().is_none_or(|it| !it.broken.load(std::sync::atomic::Ordering::Acquire)),
        "broken by a test"
    );
    for (key, _) in &change.keys {
        changed(core, key);
    }
    if change.keys.iter().any(|(key, _)| *key == restoring::marker()) {
        restoring::look(core);
    }
    for order in &change.orders {
        obey(core, change.revision, Order::decode(order));
    }
    core.applied().publish(change.revision);
    let Some(cluster) = core.cluster() else { return };
    cluster.applied(core, change.revision, &change.members);
    if !change.keys.is_empty() || !change.orders.is_empty() {
        // Others wait for it. For a change of records nobody does, and one heartbeat must not make another.
        cluster.nudge();
    }
}

fn changed(core: &Core, key: &DocumentKey) {
    match documents::source_of(key) {
        Some((source, name)) => core.caches().changed(source, name, Why::Feed),
        // A later version of this program wrote it, and may rest anything on it.
        None if core.cluster().is_some() => core.caches().clear_all(),
        None => {}
    }
}

fn obey(core: &Core, revision: Revision, order: Order) {
    let Some(cluster) = core.cluster() else { return };
    let cleared = match order {
        Order::Settle => return,
        Order::Clear(clear) => clearing::here::carry_out(core, &clear),
        Order::Unknown => {
            tracing::warn!(revision = revision.0, "an order of a later version: all caches are cleared");
            core.files().take_in_now(core.caches());
            core.caches().clear_all();
            Ok(0)
        }
    };
    if let Err(failure) = &cleared {
        tracing::warn!(%failure, "a cache was not cleared");
    }
    cluster.carried_out(revision, told(&cleared));
}

/// Everything may have changed.
fn begin_anew(core: &Core, revision: Revision) {
    tracing::warn!(revision = revision.0, "the feed was reset; caches filled from the store are cleared");
    let (Some(cluster), Some(log)) = (core.cluster(), core.store().shared()) else {
        core.caches().store_replaced();
        core.applied().publish(revision);
        return;
    };
    // Orders may be among what was lost, and they may have been about files.
    core.files().take_in_now(core.caches());
    core.caches().clear_all();
    core.applied().set(revision);
    restoring::look(core);
    cluster.replaced(core, log, revision);
}

fn sever(core: &Core, reason: &str) {
    let Some(cluster) = core.cluster() else { return };
    tracing::error!(reason, "the log that this node shares is lost; it is fenced until an operator decides");
    core.fence().severed(reason);
    cluster.lost(core, Reason::EpochMoved);
}

#[cfg(test)]
mod tests;
