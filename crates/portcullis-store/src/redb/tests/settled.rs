//! What a kill leaves behind when the writer had nothing to do: a file that is opened without a walk through it.

use std::fs::{self, File};

use ::redb::backends::FileBackend;
use ::redb::{Database, DatabaseError, StorageError};

use super::disk::start;
use super::*;

/// More looks than the tenth of a second takes in which the writer waits for work.
const LOOKS: usize = 10_000;

/// Whether a file as it is now would be opened at once.
fn is_settled(file: &Path, copy: &Path) -> bool {
    fs::copy(file, copy).unwrap();
    let mut builder = Database::builder();
    builder.set_repair_callback(|repair| repair.abort());
    match builder.open(copy) {
        Ok(_) => true,
        // Copied in the middle of a commit, it may look like anything.
        Err(DatabaseError::RepairAborted | DatabaseError::Storage(StorageError::Corrupted(_))) => false,
        Err(other) => panic!("{other}"),
    }
}

#[test]
fn a_writer_without_work_leaves_a_file_that_needs_no_repair() {
    let folder = tempfile::tempdir().unwrap();
    let copy = folder.path().join("copy");
    let store = RedbStore::open(folder.path()).unwrap();
    for n in 0..3 {
        wait(store.commit(Batch::new().put(role(n.to_string()), "{}"))).unwrap();
        let file = file_of(folder.path());
        assert!((0..LOOKS).any(|_| is_settled(&file, &copy)), "after write {n}");
    }
    assert_eq!(store.snapshot().unwrap().revision(), Revision(3), "it is no revision of its own");
    store.close();
}

/// Else each start after a kill would walk through it, until somebody writes.
#[test]
fn a_file_that_had_to_be_walked_through_is_settled_without_a_write() {
    let folder = tempfile::tempdir().unwrap();
    let (killed, copy) = (folder.path().join("killed"), folder.path().join("copy"));
    let store = RedbStore::open(folder.path()).unwrap();
    let started = (0..LOOKS).find_map(|n| {
        wait(store.commit(Batch::new().put(role(n.to_string()), "{}"))).unwrap();
        fs::copy(file_of(folder.path()), &killed).unwrap();
        let file = File::options().read(true).write(true).open(&killed).unwrap();
        // One that was settled meanwhile, or copied in the middle of that, is of no use.
        if is_settled(&killed, &copy) { None } else { start(FileBackend::new(file).unwrap()).ok() }
    });
    store.close();

    let started = started.expect("a file that has to be walked through");
    assert!((0..LOOKS).any(|_| is_settled(&killed, &copy)));
    started.close();
}
