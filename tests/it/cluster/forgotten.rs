//! A node that was away for so long that etcd has forgotten what it missed: it reads everything anew.

use portcullis_tests::proxy::Proxy;
use serde_json::json;

use super::{Cluster, SHORT, Who};

portcullis_tests::tests![a_node_that_missed_what_is_forgotten_reads_everything_anew];

/// The node that is away.
const AWAY: usize = 1;

async fn a_node_that_missed_what_is_forgotten_reads_everything_anew() {
    let mut cluster = Cluster::short(1).await;
    let proxies = cluster.etcd.through_proxies().await;
    let endpoints: Vec<String> = proxies.iter().map(|it| cluster.etcd.url(it.address())).collect();
    cluster.join_at(&endpoints, |node| node.setting(SHORT.0, SHORT.1)).await;
    let (kept, revoked) = (cluster.key(0, "kept").await, cluster.key(0, "revoked").await);
    let gone = cluster.user(0, "gone", &[]).await;
    for who in [&kept, &revoked, &gone] {
        assert_eq!(cluster.logins(who).await, [200; 2]);
    }
    assert_eq!(resyncs(&cluster).await, 0);

    proxies.iter().for_each(Proxy::black_hole);
    cluster.is_fenced(AWAY).await;
    cluster.revoke(0, &revoked).await;
    cluster.elastic(0).delete("/_security/user/gone").await.ok();
    let new = cluster.key(0, "new").await;
    let changed = cluster.user(0, "changed", &["superuser"]).await;
    let compacted = cluster.etcd.revision().await;
    cluster.etcd.compact(compacted).await;
    // What is on its way to it is lost: it has to ask.
    proxies.iter().for_each(Proxy::cut);
    proxies.iter().for_each(Proxy::pass);

    cluster.is_ready(AWAY).await;
    assert_eq!(resyncs(&cluster).await, 1);
    for (who, status) in [(&kept, 200), (&new, 200), (&changed, 200), (&revoked, 401), (&gone, 401)] {
        assert_eq!(cluster.logins(who).await, [status; 2]);
    }
    // It follows from there on, and others wait for it.
    let body = json!({"roles": []});
    changed.on(&cluster, AWAY).put("/_security/user/changed").json(&body).await.ok();
    let Who::User { name, .. } = &changed else { panic!("a user") };
    for node in 0..2 {
        let told = changed.on(&cluster, node).whoami().await;
        assert_eq!((&told["username"], &told["roles"]), (&json!(name), &json!([])));
    }
    cluster.revoke(0, &new).await;
    assert_eq!(cluster.logins(&new).await, [401; 2]);
}

async fn resyncs(cluster: &Cluster) -> u64 {
    let stats = cluster.stats(&cluster.elastic(AWAY)).await;
    stats["cluster"]["log"]["resyncs"].as_u64().unwrap()
}
