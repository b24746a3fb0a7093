//! TLS on the listener: the certificate, its replacement while the node runs, and what stays without it.

use std::sync::Arc;
use std::time::Duration;

use portcullis_tests::node::TestNode;
use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

portcullis_tests::tests![
    requests_come_over_tls,
    a_replaced_certificate_is_taken_in_and_a_broken_one_is_not,
    a_certificate_that_cannot_be_used_stops_the_start,
];

struct Pair {
    certificate: String,
    key: String,
    roots: RootCertStore,
}

fn pair() -> Pair {
    let CertifiedKey { cert, signing_key } = generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let mut roots = RootCertStore::empty();
    roots.add(cert.der().clone()).unwrap();
    Pair { certificate: cert.pem(), key: signing_key.serialize_pem(), roots }
}

async fn node(pair: &Pair) -> TestNode {
    TestNode::builder()
        .setting("xpack.security.http.ssl.enabled", "true")
        .setting("xpack.security.http.ssl.certificate", "http.crt")
        .setting("xpack.security.http.ssl.key", "http.key")
        .setting("resource.reload.interval.high", "100ms")
        .file("http.crt", &pair.certificate)
        .file("http.key", &pair.key)
        .start()
        .await
}

/// A connection, if the node's certificate is that of `pair`.
async fn connect(node: &TestNode, pair: &Pair) -> Option<TlsStream<TcpStream>> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(pair.roots.clone())
        .with_no_client_auth();
    let stream = TcpStream::connect(node.address()).await.unwrap();
    let name = ServerName::try_from("localhost").unwrap();
    TlsConnector::from(Arc::new(config)).connect(name, stream).await.ok()
}

async fn requests_come_over_tls() {
    let pair = pair();
    let node = node(&pair).await;
    let stream = connect(&node, &pair).await.expect("a handshake");
    let answer = node.elastic().authenticate().over(stream).await;
    assert_eq!(answer.ok()["username"], "elastic");
    // Whoever speaks plain text learns nothing.
    let mut plain = TcpStream::connect(node.address()).await.unwrap();
    plain.write_all(&node.elastic().authenticate().bytes()).await.unwrap();
    let mut told = Vec::new();
    // The server may reset the connection.
    let _ = plain.read_to_end(&mut told).await;
    assert!(!told.starts_with(b"HTTP"), "{told:?}");
}

async fn a_replaced_certificate_is_taken_in_and_a_broken_one_is_not() {
    let (old, new) = (pair(), pair());
    let node = node(&old).await;
    let mut before = connect(&node, &old).await.expect("a handshake");
    // A certificate without its key is no pair.
    node.folders().write("http.crt", &new.certificate);
    node.folders().write("http.key", &new.key);
    let taken_in = async { while connect(&node, &new).await.is_none() {} };
    tokio::time::timeout(Duration::from_secs(30), taken_in)
        .await
        .expect("the new certificate is not taken in");
    assert!(connect(&node, &old).await.is_none());
    // What shook hands with the old one goes on.
    let answer = node.elastic().authenticate().over(&mut before).await;
    assert_eq!(answer.status, 200);
    // A broken file leaves the last good pair in force.
    node.folders().write("http.crt", "not a certificate");
    let complaint = "the last good TLS certificate stays in force";
    let seen = async {
        while portcullis_tests::logs::lines_with(complaint).is_empty() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), seen).await.expect("nobody complains");
    assert!(connect(&node, &new).await.is_some());
}

async fn a_certificate_that_cannot_be_used_stops_the_start() {
    let (one, other) = (pair(), pair());
    for (certificate, key) in
        [(&*one.certificate, &*other.key), ("nonsense", &*one.key), (&*one.certificate, "nonsense")]
    {
        let failed = TestNode::builder()
            .setting("xpack.security.http.ssl.enabled", "true")
            .setting("xpack.security.http.ssl.certificate", "http.crt")
            .setting("xpack.security.http.ssl.key", "http.key")
            .file("http.crt", certificate)
            .file("http.key", key)
            .try_start()
            .await;
        let Err(error) = failed else { panic!("started with a bad certificate") };
        assert!(error.to_string().starts_with("TLS: "), "{error}");
    }
}
