//! A port of this machine that stays ours.
//!
//! Never here: who listens on it.

use std::net::{Ipv4Addr, SocketAddr};

use tokio::net::TcpSocket;

/// A port that stays ours also while the server is away: a socket is bound to it that never listens, so that the system
/// gives the port to nobody who asks for any, and the server can still take it.
pub(crate) struct Port {
    address: SocketAddr,
    _reserved: TcpSocket,
}

impl Port {
    /// A free one.
    pub(crate) fn reserve() -> Self {
        let reserved = TcpSocket::new_v4().unwrap();
        reserved.set_reuseaddr(true).unwrap();
        reserved.bind((Ipv4Addr::LOCALHOST, 0).into()).unwrap();
        Self { address: reserved.local_addr().unwrap(), _reserved: reserved }
    }

    /// Where the server listens.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }
}
