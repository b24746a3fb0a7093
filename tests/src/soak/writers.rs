//! Keys that are made through one node, used at another and revoked through a third; each of those is a write.

use std::sync::Arc;
use std::time::Instant;

use tokio::task::JoinHandle;

use super::run::Shared;

/// How many write at once. Each waits for the answer before its next write.
const WRITERS: usize = 128;
/// Each looks at every so manieth of its keys, before and after it is revoked.
const LOOKS: usize = 8;

/// All of them.
pub(super) fn begin(shared: &Arc<Shared>) -> Vec<JoinHandle<()>> {
    (0..WRITERS).map(|writer| tokio::spawn(write(Arc::clone(shared), writer))).collect()
}

async fn write(shared: Arc<Shared>, writer: usize) {
    let mut nodes = shared.connect_all();
    let count = nodes.len();
    let mut turn = writer;
    while !shared.is_over() {
        turn += 1;
        let looks = turn.is_multiple_of(LOOKS);
        shared.pace.next().await;
        let start = Instant::now();
        let Some(key) = shared.create(&mut nodes[turn % count]).await else { continue };
        shared.tally.took(start.elapsed());
        if looks {
            let status = nodes[(turn + 1) % count].login(&key.header).await;
            shared.tally.saw("a new key", status, &[200]);
        }
        shared.pace.next().await;
        let start = Instant::now();
        // Whoever does not know what became of it tries again.
        while !shared.revoke(&mut nodes[(turn + 2) % count], &key).await {
            if shared.is_over() {
                return;
            }
        }
        shared.tally.took(start.elapsed());
        if looks {
            for node in &mut nodes {
                shared.tally.saw("a revoked key", node.login(&key.header).await, &[401]);
            }
        }
    }
}
