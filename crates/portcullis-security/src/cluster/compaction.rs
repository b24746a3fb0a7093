//! When the log may forget, and what: all members have taken it in, and it is old. Heartbeats alone fill a log within
//! days. Any member asks for it, and all may: it is the same each time.

use portcullis_cluster::{Boot, MemberState};
use portcullis_store::Revision as StoreRevision;

use super::{Cluster, boot};
use crate::core::Core;

/// How often a member asks, in milliseconds.
const EVERY_MILLIS: u64 = 5 * 60 * 1000;

/// So many revisions are kept for a node that was away for a while: a few hours of a small cluster's heartbeats.
const KEPT: u64 = 100_000;

/// When this node asks next.
#[derive(Default)]
pub(super) struct Compaction {
    next: Option<Boot>,
}

impl Compaction {
    /// Below which revision the log may forget, if it is time to say so.
    pub(super) fn due(&mut self, core: &Core, cluster: &Cluster) -> Option<StoreRevision> {
        let now = boot(core);
        let next = *self.next.get_or_insert(now.after(EVERY_MILLIS));
        if now < next {
            return None;
        }
        self.next = Some(now.after(EVERY_MILLIS));
        let applied = core.applied().revision().0;
        let members = cluster.members(core.boot());
        let others = members
            .iter()
            .filter(|it| matches!(it.state, MemberState::Trusted | MemberState::Silent))
            .map(|it| it.applied.0);
        below(applied, others)
    }
}

/// What all have taken in and is old enough, if there is anything.
fn below(own: u64, others: impl Iterator<Item = u64>) -> Option<StoreRevision> {
    let least = others.fold(own, u64::min).min(own.saturating_sub(KEPT));
    (least > 0).then_some(StoreRevision(least))
}

#[cfg(test)]
mod tests;
