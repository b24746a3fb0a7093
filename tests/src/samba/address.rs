//! Where a domain controller listens: its ports cannot be chosen, so each has an address of its own.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::atomic::{AtomicU8, Ordering};

/// What somebody reads who has not what this needs.
pub(super) const NEEDS: &str = "the tests with Samba need root, for its ports below 1024 and the owners of its files: \
                                run them as root (`sudo -E cargo xtask test`)";

pub(super) const PORT: u16 = 389;
pub(super) const LDAPS_PORT: u16 = 636;
pub(super) const GLOBAL_CATALOG_PORT: u16 = 3269;

/// An address of this machine that no other server of this process has, nor one of another process of the tests. If
/// somebody has it all the same, the server does not start and says so.
pub(super) fn free() -> Ipv4Addr {
    static NEXT: AtomicU8 = AtomicU8::new(1);
    let [.., high, low] = std::process::id().to_be_bytes();
    let next = NEXT.fetch_add(1, Ordering::Relaxed);
    let address = Ipv4Addr::new(127, 128 | high, low, next);
    let listening = TcpListener::bind(SocketAddr::from((address, PORT)));
    drop(listening.unwrap_or_else(|error| panic!("{address}:{PORT}: {error}; {NEEDS}")));
    address
}
