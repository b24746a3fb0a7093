//! Elections of etcd's leader: it hands over, it is killed, or it freezes. After each one everybody gets in again who may,
//! and nobody who may not.

use std::fmt;
use std::time::{Duration, Instant};

use super::run::{Key, Run, Shared};
use super::town::Town;

/// Revoked keys that are tried at every node after each election.
const TRIED: usize = 5;
/// Of so many elections one is by an accident; it is frozen and killed in turn.
const ACCIDENTS: u64 = 5;
/// Whatever takes longer never comes.
const PATIENCE: Duration = Duration::from_secs(60);

/// How a leader goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// It hands over to another member.
    Moved,
    /// It does not run for a while, and does not know it.
    Frozen,
    /// It is killed, and comes back.
    Killed,
}

/// What elections were held.
#[derive(Default)]
pub(super) struct Held {
    moved: u64,
    frozen: u64,
    killed: u64,
    /// The longest time from the leader's end until every node decided again, in milliseconds.
    longest: u128,
}

impl Held {
    fn count(&mut self, kind: Kind) {
        match kind {
            Kind::Moved => self.moved += 1,
            Kind::Frozen => self.frozen += 1,
            Kind::Killed => self.killed += 1,
        }
    }
}

impl fmt::Display for Held {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { moved, frozen, killed, longest } = self;
        if moved + frozen + killed == 0 {
            return Ok(());
        }
        writeln!(f, "leader moved {moved} times, frozen {frozen}, killed {killed}")?;
        writeln!(f, "all nodes decide again within {longest} ms")
    }
}

/// Holds them.
pub(super) async fn hold(town: &mut Town, run: &Run, count: u64) -> Held {
    let mut held = Held::default();
    for number in 1..=count {
        let kind = match number % (2 * ACCIDENTS) {
            0 => Kind::Killed,
            ACCIDENTS => Kind::Frozen,
            _ => Kind::Moved,
        };
        let key = within("a key is made", new_key(&run.shared)).await;
        let start = Instant::now();
        elect(town, kind).await;
        within("all nodes decide again", look_around(&run.shared)).await;
        held.longest = held.longest.max(start.elapsed().as_millis());
        within("a key is revoked", end(&run.shared, &key)).await;
        held.count(kind);
    }
    held
}

async fn elect(town: &mut Town, kind: Kind) {
    let leader = town.etcd.leader().await;
    match kind {
        Kind::Moved => town.etcd.move_leader((leader + 1) % town.etcd.size()).await,
        Kind::Frozen => {
            town.etcd.pause(leader);
            town.etcd.leader().await;
            town.etcd.resume(leader);
        }
        Kind::Killed => {
            town.etcd.kill(leader);
            town.etcd.leader().await;
            town.etcd.restart(leader).await;
        }
    }
}

async fn within<T>(what: &str, done: impl Future<Output = T>) -> T {
    let done = tokio::time::timeout(PATIENCE, done).await;
    done.unwrap_or_else(|_| panic!("it never came to this: {what}"))
}

/// A key that every node knows.
async fn new_key(shared: &Shared) -> Key {
    let mut nodes = shared.connect_all();
    loop {
        if let Some(key) = shared.create(&mut nodes[0]).await {
            for node in &mut nodes {
                while node.login(&key.header).await != 200 {}
            }
            return key;
        }
    }
}

/// Revokes a key; then no node lets it in.
async fn end(shared: &Shared, key: &Key) {
    let mut nodes = shared.connect_all();
    while !shared.revoke(&mut nodes[1], key).await {}
    for node in &mut nodes {
        shared.tally.saw("a key that an election lies behind", node.login(&key.header).await, &[401]);
    }
}

/// Waits until every node lets `elastic` in. None lets anybody in whose key is revoked.
async fn look_around(shared: &Shared) {
    for mut node in shared.connect_all() {
        while node.login(&shared.elastic).await != 200 {}
        for header in shared.dead(TRIED) {
            shared.tally.saw("a revoked key after an election", node.login(&header).await, &[401]);
        }
    }
}
