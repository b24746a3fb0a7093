//! Backups and restores of what nodes share: from etcd where no node runs, with what was revoked since, and with nodes that
//! come in the middle of one.

use portcullis_tests::etcd::EtcdCluster;

use super::*;

portcullis_tests::tests![
    half_a_store_is_served_by_nobody,
    a_stopped_node_is_backed_up_as_etcd_is,
    what_was_revoked_on_any_node_stays_revoked,
];

/// What is in etcd while a restore is under way.
const MARKER: &str = "/portcullis/tests/d/unfinished-restore/marker";

async fn half_a_store_is_served_by_nobody() {
    let mut cluster = Cluster::on(1).await;
    cluster.join(|node| node).await;
    let user = cluster.user(0, "jo", &[]).await;
    let backup = cluster.nodes[0].folders().root().join("backup");
    let backup = backup.to_str().unwrap();
    cluster.nodes[0].command(&["backup", backup]);
    cluster.nodes[0].stop().await;
    cluster.etcd.put(MARKER, b"{}").await;

    // Its folder is empty: when it starts it knows nothing of etcd yet.
    let endpoints = cluster.etcd.endpoints();
    let builder = NodeProcess::builder("late").password(&cluster.password);
    cluster.nodes.push(builder.etcd(&cluster.etcd, &endpoints).start().await);
    until("it has met the restore", async || cluster.nodes[1].log().contains("a restore into the store"))
        .await;
    for client in [user.on(&cluster, 1), cluster.elastic(1), cluster.anonymous(1).basic("nobody", "nothing")]
    {
        client.authenticate().await.refused(503, "cluster_block_exception");
    }
    assert_eq!(cluster.ready(1).await, 503);
    let half = cluster.nodes[0].fails(&["backup", "half"]);
    assert!(half.contains("it holds a restore that was cut off"), "{half}");

    // It is no member, which would keep the restore from being run again; and it knows when that is over.
    let told = cluster.nodes[0].command(&["restore", backup]);
    assert!(told.contains("Restored"), "{told}");
    cluster.is_ready(1).await;
    assert_eq!((user.on(&cluster, 1).login().await, cluster.elastic(1).login().await), (200, 200));

    // What is in the copy that a node has left behind is no reason not to start.
    cluster.nodes[1].stop().await;
    cluster.etcd.put(MARKER, b"{}").await;
    cluster.nodes[1].restart().await;
    until("it has met it again", async || cluster.nodes[1].log().contains("a restore into the store")).await;
    cluster.nodes[1].kill();
    cluster.etcd.delete(MARKER).await;
    cluster.nodes[1].restart().await;
    cluster.is_ready(1).await;
    assert_eq!(user.on(&cluster, 1).login().await, 200);
}

async fn a_stopped_node_is_backed_up_as_etcd_is() {
    let mut cluster = Cluster::short(2).await;
    let (good, dead) = (cluster.key(0, "good").await, cluster.key(0, "dead").await);
    cluster.nodes[1].stop().await;
    cluster.revoke(0, &dead).await;
    cluster.nodes[0].stop().await;
    let backup = cluster.nodes[1].folders().root().join("backup");
    let told = cluster.nodes[1].command(&["backup", backup.to_str().unwrap()]);
    assert!(told.starts_with("Backed up"), "{told}");
    // Where no node has been there is nothing to back up, and nothing is begun.
    let data = cluster.nodes[1].folders().root().join("data");
    std::fs::remove_dir_all(&data).unwrap();
    let refused = cluster.nodes[1].fails(&["backup", "another"]);
    assert!(refused.contains("there has been none that follows etcd"), "{refused}");
    assert!(!data.exists() && !cluster.nodes[1].folders().root().join("another").exists());

    let (told, at) = restored(&cluster, 1, &[backup.to_str().unwrap()]);
    assert!(told.contains("Restored"), "{told}");
    cluster.nodes.clear();
    cluster.join(|node| node.setting("store.etcd.prefix", at)).await;
    assert_eq!((cluster.logins(&good).await, cluster.logins(&dead).await), (vec![200], vec![401]));
}

async fn what_was_revoked_on_any_node_stays_revoked() {
    let secret = secrets::password();
    let etcd = EtcdCluster::builder(1).user("portcullis", &secret).start().await;
    let mut cluster = Cluster { nodes: Vec::new(), etcd, password: secrets::password() };
    let login = |node: Builder| {
        node.setting("store.etcd.username", "portcullis").variable("store.etcd.password", &secret)
    };
    for _ in 0..2 {
        cluster.join(login).await;
    }
    let jo = cluster.user(0, "jo", &[]).await;
    let keys = [cluster.key(0, "one").await, cluster.key(1, "two").await, cluster.key(1, "good").await];
    let root = cluster.nodes[0].folders().root().to_owned();
    let path = |name: &str| root.join(name).to_str().unwrap().to_owned();
    let backup = path("backup");
    cluster.nodes[0].command(&["backup", &backup]);
    cluster.revoke(0, &keys[0]).await;
    cluster.revoke(1, &keys[1]).await;
    cluster.elastic(1).put("/_security/user/jo/_disable").await.ok();
    for node in &mut cluster.nodes {
        node.stop().await;
    }
    let logs = [path("log-0"), path("log-1")];
    for (log, node) in logs.iter().zip(&cluster.nodes) {
        std::fs::write(log, node.whole_log()).unwrap();
    }
    let arguments = [&*backup, "--replay-revocations", &logs[0], "--replay-revocations", &logs[1]];
    let (told, at) = restored(&cluster, 0, &arguments);
    assert!(told.contains("2 API keys are invalidated") && told.contains("1 users are disabled"), "{told}");
    cluster.nodes.clear();
    cluster.join(|node| login(node).setting("store.etcd.prefix", at)).await;
    let mut statuses = Vec::new();
    for who in keys.iter().chain([&jo]) {
        statuses.push(who.on(&cluster, 0).login().await);
    }
    assert_eq!(statuses, [401, 401, 200, 401]);
}

/// Restores with these arguments below another prefix. What was said, and the prefix.
fn restored(cluster: &Cluster, node: usize, arguments: &[&str]) -> (String, &'static str) {
    let node = &cluster.nodes[node];
    let data = node.folders().root().join("data");
    if data.exists() {
        std::fs::remove_dir_all(data).unwrap();
    }
    let command = [&["-E", "store.etcd.prefix=/restored/", "restore"], arguments];
    (node.command(&command.concat()), "/restored/")
}
