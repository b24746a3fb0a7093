//! A node that does not run for longer than its window, and does not know that it did not.

use super::{Cluster, until};

portcullis_tests::tests![a_node_that_wakes_up_does_not_go_on_where_it_was];

/// The node that sleeps.
const ASLEEP: usize = 1;
/// How many ask it before it wakes up.
const CLIENTS: usize = 8;

async fn a_node_that_wakes_up_does_not_go_on_where_it_was() {
    let mut cluster = Cluster::short(2).await;
    let key = cluster.key(0, "k").await;
    assert_eq!(cluster.logins(&key).await, [200; 2]);
    cluster.nodes[ASLEEP].pause();
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
        assert!([401, 503].contains(&status), "it answers {status} to a key that is revoked");
    }
    until("it knows", async || client.login().await == 401).await;
    cluster.is_ready(ASLEEP).await;
    assert_eq!(cluster.elastic(ASLEEP).login().await, 200);
}
