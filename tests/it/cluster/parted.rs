//! Members of etcd that are parted from each other, none of them killed: the side without a majority knows nothing, and
//! who stands on it neither; the other side goes on.

use portcullis_tests::etcd::EtcdCluster;
use portcullis_tests::secrets;
use serde_json::json;

use super::{Cluster, SHORT, Who, until};

portcullis_tests::tests![
    a_leader_that_is_alone_leads_nobody,
    a_follower_that_is_alone_knows_nothing,
    nobody_knows_anything_where_there_is_no_majority,
];

/// The node that finds only the member that will be alone.
const AWAY: usize = 2;

/// Who is alone.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Alone {
    Leader,
    Follower,
}

async fn a_leader_that_is_alone_leads_nobody() {
    parted(Alone::Leader).await;
}

async fn a_follower_that_is_alone_knows_nothing() {
    parted(Alone::Follower).await;
}

/// Three members, two nodes that find all of them, and one that finds one of them only.
async fn three(alone: impl Fn(usize) -> usize) -> (Cluster, usize) {
    let etcd = EtcdCluster::builder(3).proxied_peers().start().await;
    let alone = alone(etcd.leader().await);
    let mut cluster = Cluster { nodes: Vec::new(), etcd, password: secrets::password() };
    for _ in 0..AWAY {
        cluster.join(|node| node.setting(SHORT.0, SHORT.1)).await;
    }
    let there = [cluster.etcd.endpoint(alone)];
    cluster.join_at(&there, |node| node.setting(SHORT.0, SHORT.1)).await;
    (cluster, alone)
}

async fn parted(who: Alone) {
    let (cluster, alone) = three(|leader| if who == Alone::Leader { leader } else { (leader + 1) % 3 }).await;
    let (good, bad) = (cluster.key(0, "good").await, cluster.key(1, "bad").await);
    for key in [&good, &bad] {
        assert_eq!(cluster.logins(key).await, [200; 3]);
    }
    cluster.etcd.part(&[alone]);
    is_revoked(&cluster, &bad).await;
    for node in 0..cluster.nodes.len() {
        let status = bad.on(&cluster, node).login().await;
        assert!([401, 503].contains(&status), "{status} of node {node} for what is revoked");
    }
    bad.on(&cluster, AWAY).authenticate().await.refused(503, "cluster_block_exception");
    good.on(&cluster, AWAY).authenticate().await.refused(503, "cluster_block_exception");
    assert_eq!((cluster.ready(AWAY).await, cluster.elastic(AWAY).login().await), (503, 503));
    // It cannot even say that it did something.
    let made = cluster.elastic(AWAY).put("/_security/role/r").json(&json!({})).await;
    assert_eq!(made.status, 503, "{}", made.text());

    for node in 0..AWAY {
        cluster.is_ready(node).await;
        until("those with a majority go on", async || {
            let statuses = (bad.on(&cluster, node).login().await, good.on(&cluster, node).login().await);
            assert_ne!(statuses.0, 200);
            statuses == (401, 200)
        })
        .await;
    }
    let later = cluster.key(0, "later").await;
    assert_eq!(later.on(&cluster, AWAY).login().await, 503);

    cluster.etcd.heal();
    cluster.all_are_ready().await;
    assert_eq!((cluster.logins(&bad).await, cluster.logins(&good).await), (vec![401; 3], vec![200; 3]));
    assert_eq!(cluster.logins(&later).await, [200; 3]);
    cluster.revoke(AWAY, &later).await;
    assert_eq!(cluster.logins(&later).await, [401; 3]);
}

/// Revokes it on the first node, while somebody is being elected: that may have to be said more than once.
async fn is_revoked(cluster: &Cluster, key: &Who) {
    let Who::Key { id, .. } = key else { panic!("a key") };
    until("a revocation is answered", async || {
        let asked = cluster.elastic(0).delete("/_security/api_key").json(&json!({"ids": [id]})).await;
        assert!([200, 503].contains(&asked.status), "{} {}", asked.status, asked.text());
        asked.status == 200
    })
    .await;
}

async fn nobody_knows_anything_where_there_is_no_majority() {
    let (cluster, _) = three(|_| 0).await;
    let key = cluster.key(0, "k").await;
    assert_eq!(cluster.logins(&key).await, [200; 3]);
    for member in 0..2 {
        cluster.etcd.part(&[member]);
    }
    cluster.all_are_fenced().await;
    for node in 0..cluster.nodes.len() {
        key.on(&cluster, node).authenticate().await.refused(503, "cluster_block_exception");
    }
    cluster.etcd.heal();
    cluster.all_are_ready().await;
    assert_eq!(cluster.logins(&key).await, [200; 3]);
    cluster.revoke(1, &key).await;
    assert_eq!(cluster.logins(&key).await, [401; 3]);
}
