//! The barrier: what was in the log when a request came is applied before the request is decided. One question to the
//! log serves all who came before it was sent; whoever comes later waits for the next one, since what was revoked in
//! between is not in the answer.

mod questions;

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use portcullis_store::{Revision, Store};

use super::FenceCounts;
use super::room::Room;
use crate::applied::Applied;
use crate::error::Failure;
use questions::Questions;

/// How long a request waits. With the lease it bridges a second round of an election of the log's leader; most clients
/// wait longer.
pub(super) const PATIENCE: Duration = Duration::from_secs(2);

/// How long a barrier waits for a revision before it asks for a nudge: many times what the feed takes for a change of
/// our own.
const NUDGE_AFTER: Duration = Duration::from_millis(10);

/// The proof that a request waited. Only a barrier makes one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Passed(());

/// Why a request did not get through.
pub(super) enum NotPassed {
    /// Nothing will be applied any more.
    Ended(Failure),
    /// The node cannot tell whether it is behind. The text is for the log.
    Fenced(String),
}

/// What to do when a revision does not come.
type Nudge = Box<dyn Fn() + Send + Sync>;

/// The barrier of this node.
pub(super) struct Barrier {
    questions: Arc<Questions>,
    room: Room,
    nudge: OnceLock<Nudge>,
}

impl Barrier {
    pub(super) fn new(store: Arc<dyn Store>) -> Self {
        Self { questions: Arc::new(Questions::new(store)), room: Room::default(), nudge: OnceLock::new() }
    }

    pub(super) fn on_nudge(&self, nudge: Nudge) {
        if self.nudge.set(nudge).is_err() {
            tracing::debug!("somebody writes to the log for the barrier already");
        }
    }

    /// Waits until everything is applied that the log held when this was called.
    pub(super) async fn pass(&self, applied: &Applied) -> Result<Passed, NotPassed> {
        let Some(place) = self.room.enter() else {
            return Err(NotPassed::Fenced("too many requests wait already".to_owned()));
        };
        match tokio::time::timeout(PATIENCE, self.wait(applied)).await {
            Ok(Ok(())) => {
                place.passed();
                Ok(Passed(()))
            }
            Ok(Err(not_passed)) => Err(not_passed),
            Err(_late) => {
                place.timed_out();
                Err(NotPassed::Fenced("this node did not catch up with the log in time".to_owned()))
            }
        }
    }

    async fn wait(&self, applied: &Applied) -> Result<(), NotPassed> {
        let known = applied.revision();
        let head = self.questions.ask().await.map_err(NotPassed::Fenced)?;
        if head < known {
            return Err(NotPassed::Fenced(format!("the log is at {head}, behind what was seen, {known}")));
        }
        self.reach(applied, head).await.map_err(NotPassed::Ended)
    }

    async fn reach(&self, applied: &Applied, head: Revision) -> Result<(), Failure> {
        if let Ok(reached) = tokio::time::timeout(NUDGE_AFTER, applied.reach(head)).await {
            return reached;
        }
        if let Some(nudge) = self.nudge.get() {
            nudge();
        }
        applied.reach(head).await
    }

    pub(super) fn counts(&self) -> FenceCounts {
        let mut counts = FenceCounts::default();
        self.questions.count(&mut counts);
        self.room.count(&mut counts);
        counts
    }
}
