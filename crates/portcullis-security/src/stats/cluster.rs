//! What a node tells of the nodes that it shares a log with, and of its own trust: counters, gauges and the members, in
//! the shape that the API and the metrics render. Counted elsewhere; nothing is decided here.

use portcullis_cluster::{Boot, Identity, MemberState, MemberStatus, Phase, Status};
use portcullis_store::SharedLog;
pub use portcullis_store::{Following, LogStatus};

use crate::cluster::Cluster;
use crate::core::Core;
use crate::fence::FenceState;

/// A reading of this node's part in its cluster. All counters are of this process, since its start.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ClusterStats {
    /// Whether this node may rely on what it knows.
    pub trust: Trust,
    /// How often it was fenced since it was first trusted.
    pub fenced: u64,
    /// The newest revision that is known here, of the log itself or from any member's record.
    pub head: u64,
    /// Its heartbeats.
    pub heartbeats: HeartbeatStats,
    /// Its barriers: questions how far the log is.
    pub barriers: BarrierStats,
    /// Requests that wait until it is trusted again.
    pub waiting: WaitingStats,
    /// Waits of its writes and clears for the other members.
    pub acknowledgements: AcknowledgementStats,
    /// How often this node found its own record removed by somebody else, and began anew.
    pub evicted: u64,
    /// Records of silent members that it asked to remove; another node may have been first.
    pub evictions: u64,
    /// How it follows the log; the log's size.
    pub log: LogStatus,
}

/// Whether a node may rely on what it knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trust {
    /// Yes.
    Held {
        /// For how long already, in milliseconds.
        for_millis: u64,
        /// For how long still, unless it hears of itself again, in milliseconds.
        left_millis: u64,
    },
    /// No: it is fenced.
    Fenced {
        /// For how long, in milliseconds.
        for_millis: u64,
        /// Why, in a sentence for the operator.
        reason: String,
    },
}

impl Default for Trust {
    fn default() -> Self {
        Self::Fenced { for_millis: 0, reason: "it has not joined yet".to_owned() }
    }
}

impl Trust {
    /// Whether it is held.
    pub fn is_held(&self) -> bool {
        matches!(self, Self::Held { .. })
    }
}

/// Heartbeats of this node.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HeartbeatStats {
    /// Sent.
    pub sent: u64,
    /// Answered in time.
    pub answered: u64,
    /// Not answered in time; each may have been done all the same.
    pub late: u64,
    /// Refused, because the record was not as expected.
    pub refused: u64,
}

/// Barriers of this node.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BarrierStats {
    /// Questions put to the log.
    pub asked: u64,
    /// Questions that were not answered, or whose answer was not reached in time.
    pub failed: u64,
    /// Requests that went through one; many share a question.
    pub requests: u64,
}

/// Requests that wait until this node is trusted again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WaitingStats {
    /// Now.
    pub now: u64,
    /// At most at once.
    pub most: u64,
    /// Let in after a wait.
    pub admitted: u64,
    /// Turned away because too many waited.
    pub turned_away: u64,
    /// Turned away because it took too long.
    pub timed_out: u64,
}

/// Upper bounds of the buckets of [`AcknowledgementStats`], in milliseconds. What took longer is in a last bucket.
pub const ACKNOWLEDGEMENT_BUCKETS: [u64; 11] = [1, 2, 5, 10, 25, 50, 100, 250, 1_000, 2_500, 10_000];

/// Waits for the other members: from the commit of a write or a clear to its answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AcknowledgementStats {
    /// How many there were.
    pub count: u64,
    /// All together, in microseconds.
    pub total_micros: u64,
    /// The longest, in microseconds.
    pub longest_micros: u64,
    /// How many were in each bucket of [`ACKNOWLEDGEMENT_BUCKETS`], and in the last one those that took longer.
    pub buckets: [u64; ACKNOWLEDGEMENT_BUCKETS.len() + 1],
    /// How many ended because a member was silent for the whole window, which is fenced by then.
    pub by_time: u64,
}

impl AcknowledgementStats {
    /// Counts one wait of so many microseconds.
    pub fn add(&mut self, micros: u64) {
        self.count += 1;
        self.total_micros = self.total_micros.saturating_add(micros);
        self.longest_micros = self.longest_micros.max(micros);
        let place = ACKNOWLEDGEMENT_BUCKETS.iter().position(|most| micros <= most * 1000);
        let bucket = self.buckets.get_mut(place.unwrap_or(ACKNOWLEDGEMENT_BUCKETS.len()));
        if let Some(bucket) = bucket {
            *bucket += 1;
        }
    }
}

/// One node of the cluster as this one sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeStats {
    /// The node's id, kept over restarts.
    pub node_id: String,
    /// `node.name`.
    pub node_name: String,
    /// Where its API is reached, `host:port`; empty while it is not known.
    pub address: String,
    /// Its version of Portcullis; empty while it is not known.
    pub version: String,
    /// The revision that it says to have taken in.
    pub applied: u64,
    /// How many revisions that is behind the newest that is known here.
    pub lag: u64,
    /// What is known of it.
    pub state: NodeState,
    /// For how long this node knows that, in milliseconds.
    pub for_millis: u64,
    /// For how long it stays trusted unless it is heard of again, in milliseconds; known of this node alone, and only
    /// in a cluster.
    pub left_millis: Option<u64>,
}

/// What one node knows of another, or of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NodeState {
    /// It may rely on what it knows.
    Trusted,
    /// It must not rely on what it knows: only a node itself can say so.
    Fenced,
    /// Nothing was heard of it for the whole window. It may be fenced, or cut off from this node.
    Silent,
    /// It was silent for so long that it is fenced by now, and its record was removed.
    Lost,
    /// It stopped and said so.
    Left,
}

impl NodeState {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Trusted, Self::Fenced, Self::Silent, Self::Lost, Self::Left];

    /// As the API and the metrics write it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Trusted => "trusted",
            Self::Fenced => "fenced",
            Self::Silent => "silent",
            Self::Lost => "lost",
            Self::Left => "left",
        }
    }

    /// Whether it is one of the cluster's nodes now.
    pub fn is_member(self) -> bool {
        match self {
            Self::Trusted | Self::Fenced | Self::Silent => true,
            Self::Lost | Self::Left => false,
        }
    }

    /// Whether it is as it should be: trusted, or gone as it was told to.
    pub fn is_well(self) -> bool {
        match self {
            Self::Trusted | Self::Left => true,
            Self::Fenced | Self::Silent | Self::Lost => false,
        }
    }
}

/// What the node's member, its fence and its log tell.
pub(super) fn read(core: &Core, cluster: &Cluster, log: &dyn SharedLog) -> ClusterStats {
    let now = core.boot();
    let status = cluster.status(now);
    let counters = status.counters;
    let members = cluster.members(now);
    let known = members.iter().map(|it| it.applied.0).chain([core.store().revision().0]).max();
    let fence = core.fence().counts();
    ClusterStats {
        trust: trust(core, &status, log),
        fenced: counters.lapses,
        head: known.unwrap_or_default(),
        heartbeats: HeartbeatStats {
            sent: counters.heartbeats,
            answered: counters.heartbeats.saturating_sub(counters.unanswered),
            late: counters.unanswered,
            refused: counters.adopted + counters.evicted,
        },
        barriers: BarrierStats {
            asked: fence.asked,
            failed: fence.failed,
            requests: fence.passed + fence.timed_out,
        },
        waiting: WaitingStats {
            now: fence.waiting,
            most: fence.most_waiting,
            admitted: fence.passed,
            turned_away: fence.turned_away,
            timed_out: fence.timed_out,
        },
        acknowledgements: cluster.acknowledgements(),
        evicted: counters.evicted,
        evictions: counters.evictions + cluster.removals(),
        log: log.status(),
    }
}

fn trust(core: &Core, status: &Status, log: &dyn SharedLog) -> Trust {
    let now = core.boot();
    let for_millis = Boot(now.0).since(status.since);
    let reason = match core.fence().state(now) {
        FenceState::Alone => return Trust::Held { for_millis, left_millis: u64::MAX },
        FenceState::Trusted { left_millis } => return Trust::Held { for_millis, left_millis },
        FenceState::Severed { reason } => reason,
        FenceState::Fenced { .. } => match (&status.phase, log.status().following) {
            (Phase::Fenced(reason), _) => reason.to_string(),
            (_, Following::Away(reason) | Following::Severed(reason)) => reason,
            (_, Following::CatchingUp) => "it reads the log".to_owned(),
            (Phase::Member(_), Following::Yes) => "it has not heard of itself for too long".to_owned(),
            (Phase::Outside, Following::Yes) => "it has not joined yet".to_owned(),
            (Phase::Leaving(_) | Phase::Left, Following::Yes) => "it has left".to_owned(),
        },
    };
    Trust::Fenced { for_millis, reason }
}

/// The other nodes, by name.
pub(super) fn others(core: &Core, head: u64) -> Vec<NodeStats> {
    let Some(cluster) = core.cluster() else { return Vec::new() };
    let now = core.boot();
    let own = &core.settings().node_id;
    let others = cluster.members(now).into_iter().filter_map(|it| {
        let identity = it.identity.clone().unwrap_or_else(|| unreadable(&it));
        (identity.node_id != *own).then(|| NodeStats {
            node_id: identity.node_id,
            node_name: identity.name,
            address: identity.address,
            version: identity.version,
            applied: it.applied.0,
            lag: head.saturating_sub(it.applied.0),
            state: match it.state {
                MemberState::Trusted => NodeState::Trusted,
                MemberState::Silent => NodeState::Silent,
                MemberState::Left => NodeState::Left,
                MemberState::Lost => NodeState::Lost,
            },
            for_millis: Boot(now.0).since(it.since),
            left_millis: None,
        })
    });
    let mut others: Vec<NodeStats> = others.collect();
    others.sort_by(|a, b| a.node_name.cmp(&b.node_name));
    others
}

/// Stands in for who a member is whose record cannot be read.
fn unreadable(member: &MemberStatus) -> Identity {
    let id = member.incarnation.to_string();
    Identity { node_id: id.clone(), name: id, address: String::new(), version: String::new() }
}

#[cfg(test)]
mod tests;
