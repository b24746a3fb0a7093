//! What may pass between two parties, which a test changes while connections are open.
//!
//! Never here: sockets.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

/// One of the two ways that bytes go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// From whoever connected.
    ToServer,
    /// To whoever connected.
    ToClient,
}

/// What becomes of bytes that go one way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flow {
    /// They pass.
    Passes,
    /// They pass when they have waited so long, piece by piece: what is sent while a piece waits is the next one.
    Delayed(Duration),
    /// They stay where they are until they may pass.
    Held,
}

/// What becomes of connections as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Entry {
    Free,
    Refused,
}

struct State {
    to_server: Flow,
    to_client: Flow,
    entry: Entry,
    cuts: u64,
}

impl State {
    fn flow(&self, direction: Direction) -> Flow {
        match direction {
            Direction::ToServer => self.to_server,
            Direction::ToClient => self.to_client,
        }
    }
}

/// What may pass. A clone is the same one.
#[derive(Clone)]
pub struct Link(Arc<watch::Sender<State>>);

impl Link {
    /// A link on which everything passes.
    pub(crate) fn new() -> Self {
        let (to_server, to_client, entry) = (Flow::Passes, Flow::Passes, Entry::Free);
        Self(Arc::new(watch::Sender::new(State { to_server, to_client, entry, cuts: 0 })))
    }

    /// From now on everything passes, what was held first.
    pub(crate) fn pass(&self) {
        self.0.send_modify(|it| {
            (it.to_server, it.to_client, it.entry) = (Flow::Passes, Flow::Passes, Entry::Free);
        });
    }

    /// When this returns, nothing passes any more.
    pub(crate) fn black_hole(&self) {
        self.0.send_modify(|it| {
            (it.to_server, it.to_client, it.entry) = (Flow::Held, Flow::Held, Entry::Free);
        });
    }

    /// Changes one direction.
    pub(crate) fn set(&self, direction: Direction, flow: Flow) {
        self.0.send_modify(|it| match direction {
            Direction::ToServer => it.to_server = flow,
            Direction::ToClient => it.to_client = flow,
        });
    }

    /// Cuts all connections.
    pub(crate) fn cut(&self) {
        self.0.send_modify(|it| it.cuts += 1);
    }

    /// Cuts all connections, and new ones at once.
    pub(crate) fn refuse(&self) {
        self.0.send_modify(|it| it.entry = Entry::Refused);
    }

    /// How often connections were cut until now.
    pub(super) fn cuts(&self) -> u64 {
        self.0.borrow().cuts
    }

    /// Returns when they have been cut since then.
    pub(super) async fn is_cut_since(&self, cuts: u64) {
        self.wait(|it| it.cuts != cuts || it.entry == Entry::Refused).await;
    }

    /// Returns when bytes that go this way need not stay.
    pub(super) async fn opens(&self, direction: Direction) {
        self.wait(|it| it.flow(direction) != Flow::Held).await;
    }

    /// Lets the delay of this direction pass. It is over at once when the direction is changed.
    pub(super) async fn linger(&self, direction: Direction) {
        let flow = self.0.borrow().flow(direction);
        if let Flow::Delayed(delay) = flow {
            let _ = tokio::time::timeout(delay, self.wait(|it| it.flow(direction) != flow)).await;
        }
    }

    /// Does what does not wait, unless bytes that go this way must stay. Whoever has them held knows that it is not
    /// done any more.
    pub(super) fn if_open<T>(&self, direction: Direction, act: impl FnOnce() -> T) -> Option<T> {
        let state = self.0.borrow();
        (state.flow(direction) != Flow::Held).then(act)
    }

    async fn wait(&self, what: impl FnMut(&State) -> bool) {
        // The sender is in our own hands, so it is not gone.
        let _ = self.0.subscribe().wait_for(what).await;
    }
}
