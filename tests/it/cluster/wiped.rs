//! An etcd that lost everything, or its last changes: no node takes that for the truth until somebody says that it is.

use portcullis_tests::etcd::Identity;

use super::{Cluster, Who, until};

portcullis_tests::tests![
    nothing_is_believed_of_the_same_etcd,
    nothing_is_believed_of_another_etcd,
    what_was_revoked_stays_so_in_an_etcd_that_was_restored,
];

/// More revisions than were lost.
const REWRITTEN: u64 = 100;

async fn nothing_is_believed_of_the_same_etcd() {
    it_is_believed_when_adopted(Identity::Kept).await;
}

async fn nothing_is_believed_of_another_etcd() {
    it_is_believed_when_adopted(Identity::New).await;
}

async fn it_is_believed_when_adopted(identity: Identity) {
    let mut cluster = Cluster::short(3).await;
    let (good, bad) = (cluster.key(0, "good").await, cluster.key(0, "bad").await);
    cluster.revoke(1, &bad).await;
    assert_eq!((cluster.logins(&good).await, cluster.logins(&bad).await), (vec![200; 3], vec![401; 3]));

    cluster.etcd.wipe(identity).await;
    cluster.all_are_fenced().await;
    for who in [&good, &bad] {
        for node in 0..3 {
            who.on(&cluster, node).authenticate().await.refused(503, "cluster_block_exception");
        }
    }
    assert_eq!((cluster.ready(0).await, cluster.elastic(0).login().await), (503, 503));

    cluster.nodes[2].stop().await;
    let said = cluster.nodes[2].command(&["etcd", "adopt", "--yes"]);
    assert!(said.starts_with("Adopted"), "{said}");
    // Those that run need not be started again.
    for node in [0, 1] {
        cluster.is_ready(node).await;
    }
    cluster.nodes[2].restart().await;
    cluster.all_are_ready().await;
    // Nobody knows of these any more.
    for who in [&good, &bad] {
        assert_eq!(cluster.logins(who).await, [401; 3]);
    }
    for node in 0..3 {
        until("elastic has the first password again", async || cluster.elastic(node).login().await == 200)
            .await;
    }
    let key = cluster.key(0, "new").await;
    assert_eq!(cluster.logins(&key).await, [200; 3]);
    cluster.revoke(2, &key).await;
    assert_eq!(cluster.logins(&key).await, [401; 3]);
}

async fn what_was_revoked_stays_so_in_an_etcd_that_was_restored() {
    let mut cluster = Cluster::short(2).await;
    let key = cluster.key(0, "k").await;
    let before = cluster.etcd.snapshot().await;
    cluster.revoke(1, &key).await;
    cluster.etcd.restore(&before, Identity::Kept).await;
    until("all are fenced", async || {
        is_not_good(&cluster, &key).await;
        cluster.ready(0).await == 503 && cluster.ready(1).await == 503
    })
    .await;
    // The log is there again, and writes of others go on in it: that does not make it the one that they knew.
    let then = cluster.etcd.revision().await;
    while cluster.etcd.put("/elsewhere", b"1").await < then + REWRITTEN {}
    is_not_good(&cluster, &key).await;
    cluster.nodes[1].restart().await;
    assert_eq!(cluster.logins(&key).await, [503; 2]);
    assert_eq!((cluster.ready(0).await, cluster.ready(1).await), (503, 503));
}

async fn is_not_good(cluster: &Cluster, key: &Who) {
    for status in cluster.logins(key).await {
        assert!([401, 503].contains(&status), "{status} for a key that was revoked");
    }
}
