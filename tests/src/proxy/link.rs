//! What may pass between two parties, which a test changes while connections are open.
//!
//! Never here: sockets.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
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
    voice: Voice,
    cuts: u64,
}

/// What becomes of answers to whoever has said the word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Voice {
    Heard,
    Muted,
}

/// Whether the word was said in one connection.
#[derive(Default)]
pub(super) struct Said(AtomicBool);

impl State {
    fn flow(&self, direction: Direction) -> Flow {
        match direction {
            Direction::ToServer => self.to_server,
            Direction::ToClient => self.to_client,
        }
    }

    fn is_held(&self, direction: Direction, said: &Said) -> bool {
        let muted = self.voice == Voice::Muted && direction == Direction::ToClient;
        self.flow(direction) == Flow::Held || (muted && said.0.load(Ordering::SeqCst))
    }
}

/// What may pass. A clone is the same one.
#[derive(Clone)]
pub struct Link {
    state: Arc<watch::Sender<State>>,
    word: Option<&'static [u8]>,
}

impl Link {
    /// A link on which everything passes.
    pub(crate) fn new() -> Self {
        let (to_server, to_client) = (Flow::Passes, Flow::Passes);
        let state = State { to_server, to_client, entry: Entry::Free, voice: Voice::Heard, cuts: 0 };
        Self { state: Arc::new(watch::Sender::new(state)), word: None }
    }

    /// One that listens for a word of clients.
    pub(crate) fn knowing(word: &'static [u8]) -> Self {
        Self { word: Some(word), ..Self::new() }
    }

    /// From now on everything passes, what was held first.
    pub(crate) fn pass(&self) {
        self.state.send_modify(|it| {
            (it.to_server, it.to_client, it.entry) = (Flow::Passes, Flow::Passes, Entry::Free);
            it.voice = Voice::Heard;
        });
    }

    /// From now on nobody is answered who has said the word.
    pub(crate) fn mute(&self) {
        self.state.send_modify(|it| it.voice = Voice::Muted);
    }

    /// Listens to a piece of what a client says.
    pub(super) fn hears(&self, piece: &[u8], said: &Said) {
        if self.word.is_some_and(|word| piece.windows(word.len()).any(|it| it == word)) {
            said.0.store(true, Ordering::SeqCst);
        }
    }

    /// When this returns, nothing passes any more.
    pub(crate) fn black_hole(&self) {
        self.state.send_modify(|it| {
            (it.to_server, it.to_client, it.entry) = (Flow::Held, Flow::Held, Entry::Free);
        });
    }

    /// Changes one direction.
    pub(crate) fn set(&self, direction: Direction, flow: Flow) {
        self.state.send_modify(|it| match direction {
            Direction::ToServer => it.to_server = flow,
            Direction::ToClient => it.to_client = flow,
        });
    }

    /// Cuts all connections.
    pub(crate) fn cut(&self) {
        self.state.send_modify(|it| it.cuts += 1);
    }

    /// Cuts all connections, and new ones at once.
    pub(crate) fn refuse(&self) {
        self.state.send_modify(|it| it.entry = Entry::Refused);
    }

    /// How often connections were cut until now.
    pub(super) fn cuts(&self) -> u64 {
        self.state.borrow().cuts
    }

    /// Returns when they have been cut since then.
    pub(super) async fn is_cut_since(&self, cuts: u64) {
        self.wait(|it| it.cuts != cuts || it.entry == Entry::Refused).await;
    }

    /// Returns when bytes that go this way need not stay.
    pub(super) async fn opens(&self, direction: Direction, said: &Said) {
        self.wait(|it| !it.is_held(direction, said)).await;
    }

    /// Lets the delay of this direction pass. It is over at once when the direction is changed.
    pub(super) async fn linger(&self, direction: Direction) {
        let flow = self.state.borrow().flow(direction);
        if let Flow::Delayed(delay) = flow {
            let _ = tokio::time::timeout(delay, self.wait(|it| it.flow(direction) != flow)).await;
        }
    }

    /// Does what does not wait, unless bytes that go this way must stay. Whoever has them held knows that it is not
    /// done any more.
    pub(super) fn if_open<T>(&self, direction: Direction, said: &Said, act: impl FnOnce() -> T) -> Option<T> {
        let state = self.state.borrow();
        (!state.is_held(direction, said)).then(act)
    }

    async fn wait(&self, what: impl FnMut(&State) -> bool) {
        // The sender is in our own hands, so it is not gone.
        let _ = self.state.subscribe().wait_for(what).await;
    }
}
