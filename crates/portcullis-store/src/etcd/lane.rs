//! A thread of its own for futures that must not wait for anybody else's work.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::thread::JoinHandle;

use tokio::runtime::Builder;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinSet;

use super::limits::{LANE_JOBS, LANE_QUEUE};

type Job = Pin<Box<dyn Future<Output = ()> + Send>>;

/// A named thread with a runtime of one thread. Dropping it ends the thread, and what is under way there.
pub(crate) struct Lane {
    jobs: mpsc::Sender<Job>,
    /// Dropped first, it tells the thread to end, however many jobs wait.
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// Why a job has no result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum LaneError {
    /// So many jobs wait that this one was not taken.
    #[error("{LANE_QUEUE} calls to etcd are waiting already")]
    Full,
    /// The lane ended, or the job did without a result.
    #[error("the thread for calls to etcd has ended")]
    Gone,
}

impl Lane {
    /// Starts the thread.
    ///
    /// # Errors
    /// The system has no thread or no event queue left.
    pub(crate) fn start(name: &str) -> io::Result<Self> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let (jobs, queue) = mpsc::channel(LANE_QUEUE);
        let (stop, stopped) = oneshot::channel();
        let thread = std::thread::Builder::new()
            .name(name.to_owned())
            .spawn(move || runtime.block_on(work(queue, stopped)))?;
        Ok(Self { jobs, stop: Some(stop), thread: Some(thread) })
    }

    /// Hands a future over at once. It runs to its end whether or not anybody waits for its result.
    ///
    /// # Errors
    /// [`LaneError::Full`] when too many wait; the job is not done.
    pub(crate) fn hand_over<T: Send + 'static>(
        &self,
        future: impl Future<Output = T> + Send + 'static,
    ) -> Result<Awaited<T>, LaneError> {
        let (result, awaited) = oneshot::channel();
        let job: Job = Box::pin(async move {
            let _ = result.send(future.await);
        });
        self.jobs.try_send(job).map_err(|error| match error {
            mpsc::error::TrySendError::Full(_) => LaneError::Full,
            mpsc::error::TrySendError::Closed(_) => LaneError::Gone,
        })?;
        Ok(Awaited(awaited))
    }
}

/// A result that will come.
pub(crate) struct Awaited<T>(oneshot::Receiver<T>);

impl<T> Awaited<T> {
    /// Waits for it.
    ///
    /// # Errors
    /// [`LaneError::Gone`]
    pub(crate) async fn result(self) -> Result<T, LaneError> {
        self.0.await.map_err(|_| LaneError::Gone)
    }
}

impl Drop for Lane {
    fn drop(&mut self) {
        self.stop = None;
        // A job that holds the last handle ends the lane from within, and cannot wait for itself.
        if let Some(thread) = self.thread.take()
            && thread.thread().id() != std::thread::current().id()
        {
            let _ = thread.join();
        }
    }
}

/// Takes jobs until it is told to stop. What waits or is under way is then dropped.
async fn work(mut queue: mpsc::Receiver<Job>, mut stopped: oneshot::Receiver<()>) {
    let mut under_way = JoinSet::new();
    loop {
        tokio::select! {
            biased;
            _ = &mut stopped => return,
            Some(_) = under_way.join_next() => {}
            Some(job) = queue.recv(), if under_way.len() < LANE_JOBS => {
                under_way.spawn(job);
            }
        }
    }
}

#[cfg(test)]
mod tests;
