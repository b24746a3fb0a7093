//! A node whose watch brings nothing while etcd answers everything else that it asks: it confirms nothing, so it is waited
//! for once, and then no more.

use portcullis_tests::proxy::Proxy;

use super::{Cluster, SHORT, until};

portcullis_tests::tests![a_node_that_hears_nothing_is_waited_for_once];

/// The node that hears nothing.
const DEAF: usize = 1;

async fn a_node_that_hears_nothing_is_waited_for_once() {
    let mut cluster = Cluster::short(1).await;
    let proxies = cluster.etcd.through_proxies().await;
    let endpoints: Vec<String> = proxies.iter().map(|it| cluster.etcd.url(it.address())).collect();
    cluster.join_at(&endpoints, |node| node.setting(SHORT.0, SHORT.1)).await;
    let (first, second) = (cluster.key(0, "first").await, cluster.key(0, "second").await);
    for key in [&first, &second] {
        assert_eq!(cluster.logins(key).await, [200; 2]);
    }
    let before = by_time(&cluster).await;
    proxies.iter().for_each(Proxy::mute);
    cluster.revoke(0, &first).await;
    assert_eq!(first.on(&cluster, DEAF).login().await, 503, "it may not know");
    assert_eq!(by_time(&cluster).await, before + 1, "it cannot have confirmed");

    // Etcd still answers it, and still it does not keep its record young.
    until("the other knows that it is lost", async || {
        let told = cluster.elastic(0).get("/_cat/nodes?h=name,state").await.text().to_owned();
        told.lines().any(|it| it.contains("node-1") && it.contains("lost"))
    })
    .await;
    cluster.revoke(0, &second).await;
    assert_eq!(by_time(&cluster).await, before + 1, "it was waited for again");
    assert_eq!(second.on(&cluster, DEAF).login().await, 503);

    proxies.iter().for_each(Proxy::pass);
    cluster.is_ready(DEAF).await;
    for key in [&first, &second] {
        assert_eq!(cluster.logins(key).await, [401; 2]);
    }
    let third = cluster.key(DEAF, "third").await;
    cluster.revoke(0, &third).await;
    assert_eq!(by_time(&cluster).await, before + 1, "it is heard of again");
    assert_eq!(cluster.logins(&third).await, [401; 2]);
}

/// How many writes of the node that hears were answered because the time ran out.
async fn by_time(cluster: &Cluster) -> u64 {
    let stats = cluster.stats(&cluster.elastic(0)).await;
    stats["cluster"]["acknowledgements"]["by_time"].as_u64().unwrap()
}
