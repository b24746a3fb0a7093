//! StartTLS with servers that will not, or say more than they should.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::realms::ldap::wire::start_tls::ask;

/// The answer that grants it.
const GRANTED: &[u8] = b"\x30\x0c\x02\x01\x01\x78\x07\x0a\x01\x00\x04\x00\x04\x00";

/// What asking comes to when the server says `answer` and closes.
async fn asked(answer: &[u8]) -> Result<(), String> {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut stream = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
    let (mut server, _) = listener.accept().await.unwrap();
    server.write_all(answer).await.unwrap();
    server.shutdown().await.unwrap();
    let outcome = ask(&mut stream).await;
    let mut question = [0; 31];
    server.read_exact(&mut question).await.unwrap();
    assert!(question.ends_with(b"1.3.6.1.4.1.1466.20037"));
    outcome
}

#[tokio::test]
async fn a_grant_is_one() {
    assert_eq!(asked(GRANTED).await, Ok(()));
}

#[tokio::test]
async fn a_refusal_is_one() {
    let refused = GRANTED.iter().enumerate().map(|(at, it)| if at == 9 { 53 } else { *it });
    let outcome = asked(&refused.collect::<Vec<_>>()).await;
    let reason = "StartTLS was refused with LDAP result 53: has the server a certificate of its own?";
    assert_eq!(outcome, Err(reason.to_owned()));
}

#[tokio::test]
async fn bytes_before_the_handshake_are_nobodys() {
    let outcome = asked(&[GRANTED, b"\x30\x0c"].concat()).await;
    assert_eq!(outcome, Err("the server sent more than its answer to StartTLS".to_owned()));
}

#[tokio::test]
async fn anything_else_is_an_error() {
    for answer in [&b""[..], b"\x30", b"HTTP/1.1 400", b"\x30\x84\x00\x10\x00\x00", &GRANTED[..9]] {
        assert!(asked(answer).await.is_err(), "{answer:?}");
    }
}
