use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::*;

/// Long enough that a test hangs visibly if it is ever waited for.
const FOREVER: Duration = Duration::from_secs(600);

/// Whatever takes longer hangs.
const PATIENCE: Duration = Duration::from_secs(60);

/// A server that says back what it hears.
async fn echo() -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let (mut read, mut write) = stream.split();
                let _ = tokio::io::copy(&mut read, &mut write).await;
                let _ = write.shutdown().await;
            });
        }
    });
    address
}

async fn said_back(stream: &mut TcpStream, word: &[u8; 4]) {
    stream.write_all(word).await.unwrap();
    assert_eq!(&heard(stream).await, word);
}

async fn heard(stream: &mut TcpStream) -> [u8; 4] {
    let mut word = [0; 4];
    stream.read_exact(&mut word).await.unwrap();
    word
}

/// Both have come: what one proxy let through while the other was asked, it would have said by now.
async fn goes_through(proxy: &Proxy) {
    for _ in 0..100 {
        let mut stream = TcpStream::connect(proxy.address()).await.unwrap();
        said_back(&mut stream, b"echo").await;
    }
}

async fn is_reset(stream: &mut TcpStream) {
    let read = tokio::time::timeout(PATIENCE, stream.read_u8()).await.expect("the end of the connection");
    assert_eq!(read.unwrap_err().kind(), std::io::ErrorKind::ConnectionReset);
}

fn is_silent(stream: &TcpStream) -> bool {
    stream.try_read(&mut [0]).is_err_and(|error| error.kind() == std::io::ErrorKind::WouldBlock)
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_passes_and_both_sides_close() {
    let proxy = Proxy::before(echo().await).await;
    let mut stream = TcpStream::connect(proxy.address()).await.unwrap();
    let long = vec![7; 3 * 1024 * 1024];
    let (mut read, mut write) = stream.split();
    let mut back = Vec::new();
    let both = tokio::join!(
        async {
            write.write_all(&long).await.unwrap();
            write.shutdown().await.unwrap();
        },
        read.read_to_end(&mut back),
    );
    assert_eq!(both.1.unwrap(), long.len());
    assert!(back == long);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_black_hole_is_silent_to_old_and_new_and_loses_nothing() {
    let server = echo().await;
    let (proxy, other) = (Proxy::before(server).await, Proxy::before(server).await);
    let mut old = TcpStream::connect(proxy.address()).await.unwrap();
    said_back(&mut old, b"one ").await;
    proxy.black_hole();
    let mut new = TcpStream::connect(proxy.address()).await.unwrap();
    old.write_all(b"two ").await.unwrap();
    new.write_all(b"new ").await.unwrap();
    goes_through(&other).await;
    assert!(is_silent(&old) && is_silent(&new));
    proxy.pass();
    assert_eq!((&heard(&mut old).await, &heard(&mut new).await), (b"two ", b"new "));
}

#[tokio::test(flavor = "multi_thread")]
async fn one_direction_is_held_and_the_other_is_not() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let proxy = Proxy::before(listener.local_addr().unwrap()).await;
    let mut client = TcpStream::connect(proxy.address()).await.unwrap();
    let (mut server, _) = listener.accept().await.unwrap();
    proxy.set(Direction::ToClient, Flow::Held);
    server.write_all(b"down").await.unwrap();
    for _ in 0..100 {
        client.write_all(b"up  ").await.unwrap();
        assert_eq!(&heard(&mut server).await, b"up  ");
    }
    assert!(is_silent(&client));
    proxy.pass();
    assert_eq!(&heard(&mut client).await, b"down");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_delayed_comes_later_and_at_once_when_it_need_not_wait() {
    let server = echo().await;
    let (proxy, other) = (Proxy::before(server).await, Proxy::before(server).await);
    let mut stream = TcpStream::connect(proxy.address()).await.unwrap();
    said_back(&mut stream, b"one ").await;
    proxy.set(Direction::ToServer, Flow::Delayed(FOREVER));
    stream.write_all(b"two ").await.unwrap();
    goes_through(&other).await;
    assert!(is_silent(&stream));
    proxy.set(Direction::ToServer, Flow::Delayed(Duration::from_millis(1)));
    assert_eq!(&heard(&mut stream).await, b"two ");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_said_the_word_is_not_answered_and_others_are() {
    let proxy = Proxy::knowing(echo().await, b"word").await;
    let mut before = TcpStream::connect(proxy.address()).await.unwrap();
    said_back(&mut before, b"word").await;
    proxy.mute();
    let mut after = TcpStream::connect(proxy.address()).await.unwrap();
    before.write_all(b"more").await.unwrap();
    after.write_all(b"word").await.unwrap();
    goes_through(&proxy).await;
    assert!(is_silent(&before) && is_silent(&after));
    proxy.pass();
    assert_eq!((&heard(&mut before).await, &heard(&mut after).await), (b"more", b"word"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cut_ends_connections_and_a_refusal_new_ones_too() {
    let proxy = Proxy::before(echo().await).await;
    let mut stream = TcpStream::connect(proxy.address()).await.unwrap();
    said_back(&mut stream, b"one ").await;
    proxy.cut();
    is_reset(&mut stream).await;
    goes_through(&proxy).await;
    proxy.refuse();
    // It may be reset before it knows that it is connected.
    if let Ok(mut refused) = TcpStream::connect(proxy.address()).await {
        is_reset(&mut refused).await;
    }
    proxy.pass();
    goes_through(&proxy).await;
    let mut held = TcpStream::connect(proxy.address()).await.unwrap();
    said_back(&mut held, b"held").await;
    proxy.black_hole();
    proxy.cut();
    is_reset(&mut held).await;
}
