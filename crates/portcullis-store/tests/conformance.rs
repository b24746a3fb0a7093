//! The conformance list on every engine there is.

use std::sync::Arc;

use portcullis_store::conformance::{CHECKS, DURABLE_CHECKS, Opened, Place, run};
use portcullis_store::{MemoryLog, MemoryStore, RedbStore};

struct Memory;

impl Place for Memory {
    fn open(&self) -> Opened {
        Ok(Arc::new(MemoryStore::new()))
    }
}

struct Shared(MemoryLog);

impl Place for Shared {
    fn open(&self) -> Opened {
        Ok(Arc::new(self.0.node()))
    }
}

struct Folder(std::io::Result<tempfile::TempDir>);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir())
    }
}

impl Place for Folder {
    fn open(&self) -> Opened {
        let folder = self.0.as_ref().map_err(ToString::to_string)?;
        Ok(Arc::new(RedbStore::open(folder.path())?))
    }
}

#[test]
fn memory_conforms() {
    let failures = run(CHECKS, || Memory);
    assert!(failures.is_empty(), "{failures:#?}");
}

#[test]
fn a_shared_memory_conforms() {
    let failures = run(CHECKS, || Shared(MemoryLog::new()));
    assert!(failures.is_empty(), "{failures:#?}");
}

#[test]
fn redb_conforms() {
    let failures = run(CHECKS, Folder::new);
    assert!(failures.is_empty(), "{failures:#?}");
}

#[test]
fn redb_keeps() {
    let failures = run(DURABLE_CHECKS, Folder::new);
    assert!(failures.is_empty(), "{failures:#?}");
}

#[test]
fn two_stores_have_two_epochs() {
    let epoch = |place: &dyn Place| place.open().unwrap().identity().epoch.clone();
    assert_ne!(epoch(&Memory), epoch(&Memory));
    assert_ne!(epoch(&Folder::new()), epoch(&Folder::new()));
}
