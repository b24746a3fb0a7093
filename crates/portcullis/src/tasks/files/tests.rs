use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::channel;

use super::*;

/// Reading woke the reader once, and a node that had nothing to do was busy with it.
#[test]
fn a_change_wakes_and_reading_does_not() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("users");
    std::fs::write(&file, "jo:x\n").unwrap();
    let changed = Arc::new(AtomicBool::new(false));
    let (woken, wakes) = channel();
    let seen = Arc::clone(&changed);
    let _watcher = watcher(folder.path(), move || {
        // After the test nobody listens any more.
        let _ = woken.send(seen.load(Ordering::SeqCst));
    });
    for _ in 0..1000 {
        std::fs::read(&file).unwrap();
    }
    changed.store(true, Ordering::SeqCst);
    std::fs::write(folder.path().join("users_roles"), "").unwrap();
    assert!(wakes.recv().unwrap(), "reading woke");
}

#[test]
fn what_ends_a_write_is_a_change() {
    assert!(!is_of_reading(EventKind::Access(AccessKind::Close(AccessMode::Write))));
    assert!(is_of_reading(EventKind::Access(AccessKind::Close(AccessMode::Read))));
    assert!(is_of_reading(EventKind::Access(AccessKind::Open(AccessMode::Any))));
    assert!(!is_of_reading(EventKind::Any));
}
