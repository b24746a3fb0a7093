//! Who is there, as the other nodes tell it.

use serde_json::Value;

use super::{Cluster, until};

portcullis_tests::tests![a_node_that_goes_is_told_from_one_that_is_lost];

async fn a_node_that_goes_is_told_from_one_that_is_lost() {
    let mut cluster = Cluster::short(3).await;
    let all_are_there = async |cluster: &Cluster| {
        for node in 0..3 {
            is(cluster, node, "green", 3).await;
        }
        assert_eq!(states(cluster).await, ["trusted"; 3]);
    };
    all_are_there(&cluster).await;

    cluster.nodes[2].stop().await;
    for node in [0, 1] {
        is(&cluster, node, "green", 2).await;
    }
    assert!(!states(&cluster).await.contains(&"lost".to_owned()));
    cluster.nodes[2].restart().await;
    all_are_there(&cluster).await;

    cluster.nodes[2].kill();
    for node in [0, 1] {
        until("a node is missing", async || health(&cluster, node).await["status"] == "yellow").await;
    }
    cluster.nodes[2].restart().await;
    all_are_there(&cluster).await;
}

async fn health(cluster: &Cluster, node: usize) -> Value {
    cluster.elastic(node).get("/_cluster/health").await.ok()
}

async fn is(cluster: &Cluster, node: usize, status: &str, count: u64) {
    until(&format!("node {node} sees {count}, {status}"), async || {
        let health = health(cluster, node).await;
        health["status"] == status && health["number_of_nodes"] == count
    })
    .await;
}

/// As the first node has them.
async fn states(cluster: &Cluster) -> Vec<String> {
    let told = cluster.elastic(0).get("/_cat/nodes?h=state").await;
    assert_eq!(told.status, 200, "{}", told.text());
    told.text().lines().map(|it| it.trim().to_owned()).collect()
}
