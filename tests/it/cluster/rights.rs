//! Rights on healthy nodes, one of which hears of everything a little later: given on one they are there on all, taken
//! on one they are gone on all, when it is answered.

use std::time::Duration;

use portcullis_tests::proxy::{Direction, Flow};
use portcullis_tests::secrets;
use serde_json::json;

use super::{Cluster, Who};

portcullis_tests::tests![what_is_done_on_one_node_counts_on_all];

const TOKENS: &str = "/_security/service/elastic/fleet-server/credential/token";
const NATIVE: &str = "realm/native/default_native";
/// Longer than a request takes, and much less than what makes etcd look silent.
const LATER: Duration = Duration::from_millis(50);
const EVERYWHERE: [u16; 3] = [200; 3];
const NOWHERE: [u16; 3] = [401; 3];

async fn what_is_done_on_one_node_counts_on_all() {
    let mut cluster = Cluster::on(3).await;
    for _ in 0..2 {
        cluster.join(|node| node).await;
    }
    let proxies = cluster.etcd.through_proxies().await;
    let endpoints: Vec<String> = proxies.iter().map(|it| cluster.etcd.url(it.address())).collect();
    cluster.join_at(&endpoints, |node| node).await;
    proxies.iter().for_each(|it| it.set(Direction::ToClient, Flow::Delayed(LATER)));
    keys(&cluster).await;
    tokens(&cluster).await;
    users(&cluster).await;
    roles(&cluster).await;
    clears(&cluster).await;
}

async fn keys(cluster: &Cluster) {
    for node in 0..3 {
        let key = cluster.key(node, "k").await;
        assert_eq!(cluster.logins(&key).await, EVERYWHERE);
        cluster.revoke((node + 1) % 3, &key).await;
        assert_eq!(cluster.logins(&key).await, NOWHERE);
    }
}

async fn tokens(cluster: &Cluster) {
    let made = cluster.elastic(0).post(&format!("{TOKENS}/t")).await.ok();
    let bearer = made["token"]["value"].as_str().unwrap().to_owned();
    secrets::remember(&bearer);
    let token = Who::Token { bearer };
    assert_eq!(cluster.logins(&token).await, EVERYWHERE);
    cluster.elastic(1).delete(&format!("{TOKENS}/t")).await.ok();
    assert_eq!(cluster.logins(&token).await, NOWHERE);
}

async fn users(cluster: &Cluster) {
    let jo = cluster.user(0, "jo", &[]).await;
    assert_eq!(cluster.logins(&jo).await, EVERYWHERE);
    cluster.elastic(1).put("/_security/user/jo/_disable").await.ok();
    assert_eq!(cluster.logins(&jo).await, NOWHERE);
    cluster.elastic(2).put("/_security/user/jo/_enable").await.ok();
    assert_eq!(cluster.logins(&jo).await, EVERYWHERE);
    let password = secrets::password();
    let body = json!({"password": password});
    cluster.elastic(0).put("/_security/user/jo/_password").json(&body).await.ok();
    assert_eq!(cluster.logins(&jo).await, NOWHERE);
    let jo = Who::User { name: "jo".to_owned(), password };
    assert_eq!(cluster.logins(&jo).await, EVERYWHERE);
    cluster.elastic(1).delete("/_security/user/jo").await.ok();
    assert_eq!(cluster.logins(&jo).await, NOWHERE);
}

async fn roles(cluster: &Cluster) {
    let role = async |node: usize, privileges: &[&str]| {
        let body = json!({"cluster": privileges});
        cluster.elastic(node).put("/_security/role/watcher").json(&body).await.ok();
    };
    role(0, &["monitor"]).await;
    let al = cluster.user(1, "al", &["watcher"]).await;
    let looks = async || {
        let mut statuses = Vec::new();
        for node in 0..3 {
            statuses.push(al.on(cluster, node).get("/_cluster/health").await.status);
        }
        statuses
    };
    assert_eq!(looks().await, EVERYWHERE);
    role(2, &[]).await;
    assert_eq!(looks().await, [403; 3]);
    role(1, &["monitor"]).await;
    assert_eq!(looks().await, EVERYWHERE);
    cluster.elastic(0).delete("/_security/role/watcher").await.ok();
    assert_eq!(looks().await, [403; 3]);
}

async fn clears(cluster: &Cluster) {
    let so = cluster.user(0, "so", &[]).await;
    assert_eq!(cluster.logins(&so).await, EVERYWHERE);
    let mut before = Vec::new();
    for node in 0..3 {
        let entries = cluster.stats(&cluster.elastic(node)).await["caches"][NATIVE]["entries"].clone();
        assert!(entries.as_u64().unwrap() > 0, "nothing to clear on node {node}");
        before.push((format!("node-{node}"), entries));
    }
    let target = "/_security/realm/default_native/_clear_cache";
    let cleared = cluster.elastic(1).post(target).await.ok();
    assert_eq!(cleared["_nodes"], json!({"total": 3, "successful": 3, "failed": 0}), "{cleared}");
    let told = cleared["nodes"].as_object().unwrap().values();
    let mut evicted: Vec<_> =
        told.map(|it| (it["name"].as_str().unwrap().to_owned(), it["evicted"].clone())).collect();
    evicted.sort_by(|one, other| one.0.cmp(&other.0));
    assert_eq!(evicted, before, "{cleared}");
    for node in 0..3 {
        assert_eq!(cluster.stats(&cluster.elastic(node)).await["caches"][NATIVE]["entries"], 0);
    }
    assert_eq!(cluster.logins(&so).await, EVERYWHERE);
}
