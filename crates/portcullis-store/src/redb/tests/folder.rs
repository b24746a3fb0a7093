//! The data folder: who may look into it, who has it, and what an unfinished start leaves.

use std::os::unix::fs::PermissionsExt;

use super::*;

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn folder_and_files_are_for_the_owner_alone() {
    let parent = tempfile::tempdir().unwrap();
    let folder = parent.path().join("a/b");
    RedbStore::open(&folder).unwrap().close();
    for made in [folder.clone(), parent.path().join("a")] {
        assert_eq!(mode(&made), 0o700, "{made:?}");
    }
    for entry in fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        assert_eq!(mode(&path), 0o600, "{path:?}");
    }
    // Also when somebody has opened the file up.
    fs::set_permissions(file_of(&folder), fs::Permissions::from_mode(0o644)).unwrap();
    RedbStore::open(&folder).unwrap().close();
    assert_eq!(mode(&file_of(&folder)), 0o600);
}

#[test]
fn a_folder_in_use_is_refused_with_its_holder() {
    let folder = tempfile::tempdir().unwrap();
    let store = RedbStore::open(folder.path()).unwrap();
    let error = RedbStore::open(folder.path()).unwrap_err();
    let message = error.to_string();
    assert!(
        matches!(error, OpenError::InUse { pid: Some(pid), .. } if pid == std::process::id()),
        "{message}"
    );
    assert!(message.contains(folder.path().to_str().unwrap()), "{message}");
    // The holder is not disturbed, and the folder is free when it ends, however it ends.
    wait(store.commit(Batch::new().put(role("a"), "1"))).unwrap();
    drop(store);
    let store = RedbStore::open(folder.path()).unwrap();
    assert_eq!(store.count(&ROLE).unwrap(), 1);
}

#[test]
fn a_start_that_was_cut_off_is_begun_again() {
    let folder = folder_with_roles(3);
    let file = file_of(folder.path());
    let unfinished = folder.path().join("portcullis.redb.new");
    fs::rename(&file, &unfinished).unwrap();
    fs::OpenOptions::new().write(true).open(&unfinished).unwrap().set_len(5000).unwrap();
    let store = RedbStore::open(folder.path()).unwrap();
    assert_eq!((store.revision(), store.count(&ROLE).unwrap()), (Revision::ZERO, 0));
    assert!(!unfinished.exists());
}

#[test]
fn what_cannot_be_made_is_told_with_its_path() {
    let parent = tempfile::tempdir().unwrap();
    let file = parent.path().join("file");
    fs::write(&file, "x").unwrap();
    let error = RedbStore::open(&file.join("data")).unwrap_err();
    assert!(matches!(error, OpenError::Io { .. }), "{error}");
    assert!(error.to_string().contains("file/data"), "{error}");
}

/// A snapshot that somebody forgot does not keep the folder.
#[test]
fn closing_does_not_wait_for_readers() {
    let folder = folder_with_roles(3);
    let store = RedbStore::open(folder.path()).unwrap();
    let snapshot = store.read().unwrap();
    store.close();
    assert_eq!(snapshot.count(&ROLE), Err(StoreError::Closed));
    RedbStore::open(folder.path()).unwrap();
}
