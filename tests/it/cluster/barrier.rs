//! That somebody does not exist is known only of etcd itself, never of what a node holds.

use std::future::IntoFuture;

use portcullis_tests::proxy::Proxy;
use portcullis_tests::secrets;

use super::{Cluster, SHORT, Who, until};

portcullis_tests::tests![
    nobody_is_refused_without_etcd,
    nobody_is_let_in_by_a_clock_where_none_is_relied_on,
    who_was_stopped_lets_nobody_in_where_no_clock_is_relied_on,
];

/// What a node is set to that asks etcd each time.
const EACH_TIME: (&str, &str) = ("cluster.freshness", "barrier");
/// That node.
const ASKS: usize = 1;

async fn nobody_is_refused_without_etcd() {
    let mut cluster = Cluster::short(2).await;
    let who = |name: &str| Who::User { name: name.to_owned(), password: secrets::password() };
    let jo = cluster.user(0, "jo", &[]).await;
    let (stranger, wrong) = (who("nobody"), who("jo"));
    let asked = async |cluster: &Cluster, node: usize| {
        let stats = cluster.stats(&cluster.elastic(node)).await;
        stats["cluster"]["barriers"]["asked"].as_u64().unwrap()
    };
    for node in 0..2 {
        let before = asked(&cluster, node).await;
        assert_eq!(stranger.on(&cluster, node).login().await, 401);
        assert!(asked(&cluster, node).await > before, "etcd was not asked");
    }
    assert_eq!((cluster.logins(&wrong).await, cluster.logins(&jo).await), (vec![401; 2], vec![200; 2]));

    cluster.etcd.kill(0);
    // Whether they are fenced already or not.
    assert_eq!(cluster.logins(&stranger).await, [503; 2]);
    cluster.all_are_fenced().await;
    for who in [&stranger, &wrong, &jo] {
        for node in 0..2 {
            who.on(&cluster, node).authenticate().await.refused(503, "cluster_block_exception");
        }
    }

    cluster.etcd.restart(0).await;
    cluster.all_are_ready().await;
    assert_eq!((cluster.logins(&stranger).await, cluster.logins(&wrong).await), (vec![401; 2], vec![401; 2]));
    assert_eq!(cluster.logins(&jo).await, [200; 2]);
}

/// A node, and one that asks etcd each time and finds it through proxies.
async fn one_that_asks() -> (Cluster, Vec<Proxy>) {
    let mut cluster = Cluster::short(1).await;
    let proxies = cluster.etcd.through_proxies().await;
    let endpoints: Vec<String> = proxies.iter().map(|it| cluster.etcd.url(it.address())).collect();
    let with = |node: portcullis_tests::node_process::Builder| {
        node.setting(SHORT.0, SHORT.1).setting(EACH_TIME.0, EACH_TIME.1)
    };
    cluster.join_at(&endpoints, with).await;
    (cluster, proxies)
}

async fn nobody_is_let_in_by_a_clock_where_none_is_relied_on() {
    let (cluster, proxies) = one_that_asks().await;
    let key = cluster.key(0, "k").await;
    assert_eq!(cluster.logins(&key).await, [200; 2]);
    proxies.iter().for_each(Proxy::mute);
    let (deletes, Who::Key { id, .. }) = (cluster.elastic(0).delete("/_security/api_key"), &key) else {
        panic!("a key")
    };
    let revoked = tokio::spawn(deletes.json(&serde_json::json!({"ids": [id]})).into_future());
    until("the first node knows", async || key.on(&cluster, 0).login().await == 401).await;
    // It still trusts itself, and was not heard of yet: that says nothing here.
    assert!(!revoked.is_finished());
    assert_eq!(key.on(&cluster, ASKS).login().await, 503);
    assert_eq!(revoked.await.unwrap().status, 200);
    proxies.iter().for_each(Proxy::pass);
    until("it knows", async || key.on(&cluster, ASKS).login().await == 401).await;
}

async fn who_was_stopped_lets_nobody_in_where_no_clock_is_relied_on() {
    let (mut cluster, _proxies) = one_that_asks().await;
    let key = cluster.key(0, "k").await;
    let asked = async |cluster: &Cluster| {
        let stats = cluster.stats(&cluster.elastic(ASKS)).await;
        stats["cluster"]["barriers"]["asked"].as_u64().unwrap()
    };
    let before = asked(&cluster).await;
    assert_eq!(cluster.logins(&key).await, [200; 2]);
    assert!(asked(&cluster).await > before + 1, "etcd was not asked about somebody who is known");

    cluster.nodes[ASKS].pause();
    cluster.revoke(0, &key).await;
    let client = key.on(&cluster, ASKS);
    let waiting: Vec<_> = (0..8)
        .map(|_| {
            let client = client.clone();
            tokio::spawn(async move { client.login().await })
        })
        .collect();
    cluster.nodes[ASKS].resume();
    for status in waiting {
        let status = status.await.unwrap();
        assert!([401, 503].contains(&status), "{status} for what is revoked");
    }
    until("it knows", async || client.login().await == 401).await;
}
