//! The writer, held or cut off at its sync.

use std::io;
use std::sync::Condvar;
use std::task::{Context, Waker};
use std::time::Duration;

use ::redb::StorageBackend;

use super::disk::{Disk, Sync, new_store, open, start};
use super::*;
use crate::limits::{MAX_DOCUMENT_BYTES, MAX_QUEUED_BYTES, MAX_QUEUED_COMMITS};

/// A disk whose syncs can be held.
#[derive(Clone, Debug)]
struct Gate {
    disk: Disk,
    state: Arc<(Mutex<GateState>, Condvar)>,
}

#[derive(Debug, Default)]
struct GateState {
    held: bool,
    arrived: bool,
    syncs: usize,
}

impl Gate {
    fn new() -> Self {
        Self { disk: Disk::new(new_store(), usize::MAX, Sync::Heeded), state: Arc::default() }
    }

    /// Holds syncs until the answer is dropped, so that also a failing test lets the writer end.
    fn hold(&self) -> Held<'_> {
        let mut state = self.state.0.lock().unwrap();
        (state.held, state.arrived) = (true, false);
        Held(self)
    }

    /// Returns when a sync is held.
    fn wait_for_sync(&self) {
        let state = self.state.0.lock().unwrap();
        drop(self.state.1.wait_while(state, |state| !state.arrived).unwrap());
    }

    fn syncs(&self) -> usize {
        self.state.0.lock().unwrap().syncs
    }
}

struct Held<'g>(&'g Gate);

impl Drop for Held<'_> {
    fn drop(&mut self) {
        self.0.state.0.lock().unwrap().held = false;
        self.0.state.1.notify_all();
    }
}

impl StorageBackend for Gate {
    fn len(&self) -> io::Result<u64> {
        self.disk.len()
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        self.disk.read(offset, out)
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        self.disk.set_len(len)
    }

    fn sync_data(&self) -> io::Result<()> {
        let mut state = self.state.0.lock().unwrap();
        state.syncs += 1;
        state.arrived = true;
        self.state.1.notify_all();
        drop(self.state.1.wait_while(state, |state| state.held).unwrap());
        self.disk.sync_data()
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        self.disk.write(offset, data)
    }
}

fn put(id: impl Into<String>) -> Batch {
    Batch::new().put(role(id), "1")
}

#[test]
fn nothing_is_seen_told_or_answered_before_the_sync() {
    let gate = Gate::new();
    let store = start(gate.clone()).unwrap();
    let mut feed = store.subscribe(Revision::ZERO).unwrap();
    let held = gate.hold();
    let mut commit = store.commit(put("a"));
    gate.wait_for_sync();
    assert!(commit.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    assert_eq!(store.get(&role("a")).unwrap(), None);
    assert_eq!(store.revision(), Revision::ZERO);
    assert_eq!(feed.next(Duration::ZERO), Ok(None));
    drop(held);
    assert_eq!(wait(commit), Ok(Committed::alone(Revision(1))));
    assert!(store.get(&role("a")).unwrap().is_some());
}

#[test]
fn commits_that_wait_share_a_sync() {
    const COMMITS: usize = 50;
    let gate = Gate::new();
    let store = start(gate.clone()).unwrap();
    let before = gate.syncs();
    wait(store.commit(put("alone"))).unwrap();
    let alone = gate.syncs() - before;

    let held = gate.hold();
    let first = store.commit(put("first"));
    gate.wait_for_sync();
    let commits: Vec<_> = (0..COMMITS).map(|n| store.commit(put(n.to_string()))).collect();
    drop(held);
    assert_eq!(wait(first), Ok(Committed::alone(Revision(2))));
    for (n, commit) in commits.into_iter().enumerate() {
        assert_eq!(wait(commit), Ok(Committed::alone(Revision(3 + n as u64))));
    }
    assert_eq!(gate.syncs() - before, 3 * alone);
}

#[test]
fn the_queue_is_bounded() {
    let gate = Gate::new();
    let store = start(gate.clone()).unwrap();
    let held = gate.hold();
    let first = store.commit(put("first"));
    gate.wait_for_sync();
    let commits: Vec<_> = (0..MAX_QUEUED_COMMITS).map(|n| store.commit(put(n.to_string()))).collect();
    let refused = wait(store.commit(put("one too many")));
    assert!(
        matches!(&refused, Err(CommitError::Unavailable(reason)) if reason.contains("too many")),
        "{refused:?}"
    );
    drop(held);
    wait(first).unwrap();
    for commit in commits {
        wait(commit).unwrap();
    }
    assert_eq!(store.count(&ROLE).unwrap(), MAX_QUEUED_COMMITS as u64 + 1);
}

/// Large batches that wait are bounded by their size, long before their number.
#[test]
fn what_waits_is_bounded_in_bytes() {
    let gate = Gate::new();
    let store = start(gate.clone()).unwrap();
    let held = gate.hold();
    let first = store.commit(put("first"));
    gate.wait_for_sync();
    let body = crate::Bytes::from(vec![b'x'; MAX_DOCUMENT_BYTES]);
    let large = |n: usize| store.commit(Batch::new().put(role((n % 4).to_string()), body.clone()));
    let fit = MAX_QUEUED_BYTES / MAX_DOCUMENT_BYTES - 1;
    let commits: Vec<_> = (0..fit).map(large).collect();
    assert!(matches!(wait(large(fit)), Err(CommitError::Unavailable(_))));
    // A small one still has room.
    let small = store.commit(put("small"));
    drop(held);
    for commit in commits.into_iter().chain([first, small]) {
        wait(commit).unwrap();
    }
    wait(large(0)).unwrap();
}

/// After a failed write nobody knows what is on disk, so none is tried until the store is opened again. Reads fail or see
/// the last commit.
#[test]
fn a_failed_write_is_the_last() {
    let disk = Disk::new(new_store(), usize::MAX, Sync::Heeded);
    let store = open(&disk).unwrap();
    wait(store.commit(put("a"))).unwrap();
    disk.cut();
    let failed = wait(store.commit(put("b")));
    assert!(matches!(failed, Err(CommitError::Unknown(_) | CommitError::Unavailable(_))), "{failed:?}");
    let after = wait(store.commit(put("c")));
    assert!(
        matches!(&after, Err(CommitError::Unavailable(reason)) if reason.contains("earlier write")),
        "{after:?}"
    );
    assert!(matches!(store.meta_put("x", "y"), Err(CommitError::Unavailable(_))));
    assert!(matches!(store.get(&role("b")), Ok(None) | Err(StoreError::Unavailable(_))));
    assert_eq!(store.revision(), Revision(1));
    drop(store);

    let store = open(&Disk::new(disk.survives(&mut Random(1)), usize::MAX, Sync::Heeded)).unwrap();
    assert!(store.get(&role("a")).unwrap().is_some());
    assert!(store.get(&role("c")).unwrap().is_none());
}
