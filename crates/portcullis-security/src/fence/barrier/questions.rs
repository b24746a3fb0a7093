//! Asking the log how far it is, one question at a time.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use portcullis_store::{Revision, Store};
use tokio::runtime::Handle;
use tokio::sync::oneshot;

use crate::fence::FenceCounts;

/// How far the log is, or why it does not tell.
type Answer = Result<Revision, String>;

/// The questions of this node.
pub(super) struct Questions {
    store: Arc<dyn Store>,
    queue: Mutex<Queue>,
    asked: AtomicU64,
    failed: AtomicU64,
}

#[derive(Default)]
struct Queue {
    /// Who waits for the next question.
    next: Vec<oneshot::Sender<Answer>>,
    /// Whether somebody asks, and will ask for those in `next` too.
    asking: bool,
}

impl Questions {
    pub(super) fn new(store: Arc<dyn Store>) -> Self {
        Self { store, queue: Mutex::default(), asked: AtomicU64::new(0), failed: AtomicU64::new(0) }
    }

    /// How far the log is: asked after this was called, together with all others who came before it is asked.
    pub(super) async fn ask(self: &Arc<Self>) -> Answer {
        let runtime = Handle::try_current().map_err(|error| error.to_string())?;
        let (tell, told) = oneshot::channel();
        if self.join(tell) {
            let mut asking = Asking { questions: Arc::clone(self), goes_on: true };
            // Of its own, so that it goes on when the client of whoever came first has left. Nothing is locked here: a
            // runtime that is ending drops it at once.
            runtime.spawn(async move { asking.ask_for_all().await });
        }
        told.await.unwrap_or_else(|_| Err("nobody asks the log any more".to_owned()))
    }

    /// Waits for the next question. Whether somebody has to be found who asks it.
    fn join(&self, tell: oneshot::Sender<Answer>) -> bool {
        let mut queue = self.lock();
        queue.next.push(tell);
        !std::mem::replace(&mut queue.asking, true)
    }

    /// Those for whom the next question is; nobody can join them afterwards.
    fn take(&self) -> Option<Vec<oneshot::Sender<Answer>>> {
        let mut queue = self.lock();
        // Those who have left meanwhile need no answer.
        queue.next.retain(|it| !it.is_closed());
        if queue.next.is_empty() {
            queue.asking = false;
            return None;
        }
        Some(std::mem::take(&mut queue.next))
    }

    async fn head(&self) -> Answer {
        let Some(log) = self.store.shared() else {
            return Err("the store's log is not shared".to_owned());
        };
        self.asked.fetch_add(1, Ordering::Relaxed);
        let answer = log.head().await.map_err(|error| error.to_string());
        if answer.is_err() {
            self.failed.fetch_add(1, Ordering::Relaxed);
        }
        answer
    }

    pub(super) fn count(&self, counts: &mut FenceCounts) {
        counts.asked = self.asked.load(Ordering::Relaxed);
        counts.failed = self.failed.load(Ordering::Relaxed);
    }

    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The task that asks. If it is dropped halfway, its runtime having stopped, the next who comes starts another.
struct Asking {
    questions: Arc<Questions>,
    /// Until it has found nobody waiting. From then on whoever comes has a task of their own, which this one must leave
    /// alone.
    goes_on: bool,
}

impl Asking {
    async fn ask_for_all(&mut self) {
        while let Some(waiting) = self.questions.take() {
            let answer = self.questions.head().await;
            for tell in waiting {
                // Who has left is told nothing.
                let _left = tell.send(answer.clone());
            }
        }
        self.goes_on = false;
    }
}

impl Drop for Asking {
    fn drop(&mut self) {
        if self.goes_on {
            let mut queue = self.questions.lock();
            queue.asking = false;
            queue.next.clear();
        }
    }
}

#[cfg(test)]
mod tests;
