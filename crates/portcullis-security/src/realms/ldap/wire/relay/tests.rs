//! What the relay lets through, and how it ends.

use tokio::io::{DuplexStream, duplex};

use super::super::ber;
use super::*;

/// A bind request and the answers to it, as they are on the wire.
const BIND: &[u8] = b"\x30\x0c\x02\x01\x01\x60\x07\x02\x01\x03\x04\x00\x80\x00";
const GRANTED: &[u8] = b"\x30\x0c\x02\x01\x01\x61\x07\x0a\x01\x00\x04\x00\x04\x00";

/// The relay, the server's end and the library's end.
fn start() -> (Relay, DuplexStream, UnixStream) {
    let (server, outer) = duplex(64 * 1024);
    let (relay, library) = Relay::start(outer).unwrap();
    library.set_nonblocking(true).unwrap();
    (relay, server, UnixStream::from_std(library).unwrap())
}

/// Everything until the end.
async fn rest(mut stream: impl AsyncRead + Unpin) -> Vec<u8> {
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).await.unwrap();
    bytes
}

#[tokio::test]
async fn a_question_and_its_answer_pass_in_any_pieces() {
    let (_relay, mut server, mut library) = start();
    for byte in BIND {
        library.write_all(&[*byte]).await.unwrap();
    }
    let mut question = [0; BIND.len()];
    server.read_exact(&mut question).await.unwrap();
    assert_eq!(question, BIND);
    for byte in GRANTED {
        server.write_all(&[*byte]).await.unwrap();
    }
    let mut header = [0; 6];
    library.read_exact(&mut header).await.unwrap();
    assert_eq!(header, *b"\x30\x84\x00\x00\x00\x0c");
    let mut content = [0; GRANTED.len() - 2];
    library.read_exact(&mut content).await.unwrap();
    assert_eq!(content, GRANTED[2..]);
}

#[tokio::test]
async fn an_answer_that_nobody_asked_for_ends_it() {
    let (relay, mut server, library) = start();
    server.write_all(GRANTED).await.unwrap();
    assert_eq!(rest(library).await, b"");
    assert_eq!(relay.broken(), Some("an answer came to nothing that was asked"));
}

#[tokio::test]
async fn a_second_answer_ends_it() {
    let (relay, mut server, mut library) = start();
    library.write_all(BIND).await.unwrap();
    server.read_exact(&mut [0; BIND.len()]).await.unwrap();
    server.write_all(&[GRANTED, GRANTED].concat()).await.unwrap();
    assert_eq!(rest(library).await.len(), GRANTED.len() + 4);
    assert_eq!(relay.broken(), Some("an answer came to nothing that was asked"));
}

#[tokio::test]
async fn an_answer_that_does_not_end_is_cut_off() {
    let (relay, mut server, mut library) = start();
    library.write_all(BIND).await.unwrap();
    server.read_exact(&mut [0; BIND.len()]).await.unwrap();
    let octets = ber::wrap(0x04, &[&[0; 32 * 1024]]);
    let intermediate = ber::wrap(0x30, &[b"\x02\x01\x01", &ber::wrap(0x79, &[&octets])]);
    let mut sent = 0;
    while server.write_all(&intermediate).await.is_ok() {
        sent += intermediate.len();
        assert!(sent < 2 * MAX_ANSWER_BYTES, "there is no limit");
    }
    assert_eq!(relay.broken(), Some("an answer is too long"));
}

#[tokio::test]
async fn the_server_is_told_goodbye_when_the_library_hangs_up() {
    let (relay, server, library) = start();
    drop(library);
    assert_eq!(rest(server).await, UNBIND);
    assert_eq!(relay.broken(), None);
}

#[tokio::test]
async fn a_server_that_hangs_up_is_told_of() {
    let (relay, server, library) = start();
    drop(server);
    assert_eq!(rest(library).await, b"");
    assert_eq!(relay.broken(), Some("the server closed the connection"));
}

#[test]
fn what_was_sent_is_wiped() {
    let mut bytes = Zeroizing::new(b"s3krit rest".to_vec());
    let room = bytes.capacity();
    drop_front(&mut bytes, 7);
    assert_eq!(*bytes, b"rest");
    assert_eq!(bytes.capacity(), room, "another allocation would leave the first one behind");
}
