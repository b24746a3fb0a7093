//! Every number of a node's part in its cluster is told, under its own name.

use portcullis_security::stats::cluster::{BarrierStats, HeartbeatStats, WaitingStats};

use super::*;

/// Every number is another one.
fn stats() -> ClusterStats {
    let mut acknowledgements = AcknowledgementStats { by_time: 22, ..AcknowledgementStats::default() };
    acknowledgements.add(1_500);
    acknowledgements.add(20_000_000);
    ClusterStats {
        trust: Trust::Held { for_millis: 1, left_millis: 2 },
        fenced: 3,
        head: 50,
        heartbeats: HeartbeatStats { sent: 6, answered: 7, late: 8, refused: 9 },
        barriers: BarrierStats { asked: 11, failed: 12, requests: 13 },
        waiting: WaitingStats { now: 14, most: 15, admitted: 16, turned_away: 17, timed_out: 18 },
        acknowledgements,
        evicted: 19,
        evictions: 20,
        log: LogStatus { following: Following::Yes, resyncs: 23, reopened: 24, log_bytes: 25 },
    }
}

#[test]
fn every_number_has_its_name() {
    let mut told = shown(&stats(), 45, Vec::new());
    let histogram = told["acknowledgements"]["histogram"].take();
    let expected = json!({
        "trust": {"state": "trusted", "for_millis": 1, "left_millis": 2},
        "fenced": 3,
        "head": 50,
        "lag": 5,
        "heartbeats": {"sent": 6, "answered": 7, "late": 8, "refused": 9},
        "barriers": {"asked": 11, "failed": 12, "requests": 13},
        "waiting": {"now": 14, "most": 15, "admitted": 16, "turned_away": 17, "timed_out": 18},
        "acknowledgements": {
            "count": 2,
            "total_time_in_micros": 20_001_500,
            "longest_time_in_micros": 20_000_000,
            "by_time": 22,
            "histogram": null,
        },
        "evicted": 19,
        "evictions": 20,
        "log": {
            "following": "yes",
            "reason": null,
            "resyncs": 23,
            "reopened": 24,
            "size_in_bytes": 25,
        },
        "members": [],
    });
    assert_eq!(told, expected);
    let histogram = histogram.as_array().unwrap();
    assert_eq!(histogram.len(), 12);
    assert_eq!(histogram[1], json!({"up_to_millis": 2, "count": 1}));
    assert_eq!(histogram[11], json!({"up_to_millis": null, "count": 1}));
}

#[test]
fn a_fence_and_a_log_that_is_away_say_why() {
    let mut stats = stats();
    stats.trust = Trust::Fenced { for_millis: 7, reason: "it is tired".to_owned() };
    for (following, name, reason) in [
        (Following::Away("gone".to_owned()), "away", json!("gone")),
        (Following::Severed("other".to_owned()), "severed", json!("other")),
        (Following::CatchingUp, "catching_up", Value::Null),
    ] {
        stats.log.following = following;
        let told = shown(&stats, 60, Vec::new());
        assert_eq!((&told["log"]["following"], &told["log"]["reason"]), (&json!(name), &reason));
        assert_eq!(told["trust"]["reason"], "it is tired");
        assert_eq!(told["lag"], 0, "what it knows is newer than what it was told");
    }
}
