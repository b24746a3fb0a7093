//! From one node to several: what a single node held is restored into an etcd, and counts there.

use super::*;

portcullis_tests::tests![a_single_node_becomes_a_cluster_by_backup_and_restore];

async fn a_single_node_becomes_a_cluster_by_backup_and_restore() {
    let mut cluster = Cluster::on(1).await;
    let password = cluster.password.clone();
    cluster.nodes.push(NodeProcess::builder("alone").password(&password).start().await);
    let user = cluster.user(0, "jo", &[]).await;
    let key = cluster.key(0, "key").await;
    let dead = cluster.key(0, "dead").await;
    let Who::Key { id, .. } = &dead else { panic!("a key") };
    cluster.elastic(0).delete("/_security/api_key").json(&json!({"ids": [id]})).await.ok();
    cluster.nodes[0].stop().await;
    let backup = cluster.nodes[0].folders().root().join("backup");
    let backup = backup.to_str().unwrap();
    cluster.nodes[0].command(&["backup", backup]);

    // A log beside the one that its first node has begun.
    let prefix = "store.etcd.prefix=/moved/";
    cluster.join(|node| node).await;
    cluster.nodes[1].stop().await;
    std::fs::remove_dir_all(cluster.nodes[1].folders().root().join("data")).unwrap();
    let told = cluster.nodes[1].command(&["-E", prefix, "restore", backup]);
    assert!(told.contains("Restored"), "{told}");
    cluster.nodes.clear();
    for _ in 0..2 {
        cluster.join(|node| node.setting("store.etcd.prefix", "/moved/")).await;
    }
    assert_eq!(cluster.logins(&user).await, [200, 200]);
    assert_eq!(cluster.logins(&key).await, [200, 200]);
    assert_eq!(cluster.logins(&dead).await, [401, 401]);
    assert_eq!(cluster.elastic(1).get("/_security/_authenticate").await.status, 200);
    // Once more would mix two states.
    cluster.nodes[1].stop().await;
    let refused = cluster.nodes[1].fails(&["restore", backup]);
    assert!(refused.contains("nothing is written"), "{refused}");
}
