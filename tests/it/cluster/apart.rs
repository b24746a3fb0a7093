//! A node that etcd does not reach any more, and nobody is told: by the time a revocation is answered elsewhere, it has
//! stopped to decide.

use portcullis_tests::node_process::Builder;
use portcullis_tests::{lines, secrets};

use super::{Cluster, SHORT, until};

portcullis_tests::tests![a_node_that_is_cut_off_decides_nothing_and_comes_back];

/// The node that is cut off.
const AWAY: usize = 2;

async fn a_node_that_is_cut_off_decides_nothing_and_comes_back() {
    let mut cluster = Cluster::short(2).await;
    let proxies = cluster.etcd.through_proxies().await;
    let endpoints: Vec<String> = proxies.iter().map(|it| cluster.etcd.url(it.address())).collect();
    let of_file = secrets::password();
    let users = lines::user("operator", &of_file);
    let with = |node: Builder| {
        node.setting(SHORT.0, SHORT.1).file("users", &users).file("users_roles", "superuser:operator\n")
    };
    cluster.join_at(&endpoints, with).await;
    let operator = cluster.anonymous(AWAY).basic("operator", &of_file);
    let (first, second) = (cluster.key(0, "first").await, cluster.key(1, "second").await);
    for key in [&first, &second] {
        assert_eq!(cluster.logins(key).await, [200; 3]);
    }
    proxies.iter().for_each(|it| it.black_hole());
    cluster.revoke(0, &first).await;
    let refused = first.on(&cluster, AWAY).authenticate().await;
    refused.refused(503, "cluster_block_exception");
    assert!(refused.header("retry-after").is_some(), "{}", refused.text());
    assert_eq!(cluster.anonymous(AWAY).get("/-/live").await.status, 200);
    assert_eq!(cluster.ready(AWAY).await, 503);
    assert_eq!(cluster.elastic(AWAY).login().await, 503);
    assert_eq!(operator.login().await, 200, "nothing of this is in etcd");
    assert_eq!(cluster.stats(&operator).await["cluster"]["trust"]["state"], "fenced");

    // Its record is gone, so nobody waits for it again.
    until("the others know that it is lost", async || {
        let mut lost = true;
        for node in [0, 1] {
            let told = cluster.elastic(node).get("/_cat/nodes?h=name,state").await.text();
            lost &= told.lines().any(|it| it.contains("node-2") && it.contains("lost"));
        }
        lost
    })
    .await;
    assert!(evictions(&cluster).await > 0, "its record was removed");
    let before = by_time(&cluster).await;
    cluster.revoke(1, &second).await;
    assert_eq!(by_time(&cluster).await, before, "a node that is known to be lost is not waited for");
    assert_eq!(second.on(&cluster, AWAY).login().await, 503);

    proxies.iter().for_each(|it| it.pass());
    cluster.is_ready(AWAY).await;
    for key in [&first, &second] {
        assert_eq!(cluster.logins(key).await, [401; 3]);
    }
    assert_eq!((cluster.elastic(AWAY).login().await, operator.login().await), (200, 200));
    let third = cluster.key(AWAY, "third").await;
    cluster.revoke(0, &third).await;
    assert_eq!(by_time(&cluster).await, before, "it is heard of again");
    assert_eq!(cluster.logins(&third).await, [401; 3]);
}

/// How many writes of the others were answered because the time ran out.
async fn by_time(cluster: &Cluster) -> u64 {
    of_the_others(cluster, "/acknowledgements/by_time").await
}

/// How many records the others removed.
async fn evictions(cluster: &Cluster) -> u64 {
    of_the_others(cluster, "/evictions").await
}

/// A counter of the nodes that are not cut off, taken together.
async fn of_the_others(cluster: &Cluster, counter: &str) -> u64 {
    let mut sum = 0;
    for node in (0..cluster.nodes.len()).filter(|it| *it != AWAY) {
        let stats = cluster.stats(&cluster.elastic(node)).await;
        sum += stats["cluster"].pointer(counter).unwrap().as_u64().unwrap();
    }
    sum
}
