//! That somebody does not exist is known only of etcd itself, never of what a node holds.

use portcullis_tests::secrets;

use super::{Cluster, Who};

portcullis_tests::tests![nobody_is_refused_without_etcd];

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
