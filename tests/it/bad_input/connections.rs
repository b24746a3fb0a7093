//! Bodies that do not arrive whole.

use portcullis_tests::node::TestNode;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::revision;
use crate::samples;

portcullis_tests::tests![a_body_cut_off_half_way_writes_nothing, broken_chunks_write_nothing];

/// Sends the bytes and closes the sending side; returns what came back.
async fn send_and_close(node: &TestNode, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(node.address()).await.unwrap();
    stream.write_all(bytes).await.unwrap();
    stream.shutdown().await.unwrap();
    let mut read = Vec::new();
    // A reset is as good as an end.
    let _ = stream.read_to_end(&mut read).await;
    String::from_utf8(read).unwrap()
}

async fn a_body_cut_off_half_way_writes_nothing() {
    let node = TestNode::start().await;
    let before = revision(&node);
    for (route, method, _) in samples::guarded() {
        if samples::body(route, method, "k", "unused password").is_none() {
            continue;
        }
        let whole = samples::request(route, method, &node.elastic(), "k", "unused password").bytes();
        let head = whole.windows(4).position(|it| it == b"\r\n\r\n").unwrap() + 4;
        for end in [head, head + 1, whole.len() - 1] {
            let answer = send_and_close(&node, &whole[..end]).await;
            assert!(
                answer.is_empty() || answer.starts_with("HTTP/1.1 400 "),
                "{method} {}: {answer}",
                route.path
            );
        }
    }
    assert_eq!(revision(&node), before);
    node.elastic().whoami().await;
}

async fn broken_chunks_write_nothing() {
    let node = TestNode::start().await;
    let before = revision(&node);
    let whole = node.elastic().put("/_security/role/r").bytes();
    let head = String::from_utf8(whole).unwrap();
    let head = head.strip_suffix("\r\n").unwrap();
    let head = format!("{head}Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n");
    for chunks in [
        "",
        "2",
        "2\r\n{}",
        "2\r\n{}\r\n",
        "zz\r\n{}\r\n0\r\n\r\n",
        "3\r\n{}\r\n0\r\n\r\n",
        "-1\r\n{}\r\n0\r\n\r\n",
        "ffffffffffffffffff\r\n{}",
    ] {
        let answer = send_and_close(&node, format!("{head}{chunks}").as_bytes()).await;
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 400 "), "{chunks:?}: {answer}");
    }
    assert_eq!(revision(&node), before);
    let answer = node.anonymous().raw(format!("{head}2\r\n{{}}\r\n0\r\n\r\n").as_bytes()).await;
    assert_eq!(answer.unwrap().status, 200);
}
