//! An etcd without any space left: it takes nothing, and nobody is told that it did. Who is who is known all the same.

use std::time::Duration;

use portcullis_tests::etcd::EtcdCluster;
use portcullis_tests::secrets;
use serde_json::json;

use super::{Cluster, SHORT, Who, until};

portcullis_tests::tests![nothing_is_taken_for_done_that_etcd_had_no_space_for];

/// How large etcd may be, in bytes: little more than it is when it is empty.
const QUOTA: u64 = 2 * 1024 * 1024;
/// A value of which few fit in, in bytes.
const LARGE: usize = 100_000;
/// How long etcd may take for one.
const PATIENCE: Duration = Duration::from_secs(30);

async fn nothing_is_taken_for_done_that_etcd_had_no_space_for() {
    let etcd = EtcdCluster::builder(1).quota(QUOTA).start().await;
    let mut cluster = Cluster { nodes: Vec::new(), etcd, password: secrets::password() };
    for _ in 0..2 {
        cluster.join(|node| node.setting(SHORT.0, SHORT.1).setting("store.etcd.timeout", "1s")).await;
    }
    let (good, bad) = (cluster.key(0, "good").await, cluster.key(1, "bad").await);
    for key in [&good, &bad] {
        assert_eq!(cluster.logins(key).await, [200; 2]);
    }
    fill(&cluster).await;

    // No heartbeat is taken either, so nobody relies on what it holds.
    cluster.all_are_fenced().await;
    let revoke = |node: usize| {
        let Who::Key { id, .. } = &bad else { panic!("a key") };
        cluster.elastic(node).delete("/_security/api_key").json(&json!({"ids": [id]}))
    };
    for node in 0..2 {
        let told = revoke(node).await;
        assert_eq!(told.status, 503, "{}", told.text());
        assert!(told.text().contains("space"), "it does not say why: {}", told.text());
        let made = cluster.elastic(node).post("/_security/api_key").json(&json!({"name": "no"})).await;
        assert_eq!(made.status, 503, "{}", made.text());
    }
    // Etcd answers reads, and they are asked of it: what was not revoked is good, and what was never made is not.
    assert_eq!((cluster.logins(&good).await, cluster.logins(&bad).await), (vec![200; 2], vec![200; 2]));
    let stranger = Who::User { name: "nobody".to_owned(), password: secrets::password() };
    assert_eq!(cluster.logins(&stranger).await, [401; 2]);
    for node in 0..2 {
        until("its log says what to do", async || {
            let log = String::from_utf8_lossy(&cluster.nodes[node].whole_log()).into_owned();
            log.contains("etcd has no space left: compact and defragment it")
        })
        .await;
    }

    make_room(&cluster).await;
    cluster.all_are_ready().await;
    assert_eq!(cluster.logins(&good).await, [200; 2]);
    assert_eq!(revoke(0).await.status, 200);
    assert_eq!(cluster.logins(&bad).await, [401; 2]);
    let new = cluster.key(1, "new").await;
    assert_eq!(cluster.logins(&new).await, [200; 2]);
}

/// Where the nodes look, and nothing that they know.
fn junk(number: usize) -> String {
    format!("/portcullis/tests/x/{number}")
}

/// Writes until etcd takes nothing more.
async fn fill(cluster: &Cluster) {
    use base64::Engine;
    let encoded = |bytes: &[u8]| base64::engine::general_purpose::STANDARD.encode(bytes);
    let value = encoded(&vec![0; LARGE]);
    for number in 0.. {
        let pair = json!({"key": encoded(junk(number).as_bytes()), "value": value});
        match cluster.etcd.ask_member(0, "/v3/kv/put", &pair, PATIENCE).await {
            Ok(_) => {}
            Err(refusal) => {
                assert!(refusal.to_string().contains("database space exceeded"), "{refusal}");
                return;
            }
        }
    }
}

/// What the guide says: compact, defragment, disarm.
async fn make_room(cluster: &Cluster) {
    for number in 0..QUOTA as usize / LARGE + 1 {
        cluster.etcd.delete(&junk(number)).await;
    }
    let newest = cluster.etcd.revision().await;
    cluster.etcd.compact(newest).await;
    cluster.etcd.ask("/v3/maintenance/defragment", &json!({})).await;
    let raised = cluster.etcd.ask("/v3/maintenance/alarm", &json!({"action": "GET"})).await;
    for alarm in raised["alarms"].as_array().expect("an alarm") {
        let off = json!({"action": "DEACTIVATE", "memberID": alarm["memberID"], "alarm": alarm["alarm"]});
        cluster.etcd.ask("/v3/maintenance/alarm", &off).await;
    }
}
