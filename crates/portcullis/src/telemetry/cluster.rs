//! Metrics of a node's part in its cluster. A node that is alone has none of them.

use portcullis_security::stats::Stats;
use portcullis_security::stats::cluster::{
    ACKNOWLEDGEMENT_BUCKETS, AcknowledgementStats, ClusterStats, Following, NodeState, Trust,
};
use prometheus_client::encoding::{EncodeLabelSet, EncodeMetric, MetricEncoder, NoLabelSet};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;

use super::{gauge, signed};

#[cfg(test)]
mod tests;

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfState {
    state: &'static str,
}

/// A metric's name, its help and where it is read.
type Reading = (&'static str, &'static str, fn(&ClusterStats) -> u64);

const COUNTERS: [Reading; 16] = [
    ("cluster_fenced", "How often it was fenced since it was first trusted", |it| it.fenced),
    ("cluster_heartbeats_sent", "Heartbeats sent", |it| it.heartbeats.sent),
    ("cluster_heartbeats_answered", "Heartbeats answered in time", |it| it.heartbeats.answered),
    ("cluster_heartbeats_late", "Heartbeats not answered in time", |it| it.heartbeats.late),
    ("cluster_heartbeats_refused", "Heartbeats refused: its record was not as expected", |it| {
        it.heartbeats.refused
    }),
    ("cluster_barriers", "Questions how far the log is", |it| it.barriers.asked),
    ("cluster_barriers_failed", "Of those, without an answer or not reached in time", |it| {
        it.barriers.failed
    }),
    ("cluster_barrier_requests", "Requests that went through a barrier", |it| it.barriers.requests),
    ("cluster_waiting_admitted", "Requests let in after a wait for trust", |it| it.waiting.admitted),
    ("cluster_waiting_turned_away", "Requests turned away: too many waited", |it| it.waiting.turned_away),
    ("cluster_waiting_timed_out", "Requests turned away: they waited too long", |it| it.waiting.timed_out),
    ("cluster_acknowledgements_by_time", "Waits for a member that was silent for the window", |it| {
        it.acknowledgements.by_time
    }),
    ("cluster_evicted", "How often its own record was removed by others", |it| it.evicted),
    ("cluster_evictions", "Records of silent members that it asked to remove", |it| it.evictions),
    ("cluster_log_resyncs", "How often everything was read anew", |it| it.log.resyncs),
    ("cluster_log_reopened", "How often the changes were asked for anew", |it| it.log.reopened),
];

const GAUGES: [Reading; 9] = [
    ("cluster_trusted", "1 if it may rely on what it knows, 0 if it is fenced", |it| {
        u64::from(it.trust.is_held())
    }),
    ("cluster_trust_age_milliseconds", "For how long that is so", |it| age_and_left(&it.trust).0),
    ("cluster_trust_left_milliseconds", "For how long it stays trusted unless it hears of itself", |it| {
        age_and_left(&it.trust).1
    }),
    ("cluster_head_revision", "The newest revision of the log that is known here", |it| it.head),
    ("cluster_waiting", "Requests that wait for trust", |it| it.waiting.now),
    ("cluster_waiting_most", "The most that waited at once", |it| it.waiting.most),
    ("cluster_acknowledgement_longest_microseconds", "The longest wait for the other members", |it| {
        it.acknowledgements.longest_micros
    }),
    ("cluster_log_followed", "1 if the changes of the log arrive", |it| followed(&it.log.following)),
    ("cluster_log_bytes", "Size of the log where it is kept; 0: not known", |it| it.log.log_bytes),
];

/// Adds the cluster to what is rendered.
pub(super) fn register(registry: &mut Registry, stats: &Stats) {
    let Some(cluster) = &stats.cluster else { return };
    for (name, help, read) in COUNTERS {
        let counter = Counter::<u64>::default();
        counter.inc_by(read(cluster));
        registry.register(name, help, counter);
    }
    for (name, help, read) in GAUGES {
        gauge(registry, name, help, read(cluster));
    }
    let lag = cluster.head.saturating_sub(stats.applied);
    gauge(registry, "cluster_lag_revisions", "Revisions of the log that are not taken in yet", lag);
    let nodes = Family::<OfState, Gauge>::default();
    for state in NodeState::ALL {
        let count = stats.nodes.iter().filter(|node| node.state == state).count();
        nodes.get_or_create(&OfState { state: state.name() }).set(signed(count as u64));
    }
    registry.register("cluster_nodes", "Nodes by what this one knows of them", nodes);
    registry.register(
        "cluster_acknowledgement_seconds",
        "From the commit of a write or clear to its answer",
        Acknowledgements(cluster.acknowledgements),
    );
}

fn age_and_left(trust: &Trust) -> (u64, u64) {
    match trust {
        Trust::Held { for_millis, left_millis } => (*for_millis, *left_millis),
        Trust::Fenced { for_millis, .. } => (*for_millis, 0),
    }
}

fn followed(following: &Following) -> u64 {
    match following {
        Following::Yes => 1,
        Following::CatchingUp | Following::Away(_) | Following::Severed(_) => 0,
    }
}

/// A histogram that was counted elsewhere.
#[derive(Debug)]
struct Acknowledgements(AcknowledgementStats);

impl EncodeMetric for Acknowledgements {
    fn encode(&self, mut encoder: MetricEncoder<'_>) -> Result<(), std::fmt::Error> {
        let Self(stats) = self;
        let bounds = ACKNOWLEDGEMENT_BUCKETS.iter().map(|millis| seconds(*millis, 1_000.0));
        let buckets: Vec<(f64, u64)> = bounds.chain([f64::INFINITY]).zip(stats.buckets).collect();
        let sum = seconds(stats.total_micros, 1_000_000.0);
        encoder.encode_histogram::<NoLabelSet>(sum, stats.count, &buckets, None)
    }

    fn metric_type(&self) -> MetricType {
        MetricType::Histogram
    }
}

#[expect(clippy::cast_precision_loss, reason = "a sum of microseconds is exact for 285 years")]
fn seconds(count: u64, in_a_second: f64) -> f64 {
    count as f64 / in_a_second
}
