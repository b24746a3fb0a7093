//! The feed: a bounded tail of committed changes in memory, and the subscribers' positions in it.
//!
//! The tail is not kept on disk. A subscriber starts from the revision at which it read the store; what happened before
//! a restart is in the state that it reads. Engines publish here; what a change means is not known here.

use std::collections::VecDeque;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::change::{Change, FeedEvent};
use crate::document::Revision;
use crate::error::FeedError;
use crate::limits::{MAX_FEED_CHANGES, MAX_FEED_KEYS};

/// The tail that an engine publishes to and all its feeds read.
#[derive(Debug)]
pub(crate) struct Hub {
    tail: Mutex<Tail>,
    moved: Condvar,
    /// The tail's `last`, to be read without its lock.
    last: AtomicU64,
}

#[derive(Debug)]
struct Tail {
    /// In order of revision.
    held: VecDeque<Arc<Change>>,
    /// Keys in all of `held`.
    keys: usize,
    /// Every change behind this revision is held.
    floor: Revision,
    /// The last change published, or where the tail began.
    last: Revision,
    /// Counts calls of wakers, so that one made while nobody waits is not lost.
    wakes: u64,
    /// Counts calls of [`Hub::reset`].
    resets: u64,
    /// Why the log is lost, while it is.
    severed: Option<Arc<str>>,
    /// Counts calls of [`Hub::sever`].
    losses: u64,
    closed: bool,
}

impl Hub {
    /// An empty tail behind `start`, the revision that the engine opened with.
    pub(crate) fn new(start: Revision) -> Arc<Self> {
        let tail = Tail {
            held: VecDeque::new(),
            keys: 0,
            floor: start,
            last: start,
            wakes: 0,
            resets: 0,
            severed: None,
            losses: 0,
            closed: false,
        };
        Arc::new(Self { tail: Mutex::new(tail), moved: Condvar::new(), last: AtomicU64::new(start.0) })
    }

    /// Adds a change that readers already see. Revisions must rise from call to call.
    pub(crate) fn publish(&self, change: Change) {
        let mut tail = self.lock();
        self.last.store(change.revision.0, Ordering::Release);
        debug_assert!(change.revision > tail.last, "the feed goes backwards");
        tail.last = change.revision;
        tail.keys += entries(&change);
        tail.held.push_back(Arc::new(change));
        while tail.held.len() > MAX_FEED_CHANGES || tail.keys > MAX_FEED_KEYS {
            let Some(oldest) = tail.held.pop_front() else { break };
            tail.keys -= entries(&oldest);
            tail.floor = oldest.revision;
        }
        drop(tail);
        self.moved.notify_all();
    }

    /// Says that all may have changed, up to and with `revision`, which readers see. It may be lower than before: then the
    /// log is another one.
    pub(crate) fn reset(&self, revision: Revision) {
        let mut tail = self.lock();
        self.last.store(revision.0, Ordering::Release);
        tail.held.clear();
        tail.keys = 0;
        tail.floor = revision;
        tail.last = revision;
        tail.resets += 1;
        tail.severed = None;
        drop(tail);
        self.moved.notify_all();
    }

    /// Says that the log is lost until the next reset.
    pub(crate) fn sever(&self, reason: &str) {
        let mut tail = self.lock();
        tail.severed = Some(reason.into());
        tail.losses += 1;
        drop(tail);
        self.moved.notify_all();
    }

    /// The last change published, or the start.
    pub(crate) fn last(&self) -> Revision {
        Revision(self.last.load(Ordering::Acquire))
    }

    /// Ends every feed once it has handed out what is held.
    pub(crate) fn close(&self) {
        self.lock().closed = true;
        self.moved.notify_all();
    }

    /// A feed behind `after`. `visible` is a revision that readers see, read after the subscriber learned of `after`: an
    /// `after` beyond it is of another store, or of a future that was lost, and so everything may differ.
    pub(crate) fn subscribe(self: &Arc<Self>, after: Revision, visible: Revision) -> Feed {
        let tail = self.lock();
        let (seen_wakes, seen_resets) = (tail.wakes, tail.resets);
        let seen_losses = tail.losses - u64::from(tail.severed.is_some());
        drop(tail);
        let position = if after > visible { Position::Lost } else { Position::Behind(after) };
        Feed { hub: Arc::clone(self), position, seen_wakes, seen_resets, seen_losses }
    }

    /// A poisoned tail is whole: nothing between lock and unlock leaves it half-changed.
    fn lock(&self) -> MutexGuard<'_, Tail> {
        self.tail.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[derive(Clone, Copy, Debug)]
enum Position {
    Behind(Revision),
    Lost,
}

impl Position {
    /// Whether the tail has something for this subscriber.
    fn is_behind(self, tail: &Tail) -> bool {
        match self {
            Self::Behind(after) => after < tail.last,
            Self::Lost => true,
        }
    }
}

/// One subscriber's way through the changes: in order, each once, none left out. Meant for one thread of its own.
pub struct Feed {
    hub: Arc<Hub>,
    position: Position,
    seen_wakes: u64,
    seen_resets: u64,
    seen_losses: u64,
}

impl Feed {
    /// The next event; `None` when there was none within `timeout`, or when a [`FeedWaker`] was used. Blocks.
    ///
    /// # Errors
    /// [`FeedError::Closed`] once the store is closed and all its changes have been handed out.
    pub fn next(&mut self, timeout: Duration) -> Result<Option<FeedEvent>, FeedError> {
        let hub = Arc::clone(&self.hub);
        let idle = |tail: &mut Tail| {
            !tail.closed
                && tail.wakes == self.seen_wakes
                && tail.resets == self.seen_resets
                && (tail.losses == self.seen_losses || tail.severed.is_none())
                && !self.position.is_behind(tail)
        };
        let (tail, _) =
            hub.moved.wait_timeout_while(hub.lock(), timeout, idle).unwrap_or_else(PoisonError::into_inner);
        if let Some(event) = self.advance(&tail) {
            return Ok(Some(event));
        }
        if tail.closed {
            return Err(FeedError::Closed);
        }
        self.seen_wakes = tail.wakes;
        Ok(None)
    }

    /// A handle that ends a wait in [`Feed::next`] from another thread.
    #[must_use]
    pub fn waker(&self) -> FeedWaker {
        FeedWaker { hub: Arc::clone(&self.hub) }
    }

    fn advance(&mut self, tail: &Tail) -> Option<FeedEvent> {
        if tail.losses != self.seen_losses
            && let Some(reason) = &tail.severed
        {
            self.seen_losses = tail.losses;
            return Some(FeedEvent::Severed { reason: Arc::clone(reason) });
        }
        if tail.resets != self.seen_resets {
            (self.seen_resets, self.seen_losses) = (tail.resets, tail.losses);
            self.position = Position::Lost;
        }
        let after = match self.position {
            Position::Behind(after) if after >= tail.floor => after,
            Position::Behind(_) | Position::Lost => {
                self.position = Position::Behind(tail.last);
                return Some(FeedEvent::Reset { revision: tail.last });
            }
        };
        let next = tail.held.partition_point(|change| change.revision <= after);
        let change = tail.held.get(next)?;
        self.position = Position::Behind(change.revision);
        Some(FeedEvent::Change(Arc::clone(change)))
    }
}

impl fmt::Debug for Feed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Feed").field("position", &self.position).finish_non_exhaustive()
    }
}

/// What a change counts for against [`MAX_FEED_KEYS`].
fn entries(change: &Change) -> usize {
    change.keys.len() + change.members.len() + change.orders.len()
}

/// Ends waits of a store's feeds: each of them answers `None` once, now or at its next wait. Changes come first.
#[derive(Clone)]
pub struct FeedWaker {
    hub: Arc<Hub>,
}

impl FeedWaker {
    /// Wakes.
    pub fn wake(&self) {
        self.hub.lock().wakes += 1;
        self.hub.moved.notify_all();
    }
}

impl fmt::Debug for FeedWaker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FeedWaker")
    }
}

#[cfg(test)]
mod tests;
