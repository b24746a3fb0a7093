//! The fence: whether this node may decide from what it holds. Alone it always may. Where nodes share a log, what it
//! holds counts up to a moment of the boot clock, which only the thread that follows the log moves; behind that moment,
//! only what stands behind a barrier counts.
//!
//! What never lives here: how the moment is worked out, what is written into the log, and who the other nodes are.

mod barrier;
mod basis;
mod reading;
mod room;
mod state;
mod steps;
mod trust;

use std::sync::Arc;

use portcullis_model::lifetime::BootTime;
use portcullis_store::Store;

use crate::applied::Applied;
use crate::error::{Failure, Kind};
use crate::settings::Freshness;
use barrier::{Barrier, NotPassed};
pub use basis::Basis;
pub(crate) use reading::{Finish, Reading, Standing};
pub use state::{FenceCounts, FenceState};
pub(crate) use steps::Step;
use steps::Steps;
use trust::Trust;

/// The fence of this node.
pub(crate) struct Fence {
    shared: Option<Shared>,
    steps: Steps,
}

/// What only a node has that shares its log.
struct Shared {
    node: String,
    freshness: Freshness,
    trust: Trust,
    barrier: Barrier,
}

impl Fence {
    /// Of a node that has its store to itself: nothing can be behind.
    pub(crate) fn alone() -> Self {
        Self { shared: None, steps: Steps::new() }
    }

    /// Of the node of this name, whose store is over a shared log. It is not trusted yet.
    pub(crate) fn shared(node: &str, freshness: Freshness, store: Arc<dyn Store>) -> Self {
        let shared = Shared {
            node: node.to_owned(),
            freshness,
            trust: Trust::default(),
            barrier: Barrier::new(store),
        };
        Self { shared: Some(shared), steps: Steps::new() }
    }

    /// On what a decision that begins now may stand. Call it before anything is read.
    pub(crate) fn capture(&self) -> Standing {
        match &self.shared {
            None => Standing::Alone,
            Some(shared) => Standing::Lease(match shared.freshness {
                Freshness::Lease => shared.trust.capture(),
                Freshness::Barrier => trust::Captured::NEVER,
            }),
        }
    }

    /// Whether what was captured still holds. Call it last, with a reading of the clock that is taken now.
    pub(crate) fn admits(&self, captured: trust::Captured, now: BootTime) -> bool {
        self.shared.as_ref().is_none_or(|shared| shared.trust.admits(captured, now))
    }

    /// As [`Fence::capture`], for a decision whose standing has lapsed: a lease if there is a new one, else a barrier.
    ///
    /// # Errors
    /// As [`Fence::pass`].
    pub(crate) async fn renew(&self, applied: &Applied, now: BootTime) -> Result<Standing, Failure> {
        match self.capture() {
            Standing::Lease(captured) if !self.admits(captured, now) => self.pass(applied).await,
            standing => Ok(standing),
        }
    }

    /// Waits until this node has applied all that the log held when this was called.
    ///
    /// # Errors
    /// [`Kind::Fenced`] when the log does not tell in time, or too many wait already; [`Kind::Unavailable`] when the
    /// feed has ended.
    pub(crate) async fn pass(&self, applied: &Applied) -> Result<Standing, Failure> {
        let Some(shared) = &self.shared else { return Ok(Standing::Alone) };
        if let Some(reason) = shared.trust.severed() {
            return Err(shared.fenced(&reason));
        }
        match shared.barrier.pass(applied).await {
            Ok(passed) => Ok(Standing::Behind(passed)),
            Err(NotPassed::Ended(failure)) => Err(failure),
            Err(NotPassed::Fenced(reason)) => Err(shared.fenced(&reason)),
        }
    }

    /// How it stands. For displays and probes; no decision is made from it.
    pub(crate) fn state(&self, now: BootTime) -> FenceState {
        self.shared.as_ref().map_or(FenceState::Alone, |it| it.trust.state(now))
    }

    /// What its barriers did; all zero where the node is alone.
    pub(crate) fn counts(&self) -> FenceCounts {
        self.shared.as_ref().map_or_else(FenceCounts::default, |it| it.barrier.counts())
    }

    /// A place that tests can stop a decision at.
    pub(crate) fn step(&self, step: Step) {
        self.steps.reached(step);
    }
}

/// What the thread that follows the log says. Nobody else may call these: their order among the changes is the point.
impl Fence {
    /// What this node holds counts until then, or longer if that was said before. Call it after everything that came
    /// before in the feed was applied.
    pub(crate) fn trust_until(&self, until: BootTime) {
        if let Some(shared) = &self.shared {
            shared.trust.extend(until);
        }
    }

    /// What this node holds does not count any more. Move the generations too: a decision under way may have captured an
    /// earlier moment.
    pub(crate) fn distrust(&self) {
        if let Some(shared) = &self.shared {
            shared.trust.end();
        }
    }

    /// The log is lost: nothing counts and no barrier is passed until [`Fence::mended`].
    pub(crate) fn severed(&self, reason: &str) {
        if let Some(shared) = &self.shared {
            shared.trust.sever(reason);
        }
    }

    /// The log was found again, and taken in.
    pub(crate) fn mended(&self) {
        if let Some(shared) = &self.shared {
            shared.trust.mend();
        }
    }

    /// What to do when a barrier waits for a revision that this node's feed may never tell of, because others write to
    /// the log too: write something of one's own. Called often; must not block. The first one set stays.
    pub(crate) fn on_nudge(&self, nudge: impl Fn() + Send + Sync + 'static) {
        if let Some(shared) = &self.shared {
            shared.barrier.on_nudge(Box::new(nudge));
        }
    }
}

impl Shared {
    #[track_caller]
    fn fenced(&self, reason: &str) -> Failure {
        tracing::debug!(reason, "a decision was not made: the node is fenced");
        Failure::new(
            Kind::Fenced,
            format!(
                "node [{}] is fenced: it cannot tell whether credentials were revoked; retry on another node",
                self.node
            ),
        )
    }
}

#[cfg(test)]
impl Fence {
    /// Does `work` when a decision next reaches `step`, once.
    pub(crate) fn at(&self, step: Step, work: impl FnOnce() + Send + 'static) {
        self.steps.at(step, Box::new(work));
    }
}

#[cfg(test)]
mod tests;
