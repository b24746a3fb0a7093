use std::time::Duration;

use serde_json::json;

use super::*;

/// Half of etcd's own, so that there is a new leader soon.
const ELECTION: Duration = Duration::from_millis(500);
/// Longer than any member takes to say that it cannot answer.
const ANY: Duration = Duration::from_secs(30);

async fn three() -> EtcdCluster {
    EtcdCluster::builder(3).election_timeout(ELECTION).proxied_peers().start().await
}

async fn identity(cluster: &EtcdCluster) -> String {
    let status = cluster.ask("/v3/maintenance/status", &json!({})).await;
    status["header"]["cluster_id"].as_str().unwrap().to_owned()
}

/// Waits until another member than this one leads.
async fn leader_instead_of(cluster: &EtcdCluster, member: usize) -> usize {
    let look = async || Some(cluster.leader().await).filter(|leader| *leader != member);
    cluster.eventually("another leader", look).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_leader_that_is_killed_or_paused_is_replaced_and_comes_back() {
    let mut cluster = three().await;
    cluster.put("key", b"1").await;
    let first = cluster.leader().await;
    cluster.kill(first);
    let second = cluster.leader().await;
    assert_ne!(first, second);
    cluster.put("key", b"2").await;
    cluster.restart(first).await;
    assert_eq!(cluster.get_from(first, "key", ANY).await, Ok(Some(b"2".to_vec())));

    let second = cluster.leader().await;
    cluster.pause(second);
    let third = cluster.leader().await;
    assert_ne!(second, third);
    cluster.put("key", b"3").await;
    cluster.resume(second);
    let read = async || cluster.get_from(second, "key", ANY).await.ok();
    assert_eq!(cluster.eventually("the read", read).await, Some(b"3".to_vec()));

    cluster.move_leader(second).await;
    assert!(cluster.is_leader(second).await && !cluster.is_leader(third).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_parted_from_the_others_answers_only_when_it_is_not_any_more() {
    let cluster = three().await;
    cluster.put("key", b"old").await;
    let apart = cluster.leader().await;
    cluster.part(&[apart]);
    let new = async {
        let other = leader_instead_of(&cluster, apart).await;
        let put = json!({"key": "a2V5", "value": "bmV3"});
        cluster.ask_member(other, "/v3/kv/put", &put, ANY).await.unwrap();
        other
    };
    let (read, other) = tokio::join!(cluster.get_from(apart, "key", ANY), new);
    let refusal = read.expect_err("a member without a majority answers");
    assert!(refusal.may_pass() && refusal != Refusal::Silent, "{refusal:?}");
    assert_eq!(cluster.get_from(other, "key", ANY).await, Ok(Some(b"new".to_vec())));
    cluster.heal();
    let read = async || cluster.get_from(apart, "key", ANY).await.ok();
    assert_eq!(cluster.eventually("the read", read).await, Some(b"new".to_vec()));
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_quorum_nobody_answers_until_it_is_back() {
    let mut cluster = three().await;
    cluster.put("key", b"kept").await;
    let killed = cluster.kill_quorum();
    assert_eq!(killed.len(), 2);
    let left = cluster.running()[0];
    cluster.get_from(left, "key", ANY).await.expect_err("a member without a majority answers");
    cluster.get_from(killed[0], "key", ANY).await.expect_err("a dead member answers");
    cluster.revive().await;
    assert_eq!(cluster.get("key").await, Some(b"kept".to_vec()));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wiped_or_restored_has_another_revision_and_the_identity_that_was_asked_for() {
    let mut cluster = EtcdCluster::start(3).await;
    let before = cluster.put("key", b"before").await;
    let (snapshot, known) = (cluster.snapshot().await, identity(&cluster).await);
    let after = cluster.put("key", b"after").await;
    assert!(after > before);
    assert_eq!(cluster.delete("key").await, after + 1);

    cluster.restore(&snapshot, Identity::Kept).await;
    assert_eq!((cluster.revision().await, identity(&cluster).await), (before, known.clone()));
    assert_eq!(cluster.get("key").await, Some(b"before".to_vec()));

    cluster.wipe(Identity::Kept).await;
    assert_eq!((cluster.revision().await, identity(&cluster).await), (1, known.clone()));
    assert_eq!(cluster.get("key").await, None);

    cluster.restore(&snapshot, Identity::New).await;
    assert_eq!(cluster.revision().await, before);
    assert_ne!(identity(&cluster).await, known);
}

#[tokio::test(flavor = "multi_thread")]
async fn with_tls_and_a_user_nobody_else_gets_in() {
    let (user, password) = ("portcullis", "its own/+ s3cret=");
    let mut cluster = EtcdCluster::builder(1).tls().user(user, password).start().await;
    cluster.put("key", b"value").await;
    let address = cluster.members[0].client.address();
    let mut gateway = {
        let own = cluster.client_path();
        Gateway::trusting(&cluster.ca_path(), (&own.0, &own.1))
    };
    let read = json!({"key": "a2V5"});
    let ask = async |gateway: &Gateway| gateway.ask(address, "/v3/kv/range", &read, ANY).await;
    assert!(matches!(ask(&gateway).await, Err(Refusal::Refused(_))));
    assert!(matches!(ask(&Gateway::default()).await, Err(Refusal::Away(_))));
    let access = |password: &str| {
        Some(Access { user: user.to_owned(), password: password.to_owned(), prefix: String::new() })
    };
    gateway.access = access("wrong");
    assert!(matches!(ask(&gateway).await, Err(Refusal::Refused(_))));
    gateway.access = access(password);
    assert_eq!(ask(&gateway).await.unwrap()["count"], "1");

    let snapshot = cluster.snapshot().await;
    cluster.wipe(Identity::Kept).await;
    assert_eq!(cluster.get("key").await, None);
    cluster.restore(&snapshot, Identity::Kept).await;
    assert_eq!(ask(&gateway).await.unwrap()["count"], "1");
}

#[tokio::test(flavor = "multi_thread")]
async fn options_hold_and_history_is_forgotten_when_it_is_compacted() {
    let cluster = EtcdCluster::builder(1).quota(1024 * 1024).start().await;
    let first = cluster.put("key", b"1").await;
    let second = cluster.put("key", b"2").await;
    cluster.compact(second).await;
    let old = json!({"key": "a2V5", "revision": first.to_string()});
    let refused = cluster.ask_member(0, "/v3/kv/range", &old, ANY).await;
    assert_eq!(
        refused,
        Err(Refusal::Refused("etcdserver: mvcc: required revision has been compacted".to_owned()))
    );

    let puts: Vec<_> = (0..2048).map(|it| json!({"requestPut": {"key": encoded(it)}})).collect();
    cluster.ask("/v3/kv/txn", &json!({"success": puts})).await;

    let large = json!({"key": "a2V5", "value": gateway::encoded(&vec![7; 256 * 1024])});
    let full = cluster
        .eventually("it is full", async || cluster.ask_member(0, "/v3/kv/put", &large, ANY).await.err());
    assert_eq!(full.await, Refusal::Refused("etcdserver: mvcc: database space exceeded".to_owned()));
    assert_eq!(cluster.get("key").await.map(|it| it.len()), Some(256 * 1024));
}

fn encoded(number: i32) -> String {
    gateway::encoded(&number.to_be_bytes())
}

#[tokio::test(flavor = "multi_thread")]
async fn each_proxy_is_before_its_own_member() {
    let cluster = EtcdCluster::start(3).await;
    let status = async |address: SocketAddr| {
        let asked = cluster.gateway.ask(address, "/v3/maintenance/status", &json!({}), ANY).await.unwrap();
        asked["header"]["member_id"].as_str().unwrap().to_owned()
    };
    let proxies = cluster.through_proxies().await;
    for (member, proxy) in cluster.members.iter().zip(&proxies) {
        assert_eq!(status(proxy.address()).await, status(member.client.address()).await);
        assert!(cluster.endpoints().iter().all(|it| *it != cluster.url(proxy.address())));
    }
    proxies[0].refuse();
    let refused = cluster.gateway.ask(proxies[0].address(), "/v3/maintenance/status", &json!({}), ANY).await;
    assert!(matches!(refused, Err(Refusal::Away(_))));
    status(cluster.members[0].client.address()).await;
}

#[tokio::test(flavor = "multi_thread")]
#[should_panic(expected = "does not start")]
async fn a_member_that_does_not_start_says_why() {
    EtcdCluster::builder(1).option("no-such-option", "1").start().await;
}
