//! Metrics of a cluster: every number under its name, and none of a node that is alone.

use portcullis_secrets::PoolStats;
use portcullis_security::stats::cluster::{BarrierStats, HeartbeatStats, LogStatus, NodeStats, WaitingStats};
use prometheus_client::encoding::text::encode;

use super::*;

fn node(name: &str, state: NodeState) -> NodeStats {
    NodeStats {
        node_id: name.to_owned(),
        node_name: name.to_owned(),
        address: String::new(),
        version: String::new(),
        applied: 0,
        lag: 0,
        state,
        for_millis: 0,
        left_millis: None,
    }
}

fn text(cluster: Option<ClusterStats>) -> String {
    let stats = Stats {
        node_id: "id".to_owned(),
        node_name: "a".to_owned(),
        caches: Vec::new(),
        files: Vec::new(),
        directories: Vec::new(),
        hashing: PoolStats::default(),
        applied: 95,
        revision: 95,
        store_bytes: 0,
        cluster,
        nodes: vec![
            node("a", NodeState::Trusted),
            node("conspicuous", NodeState::Trusted),
            node("c", NodeState::Lost),
        ],
    };
    let mut registry = Registry::with_prefix("portcullis");
    register(&mut registry, &stats);
    let mut text = String::new();
    encode(&mut text, &registry).unwrap();
    text
}

/// Every number is another one.
fn stats() -> ClusterStats {
    let mut acknowledgements = AcknowledgementStats { by_time: 22, ..AcknowledgementStats::default() };
    acknowledgements.add(1_500);
    acknowledgements.add(20_000_000);
    ClusterStats {
        trust: Trust::Held { for_millis: 26, left_millis: 2 },
        fenced: 3,
        head: 100,
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
    let text = text(Some(stats()));
    let expected = "\
        cluster_fenced_total 3, cluster_heartbeats_sent_total 6, \
        cluster_heartbeats_answered_total 7, cluster_heartbeats_late_total 8, cluster_heartbeats_refused_total 9, \
        cluster_barriers_total 11, cluster_barriers_failed_total 12, cluster_barrier_requests_total 13, \
        cluster_waiting_admitted_total 16, cluster_waiting_turned_away_total 17, cluster_waiting_timed_out_total 18, \
        cluster_acknowledgements_by_time_total 22, cluster_evicted_total 19, cluster_evictions_total 20, \
        cluster_log_resyncs_total 23, cluster_log_reopened_total 24, cluster_trusted 1, \
        cluster_trust_age_milliseconds 26, cluster_trust_left_milliseconds 2, cluster_head_revision 100, \
        cluster_waiting 14, cluster_waiting_most 15, \
        cluster_acknowledgement_longest_microseconds 20000000, cluster_log_followed 1, cluster_log_bytes 25, \
        cluster_lag_revisions 5, cluster_nodes{state=\"trusted\"} 2, \
        cluster_nodes{state=\"lost\"} 1, cluster_nodes{state=\"fenced\"} 0, \
        cluster_acknowledgement_seconds_sum 20.0015, cluster_acknowledgement_seconds_count 2, \
        cluster_acknowledgement_seconds_bucket{le=\"0.001\"} 0, cluster_acknowledgement_seconds_bucket{le=\"0.002\"} 1, \
        cluster_acknowledgement_seconds_bucket{le=\"10.0\"} 1, cluster_acknowledgement_seconds_bucket{le=\"+Inf\"} 2";
    for line in expected.split(", ") {
        assert!(text.lines().any(|it| it == format!("portcullis_{line}")), "{line} is missing in\n{text}");
    }
    assert!(!text.contains("conspicuous"), "{text}");
}

#[test]
fn a_fence_and_a_log_that_is_away_are_zeros() {
    let trust = Trust::Fenced { for_millis: 7, reason: "conspicuous".to_owned() };
    let mut stats = ClusterStats { trust, head: 1, ..stats() };
    for following in
        [Following::CatchingUp, Following::Away(String::new()), Following::Severed(String::new())]
    {
        stats.log.following = following;
        let text = text(Some(stats.clone()));
        for line in [
            "cluster_trusted 0",
            "cluster_trust_age_milliseconds 7",
            "cluster_trust_left_milliseconds 0",
            "cluster_log_followed 0",
            "cluster_lag_revisions 0",
        ] {
            assert!(
                text.lines().any(|it| it == format!("portcullis_{line}")),
                "{line} is missing in\n{text}"
            );
        }
        assert!(!text.contains("conspicuous"), "{text}");
    }
}

#[test]
fn a_node_that_is_alone_has_none_of_them() {
    assert_eq!(text(None), "# EOF\n");
}
