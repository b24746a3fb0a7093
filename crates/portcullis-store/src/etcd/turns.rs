//! Order among the commits of one process: those that share a document are done as they were handed over, others side by
//! side. What they do is not known here.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

use crate::document::DocumentKey;

/// Who comes after whom.
#[derive(Debug, Default)]
pub(super) struct Turns {
    /// The last one that was handed over for each document; its channel closes when that one is done.
    last: Mutex<HashMap<DocumentKey, watch::Receiver<()>>>,
}

/// The place of one commit; the next one's turn comes when it is dropped.
pub(super) struct Turn {
    turns: Arc<Turns>,
    keys: Vec<DocumentKey>,
    before: Vec<watch::Receiver<()>>,
    done: watch::Sender<()>,
}

impl Turns {
    /// Takes a place behind all that share one of the documents.
    pub(super) fn take(self: &Arc<Self>, keys: Vec<DocumentKey>) -> Turn {
        let (done, told) = watch::channel(());
        let mut last = self.lock();
        let mut before: Vec<watch::Receiver<()>> = Vec::new();
        for key in &keys {
            let earlier = last.insert(key.clone(), told.clone());
            before.extend(earlier.filter(|earlier| !earlier.same_channel(&told)));
        }
        drop(last);
        Turn { turns: Arc::clone(self), keys, before, done }
    }

    /// Single inserts and removes leave the map whole.
    fn lock(&self) -> MutexGuard<'_, HashMap<DocumentKey, watch::Receiver<()>>> {
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
            if let Entry::Occupied(entry) = last.entry(key)
                && entry.get().same_channel(&own)
            {
                entry.remove();
            }
        }
    }
}

#[cfg(test)]
mod tests;
