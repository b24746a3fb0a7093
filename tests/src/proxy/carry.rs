//! Connections and the bytes in them: taken, connected onwards, carried while their link lets them.
//!
//! Never here: what a link allows.

use std::io;
use std::net::SocketAddr;

use tokio::io::AsyncReadExt;
use tokio::io::AsyncWriteExt;
use tokio::net::tcp::{ReadHalf, WriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use super::link::{Direction, Link, Said};

/// How much is carried at once, in bytes.
const PIECE: usize = 16 * 1024;

/// Where connections come in. Dropping it closes it; connections go on.
pub(crate) struct Door(JoinHandle<()>);

impl Door {
    /// Takes connections and carries each to `behind` over the link that `choose` has for it.
    pub(crate) fn open(
        listener: TcpListener,
        behind: SocketAddr,
        choose: impl Fn(SocketAddr) -> Link + Send + 'static,
    ) -> Self {
        Self(tokio::spawn(async move {
            while let Ok((visitor, from)) = listener.accept().await {
                tokio::spawn(carry(visitor, behind, choose(from)));
            }
        }))
    }
}

impl Drop for Door {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Carries one connection to its end. Unless both sides have closed it, both are reset.
async fn carry(mut visitor: TcpStream, behind: SocketAddr, link: Link) {
    let (cuts, mut server) = (link.cuts(), None);
    let ended = tokio::select! {
        biased;
        () = link.is_cut_since(cuts) => false,
        ended = exchange(&mut visitor, &mut server, behind, &link) => ended.is_ok(),
    };
    if !ended {
        for stream in [Some(visitor), server].into_iter().flatten() {
            // An error says that it is closed already.
            let _ = stream.set_zero_linger();
        }
    }
}

async fn exchange(
    visitor: &mut TcpStream,
    server: &mut Option<TcpStream>,
    behind: SocketAddr,
    link: &Link,
) -> io::Result<()> {
    let said = Said::default();
    // Whoever comes while nothing passes is taken in and hears nothing.
    link.opens(Direction::ToServer, &said).await;
    link.linger(Direction::ToServer).await;
    let server = server.insert(TcpStream::connect(behind).await?);
    visitor.set_nodelay(true)?;
    server.set_nodelay(true)?;
    let (asks, is_told) = visitor.split();
    let (answers, is_asked) = server.split();
    tokio::try_join!(
        pump(asks, is_asked, Direction::ToServer, link, &said),
        pump(answers, is_told, Direction::ToClient, link, &said),
    )?;
    Ok(())
}

async fn pump(
    mut from: ReadHalf<'_>,
    mut to: WriteHalf<'_>,
    direction: Direction,
    link: &Link,
    said: &Said,
) -> io::Result<()> {
    let mut piece = vec![0; PIECE];
    loop {
        link.opens(direction, said).await;
        let read = from.read(&mut piece).await;
        if let (Direction::ToServer, Ok(length)) = (direction, &read) {
            link.hears(&piece[..*length], said);
        }
        link.linger(direction).await;
        // Also that a side has hung up is nothing that the other learns while nothing passes.
        link.opens(direction, said).await;
        match read? {
            0 => return to.shutdown().await,
            length => write(&mut to, &piece[..length], direction, link, said).await?,
        }
    }
}

async fn write(
    to: &mut WriteHalf<'_>,
    mut rest: &[u8],
    direction: Direction,
    link: &Link,
    said: &Said,
) -> io::Result<()> {
    while !rest.is_empty() {
        link.opens(direction, said).await;
        to.writable().await?;
        match link.if_open(direction, said, || to.try_write(rest)) {
            None => {}
            Some(Ok(written)) => rest = &rest[written..],
            Some(Err(error)) if error.kind() == io::ErrorKind::WouldBlock => {}
            Some(Err(error)) => return Err(error),
        }
    }
    Ok(())
}
