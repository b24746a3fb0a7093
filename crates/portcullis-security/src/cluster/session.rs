//! The thread that keeps this node a member: it sends what the machine asks for, tells it what came of it, joins and
//! leaves. Nothing else runs on it, so that no load of requests can keep a heartbeat waiting.

use std::sync::{Arc, Weak};
use std::time::Duration;

use portcullis_cluster::{Action, Answer, Boot, Epoch, Phase};
use portcullis_store::{BoxFuture, LogError, MemberWritten, Revision as StoreRevision, SharedLog};
use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinSet;

use super::compaction::Compaction;
use super::waiting::TICK;
use super::{Cluster, Wish, alone, boot, place};
use crate::core::Core;
use crate::error::Failure;
use crate::restoring;

/// How long the node waits before it asks again how far the log is, in milliseconds.
const RETRY_MILLIS: u64 = 500;

/// How long a stop waits for the node to be out of the cluster. Without an answer the others wait for it instead.
const LEAVING: Duration = Duration::from_secs(2);

/// Most calls under way. Each ends by itself, so there are as many only if the log hangs.
const MOST_CALLS: usize = 256;

/// Starts the thread. It ends when the node has left or the last [`Core`] is gone.
///
/// # Errors
/// When the thread cannot be started.
fn start(core: &Arc<Core>) -> Result<(), Failure> {
    let failed =
        |error: std::io::Error| Failure::internal(format!("cannot start the session thread: {error}"));
    let runtime = Builder::new_current_thread().enable_time().build().map_err(failed)?;
    let session = Session {
        core: Arc::downgrade(core),
        calls: JoinSet::new(),
        joining: Joining::Idle { from: Boot(0) },
        asked: 0,
        compaction: Compaction::default(),
    };
    std::thread::Builder::new()
        .name("portcullis-session".to_owned())
        .spawn(move || session.run(&runtime))
        .map_err(failed)?;
    Ok(())
}

/// Makes this node a member as soon as it has caught up with the log; without effect where it has no cluster, or when it
/// was asked for before.
///
/// # Errors
/// When the session's thread cannot be started.
pub(crate) fn join(core: &Arc<Core>) -> Result<(), Failure> {
    let Some(cluster) = core.cluster() else { return Ok(()) };
    let first = cluster.wish.send_if_modified(|wish| {
        let first = *wish == Wish::Outside;
        if first {
            *wish = Wish::Joined;
        }
        first
    });
    if !first {
        return Ok(());
    }
    let nudged = Arc::downgrade(core);
    core.fence().on_nudge(move || {
        if let Some(core) = nudged.upgrade()
            && let Some(cluster) = core.cluster()
        {
            cluster.nudge();
        }
    });
    start(core)
}

impl Cluster {
    /// Makes this node a member no more, and waits a moment until it is none: the others then wait for it no longer.
    pub(crate) async fn leave(&self) {
        let before = self.wish.send_replace(Wish::Gone);
        if before == Wish::Outside {
            return;
        }
        self.session.notify_one();
        let mut left = self.left.subscribe();
        // Too late is no harm: then the others wait until this node's trust has ended.
        let _ = tokio::time::timeout(LEAVING, left.wait_for(|left| *left)).await;
    }
}

/// How far the node is with becoming a member.
enum Joining {
    /// It may ask from then on how far the log is.
    Idle { from: Boot },
    /// It has asked, for the time of this number.
    Asking(u64),
    /// It has to take in so much before it begins.
    CatchingUp(StoreRevision),
    /// It has caught up before, and only lost its record.
    Again,
}

/// What came of a call.
enum Done {
    /// Of writing the record of this number. What is left of the call when that took too long.
    Put { seq: u64, answer: Answer, rest: Option<BoxFuture<Result<MemberWritten, LogError>>> },
    /// Of asking how far the log is, for the time of this number.
    Head(u64, Result<StoreRevision, LogError>),
    /// Of something that nobody waits for.
    Nothing,
}

/// Whether the thread goes on.
enum Next {
    Round,
    End,
}

struct Session {
    core: Weak<Core>,
    calls: JoinSet<Done>,
    joining: Joining,
    /// How often it has asked how far the log is.
    asked: u64,
    compaction: Compaction,
}

impl Session {
    fn run(mut self, runtime: &Runtime) {
        // The node is let go of outside of the runtime: it may be the last to hold it, and ends threads then.
        while let Some(core) = self.core.upgrade() {
            let (Some(cluster), Some(log)) = (core.cluster(), core.store().shared()) else { return };
            match runtime.block_on(self.round(&core, cluster, log)) {
                Next::Round => {}
                Next::End => {
                    cluster.left.send_replace(true);
                    return;
                }
            }
        }
    }

    async fn round(&mut self, core: &Core, cluster: &Cluster, log: &dyn SharedLog) -> Next {
        if core.applied().check().is_err() {
            // It does not follow the log any more: it must not look alive to those who wait for it.
            return Next::End;
        }
        cluster.watch_clocks(core);
        for action in cluster.due(core) {
            self.act(cluster, log, action);
        }
        let phase = cluster.status(core.boot()).phase;
        let wish = *cluster.wish.borrow();
        match (wish, &phase) {
            (Wish::Gone, Phase::Left | Phase::Outside | Phase::Fenced(_)) => return Next::End,
            (Wish::Joined, Phase::Outside) => self.join(core, cluster, log),
            (Wish::Joined, Phase::Fenced(_)) => self.joining = Joining::Idle { from: Boot(0) },
            (Wish::Outside, _) | (_, Phase::Member(_) | Phase::Leaving(_) | Phase::Left) => {}
        }
        if self.calls.len() < MOST_CALLS
            && let Some(below) = self.compaction.due(core, cluster)
        {
            let call = log.compact(below);
            self.calls.spawn(async move {
                if let Err(error) = call.await {
                    tracing::debug!(%error, "the log was not compacted");
                }
                Done::Nothing
            });
        }
        self.wait(core, cluster).await;
        Next::Round
    }

    async fn wait(&mut self, core: &Core, cluster: &Cluster) {
        let due = cluster.wake_at().since(boot(core)).max(1);
        let pause = tokio::time::sleep(TICK.min(Duration::from_millis(due)));
        tokio::select! {
            Some(done) = self.calls.join_next() => if let Ok(done) = done { self.done(core, cluster, done) },
            () = cluster.session.notified() => {}
            () = pause => {}
        }
    }

    fn act(&mut self, cluster: &Cluster, log: &dyn SharedLog, action: Action) {
        match action {
            Action::Put { incarnation, seq, expected, record } => {
                let expected = expected.map(|it| StoreRevision(it.0));
                let call = log.put_member(incarnation.as_str(), expected, record.into());
                let most = Duration::from_millis(cluster.settings.timing.answer_ms());
                if self.calls.len() < MOST_CALLS {
                    self.calls.spawn(put(seq, call, most));
                }
            }
            Action::Remove { incarnation, at } => {
                let call = log.remove_member(incarnation.as_str(), StoreRevision(at.0));
                if self.calls.len() < MOST_CALLS {
                    self.calls.spawn(async move {
                        // What came of it the feed tells.
                        let _ = call.await;
                        Done::Nothing
                    });
                }
            }
            Action::ReopenWatch => log.reopen(),
            Action::Rejoin => self.joining = Joining::Again,
            // Done when they were asked for.
            Action::Distrust | Action::Tell(_) => {}
        }
    }

    fn join(&mut self, core: &Core, cluster: &Cluster, log: &dyn SharedLog) {
        match self.joining {
            Joining::Idle { from } if boot(core) >= from => {
                let call = log.head();
                self.asked += 1;
                let number = self.asked;
                self.calls.spawn(async move { Done::Head(number, call.await) });
                self.joining = Joining::Asking(number);
            }
            Joining::CatchingUp(head) if core.applied().revision() < head => {}
            // Whoever restores would be refused because of this node.
            Joining::CatchingUp(_) | Joining::Again if restoring::is_under_way(core.store()) => {}
            Joining::CatchingUp(_) | Joining::Again => {
                self.joining = Joining::Idle { from: Boot(0) };
                cluster.begin(core);
                cluster.session.notify_one();
            }
            Joining::Idle { .. } | Joining::Asking(_) => {}
        }
    }

    fn done(&mut self, core: &Core, cluster: &Cluster, done: Done) {
        match done {
            Done::Put { seq, answer, rest } => {
                cluster.answered(core, seq, answer);
                if let Some(rest) = rest {
                    self.calls.spawn(async move { answered(seq, rest.await) });
                }
            }
            Done::Head(number, answer) => {
                // An earlier question was about a log that may be gone.
                if !matches!(self.joining, Joining::Asking(asked) if asked == number) {
                    return;
                }
                self.joining = match answer {
                    Ok(head) => Joining::CatchingUp(head),
                    Err(error) => {
                        tracing::debug!(%error, "the log does not say how far it is");
                        Joining::Idle { from: boot(core).after(RETRY_MILLIS) }
                    }
                };
            }
            Done::Nothing => {}
        }
    }
}

/// Waits for the answer to a record's writing, and gives up waiting, not the writing, when it does not come in time.
async fn put(seq: u64, mut call: BoxFuture<Result<MemberWritten, LogError>>, most: Duration) -> Done {
    match tokio::time::timeout(most, &mut call).await {
        Ok(answer) => answered(seq, answer),
        Err(_) => Done::Put { seq, answer: Answer::NoAnswer, rest: Some(call) },
    }
}

fn answered(seq: u64, answer: Result<MemberWritten, LogError>) -> Done {
    let answer = match answer {
        Ok(MemberWritten::At(revision)) => Answer::Written(place(revision)),
        Ok(MemberWritten::Refused { current }) => Answer::Refused {
            current: current.map(|it| (place(it.revision), it.body.to_vec())),
            epoch: Epoch::Same,
        },
        Err(LogError::NoAnswer(_)) => Answer::NoAnswer,
        Err(LogError::Severed(_)) => Answer::Refused { current: None, epoch: Epoch::Moved },
    };
    Done::Put { seq, answer, rest: None }
}

/// The log that a member shares.
///
/// # Errors
/// [`crate::Kind::Internal`] where nobody shares it.
pub(crate) fn shared(core: &Core) -> Result<(&Cluster, &dyn SharedLog), Failure> {
    core.cluster().zip(core.store().shared()).ok_or_else(alone)
}

#[cfg(test)]
mod tests;
