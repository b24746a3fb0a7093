//! Order among the commits of one process: one that writes a document comes behind all that were handed over before it
//! and share that document; those that only rest on it go side by side. What commits do is not known here.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

use crate::document::DocumentKey;

/// Who comes after whom.
#[derive(Debug, Default)]
pub(super) struct Turns {
    last: Mutex<HashMap<DocumentKey, Last>>,
}

/// Who has to be waited for at one document. Each one's channel closes when it is done.
#[derive(Debug, Default)]
struct Last {
    /// The last one that writes it.
    writer: Option<watch::Receiver<()>>,
    /// Those behind that one which only rest on it.
    resting: Vec<watch::Receiver<()>>,
}

/// The place of one commit; the next one's turn comes when it is dropped.
pub(super) struct Turn {
    turns: Arc<Turns>,
    keys: Vec<DocumentKey>,
    before: Vec<watch::Receiver<()>>,
    done: watch::Sender<()>,
}

impl Turns {
    /// Takes a place for a commit that writes some documents and rests on others. All commits of one caller rest on that
    /// caller's documents: if they waited for each other, one that etcd does not answer would hold up all of them.
    pub(super) fn take(
        self: &Arc<Self>,
        writes: HashSet<DocumentKey>,
        mut rests_on: HashSet<DocumentKey>,
    ) -> Turn {
        let (done, told) = watch::channel(());
        let mut last = self.lock();
        let mut before: Vec<watch::Receiver<()>> = Vec::new();
        rests_on.retain(|key| !writes.contains(key));
        for key in &rests_on {
            let last = last.entry(key.clone()).or_default();
            before.extend(last.writer.clone());
            last.resting.push(told.clone());
        }
        for key in &writes {
            let last = last.entry(key.clone()).or_default();
            before.extend(last.writer.replace(told.clone()));
            before.append(&mut last.resting);
        }
        drop(last);
        let keys = writes.into_iter().chain(rests_on).collect();
        Turn { turns: Arc::clone(self), keys, before, done }
    }

    /// Single inserts and removes leave the map whole.
    fn lock(&self) -> MutexGuard<'_, HashMap<DocumentKey, Last>> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Turn {
    /// Resolves when all that come before are done.
    pub(super) async fn come(&mut self) {
        for mut earlier in std::mem::take(&mut self.before) {
            // Nothing is ever sent: this waits for the end.
            while earlier.changed().await.is_ok() {}
        }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let own = self.done.subscribe();
        let mut last = self.turns.lock();
        for key in self.keys.drain(..) {
            let Some(at) = last.get_mut(&key) else { continue };
            at.writer = at.writer.take().filter(|it| !it.same_channel(&own));
            at.resting.retain(|it| !it.same_channel(&own));
            if at.writer.is_none() && at.resting.is_empty() {
                last.remove(&key);
            }
        }
    }
}

#[cfg(test)]
mod tests;
