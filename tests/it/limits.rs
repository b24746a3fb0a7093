//! Limits of the listener and of the caches: what is over them is refused by name and leaves nothing behind.

use std::future::IntoFuture;

use portcullis_tests::node::TestNode;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

portcullis_tests::tests![
    a_head_over_the_limit_is_refused,
    a_body_over_the_limit_is_refused,
    an_unauthenticated_body_is_not_read,
    what_never_becomes_a_request_gets_a_bare_answer,
    connections_over_the_limit_wait,
    a_stop_answers_what_is_in_flight,
    a_full_cache_evicts_and_stays_full,
    metrics_are_served_alone_on_their_port,
];

async fn a_head_over_the_limit_is_refused() {
    let node = TestNode::start().await;
    let answer = node.elastic().get("/").header("X-Filler", &"x".repeat(8 << 10)).await;
    assert_eq!(answer.status, 200);
    let request = node.elastic().get("/").header("X-Filler", &"x".repeat(20 << 10));
    let answer = node.anonymous().raw(&request.bytes()).await.expect("an answer");
    assert_eq!((answer.status, answer.body.len()), (431, 0));
    node.elastic().whoami().await;
}

async fn a_body_over_the_limit_is_refused() {
    let node = TestNode::builder().setting("http.max_content_length", "1kb").start().await;
    let before = node.security().stats().revision;
    let body = |length: usize| {
        let text = json!({"metadata": {"a": ""}}).to_string();
        text.replace("\"\"", &format!("\"{}\"", "x".repeat(length - text.len())))
    };
    let put = |body: String| {
        node.elastic().put("/_security/role/r").header("Content-Type", "application/json").body(body)
    };
    let answer = put(body(1025)).await;
    let error = answer.refused(413, "content_too_long_exception");
    assert_eq!(error["setting"], "http.max_content_length");
    // One that is announced and never sent, and one that is not announced.
    let head = format!(
        "PUT /_security/role/r HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\n{}",
        authorization(&node)
    );
    let announced = format!("{head}Content-Length: 1000000000\r\n\r\n");
    assert_eq!(node.anonymous().raw(announced.as_bytes()).await.unwrap().status, 413);
    let chunked = format!("{head}Transfer-Encoding: chunked\r\n\r\n401\r\n{}\r\n0\r\n\r\n", body(1025));
    assert_eq!(node.anonymous().raw(chunked.as_bytes()).await.unwrap().status, 413);
    assert_eq!(node.security().stats().revision, before);
    put(body(1024)).await.ok();
    let chunked = format!("{head}Transfer-Encoding: chunked\r\n\r\n400\r\n{}\r\n0\r\n\r\n", body(1024));
    assert_eq!(node.anonymous().raw(chunked.as_bytes()).await.unwrap().status, 200);
}

/// The header line of `elastic`.
fn authorization(node: &TestNode) -> String {
    let bytes = node.elastic().get("/").bytes();
    let text = String::from_utf8(bytes).unwrap();
    let line = text.lines().find(|line| line.starts_with("Authorization")).unwrap();
    format!("{line}\r\n")
}

async fn an_unauthenticated_body_is_not_read() {
    let node = TestNode::start().await;
    // The answer comes although the body never does.
    let head =
        "PUT /_security/role/r HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 100\r\n\r\n";
    assert_eq!(node.anonymous().raw(head.as_bytes()).await.unwrap().status, 401);
}

async fn what_never_becomes_a_request_gets_a_bare_answer() {
    let node = TestNode::start().await;
    let long = format!("GET /{} HTTP/1.1\r\nHost: x\r\n\r\n", "x".repeat(70_000));
    let cases: [(&[u8], &[u16]); 6] = [
        (b"nonsense\r\n\r\n", &[400]),
        (b"GET / HTTP/1.1\r\nno colon\r\n\r\n", &[400]),
        (b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: abc\r\n\r\n", &[400]),
        (b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", &[400]),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", &[400]),
        (long.as_bytes(), &[414, 431]),
    ];
    for (bytes, statuses) in cases {
        let shown = String::from_utf8_lossy(&bytes[..bytes.len().min(60)]).into_owned();
        let answer = node.anonymous().raw(bytes).await.unwrap_or_else(|| panic!("no answer to {shown:?}"));
        assert!(statuses.contains(&answer.status), "{shown:?}: {}", answer.status);
    }
    // A connection that ends half-way through a head is nobody's fault.
    let mut stream = TcpStream::connect(node.address()).await.unwrap();
    stream.write_all(b"GET / HTTP/1.1\r\nHos").await.unwrap();
    stream.shutdown().await.unwrap();
    let mut rest = Vec::new();
    stream.read_to_end(&mut rest).await.unwrap();
    node.elastic().whoami().await;
}

async fn connections_over_the_limit_wait() {
    let node = TestNode::builder().setting("http.max_connections", "1").start().await;
    let mut first = TcpStream::connect(node.address()).await.unwrap();
    first.write_all(b"GET /-/live HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
    let mut begin = [0; 12];
    first.read_exact(&mut begin).await.unwrap();
    assert_eq!(&begin, b"HTTP/1.1 200");
    let second = tokio::spawn(node.anonymous().get("/-/live").into_future());
    // As long as the first connection is there, the second is not served; it waits for nothing else.
    assert!(!second.is_finished());
    drop(first);
    assert_eq!(second.await.unwrap().status, 200);
}

async fn a_stop_answers_what_is_in_flight() {
    let directory = portcullis_tests::realm::TestRealm::new("test", "directory");
    let node = TestNode::builder().realm(10, &directory).start().await;
    let password = portcullis_tests::secrets::password();
    directory.put("remote", &password, &[]);
    directory.hold();
    let remote = node.basic("remote", &password);
    let asked = tokio::spawn(async move { remote.login().await });
    directory.waiting(1).await;
    let address = node.address();
    let stopping = tokio::spawn(node.stop());
    // Nobody new is let in.
    while TcpStream::connect(address).await.is_ok() {
        tokio::task::yield_now().await;
    }
    directory.answer();
    assert_eq!(asked.await.unwrap(), 200);
    stopping.await.unwrap();
}

async fn a_full_cache_evicts_and_stays_full() {
    let node = TestNode::builder()
        .setting("xpack.security.authc.realms.native.n.order", "1")
        .setting("xpack.security.authc.realms.native.n.cache.max_users", "3")
        .start()
        .await;
    for number in 0..8 {
        node.user(&format!("u{number}"), &[]).await.whoami().await;
    }
    let cache = node.cache("realm/native/n");
    assert_eq!((cache.entries, cache.evictions.capacity), (3, 5));
    // A spray of wrong passwords lives in a cache of its own.
    for number in 0..8 {
        node.basic(&format!("u{number}"), &portcullis_tests::secrets::password()).login().await;
    }
    assert_eq!(node.cache("realm/native/n").evictions.capacity, 5);
    assert_eq!(node.cache("refused").entries, 8);
}

async fn metrics_are_served_alone_on_their_port() {
    let node = TestNode::start().await;
    let scraper = portcullis_tests::client::Client::new(node.metrics_address());
    for target in ["/metrics", "/_prometheus/metrics"] {
        let answer = scraper.get(target).await;
        assert_eq!(answer.status, 200);
        assert!(answer.text().contains("portcullis_store_revision"), "{}", answer.text());
    }
    assert_eq!(scraper.get("/").await.status, 404);
    assert_eq!(scraper.get("/_security/_authenticate").await.status, 404);
    assert_eq!(scraper.post("/metrics").await.status, 405);
}
