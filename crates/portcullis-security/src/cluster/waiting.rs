//! Waiting until every member has confirmed a write, or can be trusted no more. Whether that is so the machine says;
//! which writes wait stands in `acknowledgement`.

use std::time::Duration;

use portcullis_cluster::{Boot, Confirmation, Reply, Verdict, Waiting};
use portcullis_store::{Committed, Revision as StoreRevision};
use tokio::time::{sleep, timeout};

use super::counters::End;
use super::{Cluster, boot, listed, place};
use crate::acknowledgement::Waits;
use crate::core::Core;
use crate::error::Failure;

/// No sleep is longer: the runtime's clock stands still while the machine sleeps, the node's does not.
pub(super) const TICK: Duration = Duration::from_millis(50);

/// How long a write that only grants waits for the other members, in milliseconds. Nothing is lost without it; with it
/// the next request, on another node, finds what was just created.
const GRANT_MILLIS: u64 = 250;

/// Waits until the write may be answered. `since` is the reading of the clock when its answer had arrived.
///
/// # Errors
/// [`crate::Kind::Unavailable`] when this node stops to follow the log meanwhile.
pub(crate) async fn acknowledged(
    core: &Core,
    cluster: &Cluster,
    committed: Committed,
    since: Boot,
    waits: Waits,
) -> Result<(), Failure> {
    let most = match waits {
        Waits::ForAll => None,
        Waits::Briefly => Some(since.after(GRANT_MILLIS)),
    };
    let revision = committed.revision;
    let waiting = Waiting::new(place(revision), listed(committed.members), since, &cluster.settings.timing);
    let mut news = cluster.news.subscribe();
    loop {
        news.mark_unchanged();
        core.applied().check()?;
        let now = boot(core);
        match cluster.confirm(&waiting, now) {
            Confirmation::Done(_) => {
                cluster.counters.waited(now.since(since), End::Confirmed);
                return Ok(());
            }
            Confirmation::Expired(replies) => {
                cluster.counters.waited(now.since(since), End::ByTime);
                remove_silent(core, cluster, &waiting, &replies).await;
                return Ok(());
            }
            Confirmation::Pending { until } => {
                let over = most.is_some_and(|most| now >= most && core.applied().revision() >= revision);
                if over {
                    cluster.counters.waited(now.since(since), End::Confirmed);
                    return Ok(());
                }
                pause(&mut news, until.since(now)).await;
            }
        }
    }
}

/// Waits until every member has said what came of an order, at least until those who did not can be trusted no more,
/// and until `most` milliseconds have passed since. What each of them said.
///
/// # Errors
/// As [`acknowledged`].
pub(crate) async fn confirmed(
    core: &Core,
    cluster: &Cluster,
    committed: Committed,
    since: Boot,
    most: u64,
) -> Result<Vec<Reply>, Failure> {
    let waiting =
        Waiting::new(place(committed.revision), listed(committed.members), since, &cluster.settings.timing);
    let mut news = cluster.news.subscribe();
    let mut silent: Option<Vec<Reply>> = None;
    loop {
        news.mark_unchanged();
        core.applied().check()?;
        let now = boot(core);
        let left = match cluster.confirm(&waiting, now) {
            Confirmation::Done(replies) => {
                let end = if silent.is_some() { End::ByTime } else { End::Confirmed };
                cluster.counters.waited(now.since(since), end);
                return Ok(with(replies, silent.unwrap_or_default()));
            }
            Confirmation::Expired(replies) => {
                if silent.is_none() {
                    remove_silent(core, cluster, &waiting, &replies).await;
                    silent = Some(replies.clone());
                }
                if now.since(since) >= most {
                    cluster.counters.waited(now.since(since), End::ByTime);
                    return Ok(replies);
                }
                most.saturating_sub(now.since(since))
            }
            Confirmation::Pending { until } => until.since(now),
        };
        pause(&mut news, left).await;
    }
}

/// Whoever was silent when its time was over, and was removed for it, has not left.
fn with(mut replies: Vec<Reply>, silent: Vec<Reply>) -> Vec<Reply> {
    for reply in &mut replies {
        let was_silent =
            silent.iter().any(|it| it.incarnation == reply.incarnation && it.verdict == Verdict::Silent);
        if was_silent && reply.verdict == Verdict::Left {
            reply.verdict = Verdict::Silent;
        }
    }
    replies
}

async fn pause(news: &mut tokio::sync::watch::Receiver<()>, millis: u64) {
    let most = TICK.min(Duration::from_millis(millis.max(1)));
    // The sender lives as long as the node; without news it is looked again.
    let _ = timeout(most, news.changed()).await;
}

/// Removes the records of members that were silent until their trust had ended, so that the next write does not wait for
/// them. Each only if it is still as it was in the write's transaction.
async fn remove_silent(core: &Core, cluster: &Cluster, waiting: &Waiting, replies: &[Reply]) {
    // Who was away itself does not know who else was.
    if !cluster.may_remove(waiting, boot(core)) {
        return;
    }
    let Some(log) = core.store().shared() else { return };
    let most = Duration::from_millis(cluster.settings.timing.answer_ms());
    for reply in replies.iter().filter(|it| it.verdict == Verdict::Silent) {
        if cluster.is_own(&reply.incarnation, boot(core)) {
            continue;
        }
        let removal = log.remove_member(reply.incarnation.as_str(), StoreRevision(reply.modified.0));
        cluster.counters.removed();
        // Whether it is done or not, the answer may be given.
        let _ = timeout(most, removal).await;
    }
}

/// Waits until this node has taken `revision` in, for at most `most`.
///
/// # Errors
/// [`crate::Kind::Unavailable`] when that takes too long.
pub(crate) async fn reach(core: &Core, revision: StoreRevision, most: Duration) -> Result<(), Failure> {
    let sleeping = sleep(most);
    tokio::select! {
        reached = core.applied().reach(revision) => reached,
        () = sleeping => Err(Failure::unavailable("this node is behind the log that it shares; try again")),
    }
}
