//! A node's part in its cluster, as `_security/stats` tells it.

use portcullis_security::stats::cluster::{
    ACKNOWLEDGEMENT_BUCKETS, AcknowledgementStats, ClusterStats, Following, LogStatus, NodeStats, Trust,
};
use serde_json::{Value, json};

use crate::wire::nodes;

#[cfg(test)]
mod tests;

/// The object `cluster`. `applied` is the revision that this node has taken in.
pub(super) fn shown(stats: &ClusterStats, applied: u64, members: Vec<NodeStats>) -> Value {
    let (heartbeats, barriers, waiting) = (&stats.heartbeats, &stats.barriers, &stats.waiting);
    json!({
        "trust": trust(&stats.trust),
        "fenced": stats.fenced,
        "head": stats.head,
        "lag": stats.head.saturating_sub(applied),
        "heartbeats": {
            "sent": heartbeats.sent,
            "answered": heartbeats.answered,
            "late": heartbeats.late,
            "refused": heartbeats.refused,
        },
        "barriers": {"asked": barriers.asked, "failed": barriers.failed, "requests": barriers.requests},
        "waiting": {
            "now": waiting.now,
            "most": waiting.most,
            "admitted": waiting.admitted,
            "turned_away": waiting.turned_away,
            "timed_out": waiting.timed_out,
        },
        "acknowledgements": acknowledgements(&stats.acknowledgements),
        "evicted": stats.evicted,
        "evictions": stats.evictions,
        "log": log(&stats.log),
        "members": members.into_iter().map(nodes::shown).collect::<Vec<_>>(),
    })
}

fn trust(trust: &Trust) -> Value {
    match trust {
        Trust::Held { for_millis, left_millis } => {
            json!({"state": "trusted", "for_millis": for_millis, "left_millis": left_millis})
        }
        Trust::Fenced { for_millis, reason } => {
            json!({"state": "fenced", "for_millis": for_millis, "left_millis": 0, "reason": reason})
        }
    }
}

/// The last entry of `histogram` has no upper bound.
fn acknowledgements(stats: &AcknowledgementStats) -> Value {
    let bounds = ACKNOWLEDGEMENT_BUCKETS.iter().map(Some).chain([None]);
    let histogram: Vec<Value> = bounds
        .zip(&stats.buckets)
        .map(|(most, count)| json!({"up_to_millis": most, "count": count}))
        .collect();
    json!({
        "count": stats.count,
        "total_time_in_micros": stats.total_micros,
        "longest_time_in_micros": stats.longest_micros,
        "by_time": stats.by_time,
        "histogram": histogram,
    })
}

fn log(log: &LogStatus) -> Value {
    let (following, reason) = match &log.following {
        Following::Yes => ("yes", None),
        Following::CatchingUp => ("catching_up", None),
        Following::Away(reason) => ("away", Some(reason)),
        Following::Severed(reason) => ("severed", Some(reason)),
    };
    json!({
        "following": following,
        "reason": reason,
        "resyncs": log.resyncs,
        "reopened": log.reopened,
        "size_in_bytes": (log.log_bytes > 0).then_some(log.log_bytes),
    })
}
