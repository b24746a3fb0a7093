//! A job of the pool with its requester's end of the line, whatever its result's type.
//!
//! What never lives here: queueing, threads.

use std::panic::{AssertUnwindSafe, catch_unwind};

use tokio::sync::oneshot;

use super::PoolError;

/// A job. Running and answering are two steps, so that the pool's figures are right before the requester wakes.
pub(super) trait Task: Send {
    /// Whether nobody waits for the answer any more.
    fn is_abandoned(&self) -> bool;
    /// Does the work, once, and keeps the result. A panic of the work becomes [`Outcome::Panicked`].
    fn run(&mut self) -> Outcome;
    /// Sends the result of [`run`](Self::run).
    fn answer(self: Box<Self>);
    /// Sends an error instead of running.
    fn refuse(self: Box<Self>, error: PoolError);
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Completed,
    Panicked,
}

pub(super) type Reply<T> = oneshot::Receiver<Result<T, PoolError>>;

struct Pending<T, F> {
    work: Option<F>,
    result: Result<T, PoolError>,
    requester: oneshot::Sender<Result<T, PoolError>>,
}

/// A job and the line on which its answer comes.
pub(super) fn pending<T, F>(work: F) -> (Box<dyn Task>, Reply<T>)
where
    T: Send + 'static,
    F: FnOnce() -> Result<T, PoolError> + Send + 'static,
{
    let (requester, reply) = oneshot::channel();
    (Box::new(Pending { work: Some(work), result: Err(PoolError::Failed), requester }), reply)
}

impl<T, F> Task for Pending<T, F>
where
    T: Send,
    F: FnOnce() -> Result<T, PoolError> + Send,
{
    fn is_abandoned(&self) -> bool {
        self.requester.is_closed()
    }

    fn run(&mut self) -> Outcome {
        let Some(work) = self.work.take() else { return Outcome::Panicked };
        // The work owns what it touches and is gone afterwards: nobody sees a broken invariant.
        match catch_unwind(AssertUnwindSafe(work)) {
            Ok(result) => {
                self.result = result;
                Outcome::Completed
            }
            Err(_) => Outcome::Panicked,
        }
    }

    fn answer(self: Box<Self>) {
        // An error means that the requester has gone in the meantime.
        let _ = self.requester.send(self.result);
    }

    fn refuse(self: Box<Self>, error: PoolError) {
        let _ = self.requester.send(Err(error));
    }
}
