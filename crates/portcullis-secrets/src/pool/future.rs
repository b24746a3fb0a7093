//! [`PoolFuture`]: the requester's end of a job.
//!
//! What never lives here: threads, timers.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use super::PoolError;
use super::shared::Shared;
use super::task::Reply;

/// The answer to come. It needs no runtime, and outlives the pool ([`PoolError::Stopped`]).
///
/// Dropping it takes the job out of the queue, wipes its secret and frees its place; a job that already runs is
/// finished for nobody.
#[must_use = "dropping the future withdraws the job"]
pub struct PoolFuture<T>(State<T>);

enum State<T> {
    Known(Result<T, PoolError>),
    Queued { reply: Reply<T>, id: u64, shared: Arc<Shared> },
    Done,
}

impl<T> PoolFuture<T> {
    pub(super) fn known(result: Result<T, PoolError>) -> Self {
        Self(State::Known(result))
    }

    pub(super) fn queued(reply: Reply<T>, id: u64, shared: Arc<Shared>) -> Self {
        Self(State::Queued { reply, id, shared })
    }
}

impl<T> Unpin for PoolFuture<T> {}

impl<T> Future for PoolFuture<T> {
    type Output = Result<T, PoolError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let result = match std::mem::replace(&mut self.0, State::Done) {
            State::Known(result) => result,
            State::Queued { mut reply, id, shared } => match Pin::new(&mut reply).poll(context) {
                Poll::Ready(Ok(result)) => result,
                Poll::Ready(Err(_)) => Err(PoolError::Stopped),
                Poll::Pending => {
                    self.0 = State::Queued { reply, id, shared };
                    return Poll::Pending;
                }
            },
            // Polled again after its answer, which futures need not support: the job is no more.
            State::Done => Err(PoolError::Stopped),
        };
        Poll::Ready(result)
    }
}

impl<T> Drop for PoolFuture<T> {
    fn drop(&mut self) {
        if let State::Queued { reply, id, shared } = &mut self.0 {
            // First the line, then the place: a worker that takes the job in between sees that nobody waits.
            reply.close();
            shared.withdraw(*id);
        }
    }
}
