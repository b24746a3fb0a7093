//! Members of etcd that go: a leader costs nobody a resync nor a wrong answer, a majority fences every node until it is
//! back.

use std::future::Future;
use std::pin::pin;

use super::{Cluster, Who, until};

portcullis_tests::tests![nodes_outlive_their_leader_and_a_lost_majority];

async fn nodes_outlive_their_leader_and_a_lost_majority() {
    let mut cluster = Cluster::on(3).await;
    for _ in 0..2 {
        cluster.join(|node| node).await;
    }
    let (good, bad) = (cluster.key(0, "good").await, cluster.key(0, "bad").await);
    assert_eq!(cluster.logins(&bad).await, [200; 2]);
    cluster.revoke(1, &bad).await;
    let before = resyncs(&cluster).await;

    let leader = cluster.etcd.leader().await;
    cluster.etcd.kill(leader);
    meanwhile(&cluster, &good, &bad, another(&cluster)).await;
    cluster.etcd.restart(leader).await;
    settled(&cluster, &good, &bad).await;

    let leader = cluster.etcd.leader().await;
    cluster.etcd.pause(leader);
    meanwhile(&cluster, &good, &bad, another(&cluster)).await;
    cluster.etcd.resume(leader);
    settled(&cluster, &good, &bad).await;
    assert_eq!(resyncs(&cluster).await, before, "nobody had lost anything");

    cluster.etcd.kill_quorum();
    meanwhile(&cluster, &good, &bad, cluster.all_are_fenced()).await;
    for who in [&good, &bad] {
        for node in 0..2 {
            who.on(&cluster, node).authenticate().await.refused(503, "cluster_block_exception");
        }
    }
    assert_eq!(cluster.elastic(0).login().await, 503);
    cluster.etcd.revive().await;
    settled(&cluster, &good, &bad).await;
    assert_eq!(resyncs(&cluster).await, before, "what was away has lost nothing");
}

/// Somebody leads, and took a change from each node.
async fn another(cluster: &Cluster) {
    cluster.etcd.leader().await;
    for node in 0..cluster.nodes.len() {
        until("a change is taken", async || {
            let made = cluster.elastic(node).put("/_security/role/r").json(&serde_json::json!({})).await;
            assert!([200, 503].contains(&made.status), "{} {}", made.status, made.text());
            made.status == 200
        })
        .await;
    }
}

/// Looks at every answer until `change` has come: it may be that nobody knows, but never the wrong one.
async fn meanwhile(cluster: &Cluster, good: &Who, bad: &Who, change: impl Future<Output = ()>) {
    let mut change = pin!(change);
    loop {
        tokio::select! {
            biased;
            () = &mut change => break,
            () = none_is_wrong(cluster, good, bad) => {}
        }
    }
}

async fn none_is_wrong(cluster: &Cluster, good: &Who, bad: &Who) {
    for (who, right) in [(good, 200), (bad, 401)] {
        for status in cluster.logins(who).await {
            assert!([right, 503].contains(&status), "{status} in place of {right}");
        }
    }
}

/// All are trusted again, and know who is who.
async fn settled(cluster: &Cluster, good: &Who, bad: &Who) {
    cluster.all_are_ready().await;
    until("all know", async || {
        none_is_wrong(cluster, good, bad).await;
        cluster.logins(good).await == [200; 2] && cluster.logins(bad).await == [401; 2]
    })
    .await;
}

async fn resyncs(cluster: &Cluster) -> Vec<u64> {
    let mut counts = Vec::new();
    for node in 0..cluster.nodes.len() {
        let stats = cluster.stats(&cluster.elastic(node)).await;
        counts.push(stats["cluster"]["log"]["resyncs"].as_u64().unwrap());
    }
    counts
}
