//! An etcd that speaks TLS, asks for certificates and passwords, and lets its users touch their own keys only.

use portcullis_tests::etcd::EtcdCluster;
use portcullis_tests::node_process::{Builder, NodeProcess};
use portcullis_tests::secrets;

use super::{Cluster, SHORT, until};

portcullis_tests::tests![
    nodes_show_a_certificate_log_in_and_do_so_again,
    who_does_not_believe_etcd_says_so,
    who_is_not_let_in_says_why,
];

const USER: &str = "portcullis";
const PASSWORD: &str = "STORE_ETCD_PASSWORD";
/// Below this are the keys of the nodes.
const PREFIX: &str = "/of-nodes/";
/// How long a login is good that nobody uses, in seconds.
const FORGOTTEN_AFTER: &str = "2";

/// One member that asks for everything, and no node yet. The password of its user.
async fn secured() -> (Cluster, String) {
    let of_etcd = secrets::password();
    let etcd = EtcdCluster::builder(1)
        .tls()
        .client_certificates()
        .user_below(USER, &of_etcd, PREFIX)
        .option("auth-token-ttl", FORGOTTEN_AFTER)
        .start()
        .await;
    (Cluster { nodes: Vec::new(), etcd, password: secrets::password() }, of_etcd)
}

/// A node that knows what etcd asks for.
fn known(node: Builder, of_etcd: &str) -> Builder {
    node.setting(SHORT.0, SHORT.1)
        .setting("store.etcd.prefix", PREFIX)
        .setting("store.etcd.username", USER)
        .setting("store.etcd.password", &format!("${{{PASSWORD}}}"))
        .variable(PASSWORD, of_etcd)
}

async fn nodes_show_a_certificate_log_in_and_do_so_again() {
    let (mut cluster, of_etcd) = secured().await;
    for _ in 0..2 {
        cluster.join(|node| known(node, &of_etcd)).await;
    }
    let works = async |cluster: &Cluster, name: &str| {
        let key = cluster.key(0, name).await;
        assert_eq!(cluster.logins(&key).await, [200; 2]);
        cluster.revoke(1, &key).await;
        assert_eq!(cluster.logins(&key).await, [401; 2]);
    };
    works(&cluster, "first").await;
    let before = fences(&cluster).await;
    // Heartbeats keep theirs alive; commits have one of their own.
    until("a login is forgotten", async || cluster.etcd.log(0).contains("deleted a simple token")).await;
    works(&cluster, "second").await;
    assert_eq!(fences(&cluster).await, before, "a login that was forgotten fenced somebody");

    // No login outlives the member that gave it.
    cluster.etcd.restart(0).await;
    cluster.all_are_ready().await;
    until("elastic is known", async || {
        cluster.elastic(0).login().await == 200 && cluster.elastic(1).login().await == 200
    })
    .await;
    works(&cluster, "third").await;
}

/// How often each node ran out of trust.
async fn fences(cluster: &Cluster) -> Vec<u64> {
    let mut fences = Vec::new();
    for node in 0..cluster.nodes.len() {
        let told = cluster.stats(&cluster.elastic(node)).await;
        fences.push(told["cluster"]["fenced"].as_u64().unwrap());
    }
    fences
}

async fn who_does_not_believe_etcd_says_so() {
    let (mut cluster, of_etcd) = secured().await;
    let other = EtcdCluster::builder(1).tls().start().await;
    let believed = other.ca_path();
    let wrong = |node: Builder| {
        known(node, &of_etcd).setting("store.etcd.ssl.certificate_authorities", believed.to_str().unwrap())
    };
    says(&mut cluster, wrong, &["certificate"]).await;
    // And etcd does not believe a certificate of another authority, nor who shows none.
    let (certificate, key) = other.client_path();
    let stranger = |node: Builder| {
        known(node, &of_etcd)
            .setting("store.etcd.ssl.certificate", certificate.to_str().unwrap())
            .setting("store.etcd.ssl.key", key.to_str().unwrap())
    };
    says(&mut cluster, stranger, &["the log is away"]).await;
}

async fn who_is_not_let_in_says_why() {
    let (mut cluster, of_etcd) = secured().await;
    let password = secrets::password();
    says(&mut cluster, |node| known(node, &password), &["[store.etcd.password]"]).await;
    let outside = |node: Builder| known(node, &of_etcd).setting("store.etcd.prefix", "/of-others/");
    says(&mut cluster, outside, &["[store.etcd.prefix]", "denied"]).await;
    // What was wrong was only what they were told.
    cluster.join(|node| known(node, &of_etcd)).await;
    assert_eq!(cluster.elastic(0).login().await, 200);
}

/// A node says that in its log, again and again if need be, and lets nobody in meanwhile.
async fn says(cluster: &mut Cluster, with: impl FnOnce(Builder) -> Builder, words: &[&str]) {
    let node = NodeProcess::builder("stranger").password(&cluster.password);
    let node = with(node.etcd(&cluster.etcd, &cluster.etcd.endpoints())).start().await;
    until("it says why", async || {
        let log = String::from_utf8_lossy(&node.whole_log()).into_owned();
        log.lines().any(|line| line.contains("the log is away") && words.iter().all(|it| line.contains(it)))
    })
    .await;
    let ready = portcullis_tests::client::Client::new(node.address()).get("/-/ready").await;
    assert_eq!((ready.status, node.elastic().login().await), (503, 503));
}
