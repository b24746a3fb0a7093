//! Proxies between the members: each is known to the others by the address of a proxy, and what passes there depends on
//! who asks. That is told by whose process the connection is, since all members say the same address.

use std::fs;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use tokio::net::TcpListener;

use crate::proxy::{Door, Link};

/// No process has this id.
const NOBODY: u32 = 0;
/// How often the list of sockets is looked at for one that must be there.
const LOOKS: usize = 10;

/// The proxies of all members.
pub(super) struct Peers {
    addresses: Vec<SocketAddr>,
    roads: Arc<Roads>,
    _doors: Vec<Door>,
}

/// What passes from member to member, and which processes they are.
struct Roads {
    links: Vec<Vec<Link>>,
    pids: Vec<AtomicU32>,
}

impl Peers {
    /// A proxy before each of `members`, through which everything passes.
    pub(super) async fn before(members: &[SocketAddr]) -> Self {
        let row = || members.iter().map(|_| Link::new()).collect();
        let links = members.iter().map(|_| row()).collect();
        let pids = members.iter().map(|_| AtomicU32::new(NOBODY)).collect();
        let roads = Arc::new(Roads { links, pids });
        let (mut addresses, mut doors) = (Vec::new(), Vec::new());
        for (to, member) in members.iter().enumerate() {
            let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
            let door = listener.local_addr().unwrap();
            addresses.push(door);
            let roads = Arc::clone(&roads);
            doors.push(Door::open(listener, *member, move |visitor| roads.of(visitor, door, to)));
        }
        Self { addresses, roads, _doors: doors }
    }

    /// Where the others find a member.
    pub(super) fn address(&self, member: usize) -> SocketAddr {
        self.addresses[member]
    }

    /// Says which process a member is.
    pub(super) fn is(&self, member: usize, pid: Option<u32>) {
        self.roads.pids[member].store(pid.unwrap_or(NOBODY), Ordering::SeqCst);
    }

    /// When this returns, nothing passes between those of `apart` and the others. Among themselves all goes on.
    pub(super) fn part(&self, apart: &[usize]) {
        for (from, row) in self.roads.links.iter().enumerate() {
            for (to, link) in row.iter().enumerate() {
                if apart.contains(&from) != apart.contains(&to) {
                    link.black_hole();
                }
            }
        }
    }

    /// From now on everything passes, what was held first.
    pub(super) fn heal(&self) {
        self.roads.links.iter().flatten().for_each(Link::pass);
    }
}

impl Roads {
    /// The link of a connection from `visitor`. A stranger's is cut: a member asks again.
    fn of(&self, visitor: SocketAddr, door: SocketAddr, to: usize) -> Link {
        // The list may lack a socket while others come and go: the kernel gives it page by page.
        let inode = (0..LOOKS).find_map(|_| inode(visitor, door));
        let socket = inode.map(|inode| format!("socket:[{inode}]"));
        let from = socket.and_then(|socket| {
            self.pids.iter().position(|pid| has_open(pid.load(Ordering::SeqCst), &socket))
        });
        from.map_or_else(
            || {
                let stranger = Link::new();
                stranger.refuse();
                stranger
            },
            |from| self.links[from][to].clone(),
        )
    }
}

/// The inode of the socket that is connected from `local` to `remote`, as the kernel lists them (proc(5)).
fn inode(local: SocketAddr, remote: SocketAddr) -> Option<String> {
    // Both ends tell it: one port may be used for connections to several places.
    let (local, remote) = (listed(local)?, listed(remote)?);
    let table = fs::read_to_string("/proc/net/tcp").ok()?;
    table.lines().find_map(|line| {
        let fields: Vec<&str> = line.split_whitespace().collect();
        (*fields.get(1)? == local && *fields.get(2)? == remote)
            .then(|| fields.get(9).map(|it| (*it).to_owned()))?
    })
}

fn listed(address: SocketAddr) -> Option<String> {
    let SocketAddr::V4(address) = address else { return None };
    let ip = u32::from_ne_bytes(address.ip().octets());
    Some(format!("{ip:08X}:{:04X}", address.port()))
}

fn has_open(pid: u32, socket: &str) -> bool {
    let open = fs::read_dir(format!("/proc/{pid}/fd")).into_iter().flatten().flatten();
    open.into_iter().any(|it| fs::read_link(it.path()).is_ok_and(|target| target.as_os_str() == socket))
}

#[cfg(test)]
mod tests;
