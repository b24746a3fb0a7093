//! A node that does not run for longer than its window, and does not know that it did not.

use super::{Cluster, SHORT, until};

portcullis_tests::tests![
    a_node_that_wakes_up_does_not_go_on_where_it_was,
    a_node_that_wakes_up_and_hears_of_nobody_knows_nothing,
];

/// The node that sleeps.
const ASLEEP: usize = 1;
/// How many ask it before it wakes up.
const CLIENTS: usize = 8;

/// What reaches the node from etcd when it wakes up.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Waiting {
    Everything,
    Nothing,
}

async fn a_node_that_wakes_up_does_not_go_on_where_it_was() {
    wakes_up(Waiting::Everything).await;
}

async fn a_node_that_wakes_up_and_hears_of_nobody_knows_nothing() {
    wakes_up(Waiting::Nothing).await;
}

async fn wakes_up(waiting: Waiting) {
    let mut cluster = Cluster::short(1).await;
    let proxies = cluster.etcd.through_proxies().await;
    let endpoints: Vec<String> = proxies.iter().map(|it| cluster.etcd.url(it.address())).collect();
    cluster.join_at(&endpoints, |node| node.setting(SHORT.0, SHORT.1)).await;
    let key = cluster.key(0, "k").await;
    assert_eq!(cluster.logins(&key).await, [200; 2]);
    cluster.nodes[ASLEEP].pause();
    if waiting == Waiting::Nothing {
        proxies.iter().for_each(|it| it.black_hole());
    }
    cluster.revoke(0, &key).await;
    let client = key.on(&cluster, ASLEEP);
    let asked: Vec<_> = (0..CLIENTS)
        .map(|_| {
            let client = client.clone();
            tokio::spawn(async move { client.login().await })
        })
        .collect();
    cluster.nodes[ASLEEP].resume();
    for status in asked {
        let status = status.await.unwrap();
        let knows = waiting == Waiting::Everything && status == 401;
        assert!(knows || status == 503, "it answers {status} to a key that is revoked");
    }
    proxies.iter().for_each(|it| it.pass());
    until("it knows", async || client.login().await == 401).await;
    cluster.is_ready(ASLEEP).await;
    assert_eq!(cluster.elastic(ASLEEP).login().await, 200);
}
