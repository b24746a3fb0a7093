//! What a node tells of the others, with real nodes on a real etcd: who is there, who is well, and waiting for it.

use portcullis_tests::etcd::EtcdCluster;
use portcullis_tests::node_process::NodeProcess;
use portcullis_tests::secrets;
use serde_json::{Value, json};

portcullis_tests::tests![members_come_fall_silent_return_and_leave];

/// The columns of each node, by name.
async fn rows(node: &NodeProcess, columns: &str) -> Value {
    node.elastic().get(&format!("/_cat/nodes?format=json&s=name&h={columns}")).await.ok()
}

/// The health once it is so, which a client waits for.
async fn health(node: &NodeProcess, condition: &str) -> (u16, Value, Value) {
    let answer = node.elastic().get(&format!("/_cluster/health?{condition}")).await;
    let health = answer.json();
    (answer.status, health["status"].clone(), health["number_of_nodes"].clone())
}

async fn members_come_fall_silent_return_and_leave() {
    let etcd = EtcdCluster::start(1).await;
    let password = secrets::password();
    let start = async |name: &str| {
        NodeProcess::builder(name).password(&password).etcd(&etcd, &etcd.endpoints()).start().await
    };
    let a = start("a").await;
    let mut b = start("b").await;
    // Whoever has just begun may not be trusted yet, and then cannot tell who elastic is.
    let well = "wait_for_status=green&wait_for_nodes=2&timeout=60s";
    assert_eq!(health(&a, well).await, (200, json!("green"), json!(2)));
    let trusted = json!([{"name": "a", "state": "trusted"}, {"name": "b", "state": "trusted"}]);
    assert_eq!(rows(&a, "name,state").await, trusted);
    let addresses = rows(&a, "address").await;
    let address = |node: &NodeProcess| json!({"address": node.address().to_string()});
    assert_eq!(addresses, json!([address(&a), address(&b)]));
    assert_eq!(health(&a, "wait_for_nodes=3&timeout=1s").await, (408, json!("green"), json!(2)));

    let stats = a.elastic().get("/_security/stats").await.ok();
    let cluster = &stats["nodes"].as_object().unwrap().values().next().unwrap()["cluster"];
    assert_eq!(
        (&cluster["trust"]["state"], &cluster["log"]["following"]),
        (&json!("trusted"), &json!("yes"))
    );
    assert_eq!(cluster["members"].as_array().map(Vec::len), Some(2), "{cluster}");
    let metrics = a.elastic().get("/_prometheus/metrics").await.text().to_owned();
    for line in ["portcullis_cluster_trusted 1", "portcullis_cluster_nodes{state=\"trusted\"} 2"] {
        assert!(metrics.lines().any(|it| it == line), "{line} is missing in\n{metrics}");
    }

    b.pause();
    assert_eq!(health(&a, "wait_for_nodes=le(1)&timeout=60s").await, (200, json!("yellow"), json!(1)));
    assert_eq!(rows(&a, "state").await, json!([{"state": "trusted"}, {"state": "lost"}]));
    b.resume();
    assert_eq!(health(&a, well).await, (200, json!("green"), json!(2)));

    b.stop().await;
    assert_eq!(health(&a, "wait_for_nodes=le(1)&timeout=60s").await, (200, json!("green"), json!(1)));
    assert_eq!(rows(&a, "name,state,left").await[1], json!({"name": "b", "state": "left", "left": null}));
}
