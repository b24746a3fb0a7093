//! When the log may forget, and what: all members have taken it in, and it is old. Heartbeats alone fill a log within
//! days. It asks in small steps, because etcd answers nobody while it takes a large one; and of the members that are well
//! only the first does, and the others ten times more seldom: the first may be told to leave it to somebody else.

use portcullis_cluster::{Boot, Incarnation, MemberState, MemberStatus, Phase};
use portcullis_store::Revision as StoreRevision;

use super::{Cluster, boot};
use crate::core::Core;

/// How often a member asks, in milliseconds.
const EVERY_MILLIS: u64 = 30 * 1000;

/// Of so many times a member that is not the first asks once.
const SELDOM: u32 = 10;

/// So many revisions are kept for a node that was away for a while: a few hours of a small cluster's heartbeats.
const KEPT: u64 = 100_000;

/// When this node asks next.
#[derive(Default)]
pub(super) struct Compaction {
    next: Option<Boot>,
    /// How often it has left it to the first since it last asked.
    left: u32,
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
        let Phase::Member(own) = cluster.status(core.boot()).phase else { return None };
        let applied = core.applied().revision().0;
        let members = cluster.members(core.boot());
        if !is_first(&own, &members) && self.left + 1 < SELDOM {
            self.left += 1;
            return None;
        }
        self.left = 0;
        let others = members
            .iter()
            .filter(|it| matches!(it.state, MemberState::Trusted | MemberState::Silent))
            .map(|it| it.applied.0);
        below(applied, others)
    }
}

/// Whether no member before this one is well.
fn is_first(own: &Incarnation, members: &[MemberStatus]) -> bool {
    let well = members.iter().filter(|it| it.state == MemberState::Trusted);
    well.map(|it| &it.incarnation).all(|it| it >= own)
}

/// What all have taken in and is old enough, if there is anything.
fn below(own: u64, others: impl Iterator<Item = u64>) -> Option<StoreRevision> {
    let least = others.fold(own, u64::min).min(own.saturating_sub(KEPT));
    (least > 0).then_some(StoreRevision(least))
}

#[cfg(test)]
mod tests;
