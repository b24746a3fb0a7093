//! A job of the pool with its requester's end of the line, whatever its result's type.
//!
//! What never lives here: queueing, threads.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

use super::PoolError;

/// A job. Two threads may run the same one; the first result counts. Running and answering are two steps, so that the
/// pool's figures are right before the requester wakes.
pub(super) trait Task: Send + Sync {
    /// What is to be done with it.
    fn look(&self) -> Look;
    /// Does the work and keeps the result, unless there is one already: `None`. A panic of the work becomes
    /// [`Outcome::Panicked`].
    fn run(&self) -> Option<Outcome>;
    /// Sends the result of [`run`](Self::run).
    fn answer(&self);
    /// Sends an error instead of running.
    fn refuse(&self, error: PoolError);
}

/// What is to be done with a job by a thread that has taken it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Look {
    /// Run it.
    Open,
    /// Nothing: nobody waits for the answer any more. Said once for each job.
    Abandoned,
    /// Nothing: it has an answer, or was found abandoned.
    Settled,
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Completed,
    Panicked,
}

pub(super) type Reply<T> = oneshot::Receiver<Result<T, PoolError>>;

struct Pending<T, F> {
    work: F,
    line: Mutex<Line<T>>,
}

/// Where the answer is.
enum Line<T> {
    /// To be found.
    Open(oneshot::Sender<Result<T, PoolError>>),
    /// Found, and not sent yet.
    Known(oneshot::Sender<Result<T, PoolError>>, Result<T, PoolError>),
    /// Sent, or never to be.
    Closed,
}

/// A job and the line on which its answer comes.
pub(super) fn pending<T, F>(work: F) -> (Box<dyn Task>, Reply<T>)
where
    T: Send + 'static,
    F: Fn() -> Result<T, PoolError> + Send + Sync + 'static,
{
    let (requester, reply) = oneshot::channel();
    (Box::new(Pending { work, line: Mutex::new(Line::Open(requester)) }), reply)
}

impl<T, F> Pending<T, F> {
    fn line(&self) -> MutexGuard<'_, Line<T>> {
        self.line.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn close(&self) -> Line<T> {
        std::mem::replace(&mut *self.line(), Line::Closed)
    }
}

impl<T, F> Task for Pending<T, F>
where
    T: Send,
    F: Fn() -> Result<T, PoolError> + Send + Sync,
{
    fn look(&self) -> Look {
        let mut line = self.line();
        match &*line {
            Line::Open(requester) if requester.is_closed() => {
                *line = Line::Closed;
                Look::Abandoned
            }
            Line::Open(_) => Look::Open,
            Line::Known(..) | Line::Closed => Look::Settled,
        }
    }

    fn run(&self) -> Option<Outcome> {
        // The work only reads what it owns: a panic leaves nothing broken.
        let (outcome, result) = match catch_unwind(AssertUnwindSafe(&self.work)) {
            Ok(result) => (Outcome::Completed, result),
            Err(_) => (Outcome::Panicked, Err(PoolError::Failed)),
        };
        let mut line = self.line();
        match std::mem::replace(&mut *line, Line::Closed) {
            Line::Open(requester) => {
                *line = Line::Known(requester, result);
                Some(outcome)
            }
            other => {
                *line = other;
                None
            }
        }
    }

    fn answer(&self) {
        if let Line::Known(requester, result) = self.close() {
            // An error means that the requester has gone in the meantime.
            let _ = requester.send(result);
        }
    }

    fn refuse(&self, error: PoolError) {
        if let Line::Open(requester) = self.close() {
            let _ = requester.send(Err(error));
        }
    }
}
