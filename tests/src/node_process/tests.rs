use tokio::net::TcpStream;

use super::*;
use crate::etcd::EtcdCluster;

#[tokio::test(flavor = "multi_thread")]
async fn it_is_killed_paused_restarted_and_stopped() {
    let mut node = NodeProcess::builder("a").start().await;
    let address = node.address();
    assert_eq!(node.elastic().whoami().await["username"], "elastic");
    node.kill();
    assert!(TcpStream::connect(address).await.is_err());
    node.restart().await;
    assert_eq!((node.elastic().login().await, node.address()), (200, address));
    node.pause();
    let asked = tokio::spawn({
        let elastic = node.elastic();
        async move { elastic.login().await }
    });
    // While this one waits, another node starts and answers.
    assert_eq!(NodeProcess::builder("b").start().await.elastic().login().await, 200);
    assert!(!asked.is_finished());
    node.resume();
    assert_eq!(asked.await.unwrap(), 200);
    node.stop().await;
    assert!(String::from_utf8_lossy(&node.whole_log()).contains("stopping"));
    assert!(TcpStream::connect(address).await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
#[should_panic(expected = "no.such.setting")]
async fn one_that_does_not_start_says_why() {
    NodeProcess::builder("a").setting("no.such.setting", "1").start().await;
}

#[tokio::test(flavor = "multi_thread")]
#[should_panic(expected = "a secret is in the log")]
async fn a_secret_in_the_log_is_found() {
    let node = NodeProcess::builder("a").start().await;
    secrets::remember(&node.address().to_string());
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_told_where_etcd_is() {
    let cluster = EtcdCluster::builder(1).tls().start().await;
    let node =
        NodeProcess::builder("a").etcd(&cluster, &["https://one".to_owned(), "https://two".to_owned()]);
    assert_eq!(node.value("store.etcd.endpoints"), Some("https://one,https://two"));
    assert_eq!(node.value("store.etcd.ssl.certificate_authorities"), cluster.ca_path().to_str());
}
