//! What the nodes tell of their place in the cluster, before a run and after it.

use serde_json::Value;

use super::town::Town;

/// What moves when a node lost its place, or somebody was turned away: never while all is well.
pub(super) const LOST: [&str; 7] = [
    "/cluster/fenced",
    "/cluster/evicted",
    "/cluster/evictions",
    "/cluster/log/resyncs",
    "/cluster/acknowledgements/by_time",
    "/cluster/waiting/turned_away",
    "/cluster/waiting/timed_out",
];

/// What moves when a node had to find its place anew, which no election may do.
pub(super) const UPROOTED: [&str; 3] = ["/cluster/evicted", "/cluster/evictions", "/cluster/log/resyncs"];

/// What is only told. A heartbeat is refused once after one that was late and done all the same: its node finds that the
/// record is its own, and loses nothing.
pub(super) const TOLD: [&str; 8] = [
    "/cluster/barriers/asked",
    "/cluster/barriers/failed",
    "/cluster/waiting/admitted",
    "/cluster/heartbeats/sent",
    "/cluster/heartbeats/late",
    "/cluster/heartbeats/refused",
    "/cluster/log/reopened",
    "/hashing/completed",
];

/// The counters of each node.
pub(super) struct Standing(Vec<Value>);

impl Standing {
    /// Asks every node.
    pub(super) async fn of(town: &Town) -> Self {
        let mut nodes = Vec::new();
        for node in 0..town.nodes.len() {
            let stats = town.elastic(node).get("/_security/stats").await.ok();
            nodes.push(stats["nodes"].as_object().unwrap().values().next().unwrap().clone());
        }
        Self(nodes)
    }

    /// How far a counter has moved at each node since `before`.
    ///
    /// # Panics
    /// If there is no such counter.
    pub(super) fn moved(&self, before: &Self, counter: &str) -> Vec<u64> {
        let number = |node: &Value| {
            node.pointer(counter).and_then(Value::as_u64).unwrap_or_else(|| panic!("{counter}"))
        };
        self.0.iter().zip(&before.0).map(|(after, before)| number(after) - number(before)).collect()
    }
}
