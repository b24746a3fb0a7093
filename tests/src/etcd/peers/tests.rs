use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::*;

/// Whatever takes longer hangs.
const PATIENCE: Duration = Duration::from_secs(60);
const MEMBERS: usize = 3;

/// Members that say their number to whoever says anything.
async fn members() -> Vec<SocketAddr> {
    let mut addresses = Vec::new();
    for number in 0..u8::try_from(MEMBERS).unwrap() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        addresses.push(listener.local_addr().unwrap());
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                tokio::spawn(async move {
                    while stream.read_u8().await.is_ok() && stream.write_u8(number).await.is_ok() {}
                });
            }
        });
    }
    addresses
}

async fn asked(stream: &mut TcpStream) -> std::io::Result<u8> {
    stream.write_u8(0).await?;
    tokio::time::timeout(PATIENCE, stream.read_u8()).await.expect("an answer")
}

#[tokio::test(flavor = "multi_thread")]
async fn what_passes_depends_on_who_asks_and_on_whom() {
    let peers = Peers::before(&members().await).await;
    for (own, other, third) in [(0, 1, 2), (1, 0, 2), (2, 1, 0)] {
        // The test's own process is this member, and nobody is another.
        (0..MEMBERS).for_each(|it| peers.is(it, (it == own).then(std::process::id)));
        let mut to_other = TcpStream::connect(peers.address(other)).await.unwrap();
        let mut to_third = TcpStream::connect(peers.address(third)).await.unwrap();
        assert_eq!(usize::from(asked(&mut to_other).await.unwrap()), other);
        for apart in [&[other][..], &[own, third], &[own], &[other, third]] {
            peers.part(apart);
            to_other.write_u8(0).await.unwrap();
            // What passes to the third shows what would have passed; where nothing does, asking it is no measure.
            if apart.contains(&own) == apart.contains(&third) {
                assert_eq!(usize::from(asked(&mut to_third).await.unwrap()), third, "{own} {apart:?}");
            }
            assert!(to_other.try_read(&mut [0]).is_err(), "{own} {apart:?}");
            peers.heal();
            assert_eq!(usize::from(to_other.read_u8().await.unwrap()), other);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn strangers_are_cut_off() {
    let peers = Peers::before(&members().await).await;
    // It may be cut off before it knows that it is connected.
    if let Ok(mut stream) = TcpStream::connect(peers.address(0)).await {
        asked(&mut stream).await.unwrap_err();
    }
}
