//! A proxy of TCP connections in the hands of a test: what passes it can be held, delayed, cut off and refused while
//! it runs, each direction by itself. Neither side knows of it, nor does it look at what passes, but for one word by which
//! it knows connections whose answers a test wants held.

mod carry;
mod link;

use std::net::{Ipv4Addr, SocketAddr};

use tokio::net::TcpListener;

pub use link::{Direction, Flow, Link};

pub(crate) use carry::Door;

/// A proxy in front of one server. Dropping it cuts its connections, and new ones are refused.
pub struct Proxy {
    address: SocketAddr,
    link: Link,
    _door: Door,
}

impl Proxy {
    /// A proxy through which everything passes.
    pub async fn before(server: SocketAddr) -> Self {
        Self::over(server, Link::new()).await
    }

    /// As [`Proxy::before`]. [`Proxy::mute`] is for connections in which the client has said this word.
    pub(crate) async fn knowing(server: SocketAddr, word: &'static [u8]) -> Self {
        Self::over(server, Link::knowing(word)).await
    }

    async fn over(server: SocketAddr, link: Link) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let of_all = link.clone();
        let door = Door::open(listener, server, move |_| of_all.clone());
        Self { address, link, _door: door }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// From now on everything passes, what was held first.
    pub fn pass(&self) {
        self.link.pass();
    }

    /// From now on nothing passes in either direction, and nobody is told: connections stay open, new ones are taken,
    /// and both are silent. What is sent meanwhile is not lost, as it is not where a network is away for a while.
    pub fn black_hole(&self) {
        self.link.black_hole();
    }

    /// From now on answers stay where they are in connections in which the client says, or has said, the word. All others
    /// go on.
    pub fn mute(&self) {
        self.link.mute();
    }

    /// Changes one direction.
    pub fn set(&self, direction: Direction, flow: Flow) {
        self.link.set(direction, flow);
    }

    /// Cuts all connections. New ones are taken as before.
    pub fn cut(&self) {
        self.link.cut();
    }

    /// Cuts all connections, and new ones at once.
    pub fn refuse(&self) {
        self.link.refuse();
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.link.refuse();
    }
}

#[cfg(test)]
mod tests;
