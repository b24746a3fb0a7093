use super::*;
use crate::document::Kind;
use crate::redb::RedbStore;
use crate::{Snapshot, Store};

fn put(id: &str, revision: u64) -> Applied {
    let key = DocumentKey::new(Kind::from_static("user-"), id);
    Applied { key, revision: Revision(revision), body: Some(Bytes::from(revision.to_string())) }
}

fn mark_at(revision: u64) -> Mark {
    let lineage =
        Lineage { key: "/p/d/user-/a b".to_owned(), revision: Revision(revision), digest: "00".to_owned() };
    Mark {
        revision: Revision(revision),
        epoch: "e".to_owned(),
        cluster: "c".to_owned(),
        etcd: u64::MAX,
        lineage: Some(lineage),
    }
}

fn ids(replica: &Replica) -> Vec<String> {
    let found = replica.snapshot().unwrap().scan(&Kind::from_static("user-"), None, 10).unwrap();
    found.into_iter().map(|it| it.key.id).collect()
}

#[test]
fn what_was_applied_is_there_with_its_mark_after_a_clean_end() {
    let folder = tempfile::tempdir().unwrap();
    let (replica, found) = Replica::open(folder.path()).unwrap();
    assert_eq!(found, Mark::default());
    replica.apply(&[put("a", 3), put("b", 3)], &mark_at(3)).unwrap();
    let gone = Applied { body: None, ..put("b", 4) };
    replica.apply(&[gone], &mark_at(4)).unwrap();
    replica.close();
    let (replica, found) = Replica::open(folder.path()).unwrap();
    assert_eq!(found, mark_at(4));
    assert_eq!(ids(&replica), ["a"]);
}

#[test]
fn what_is_loaded_takes_the_place_of_all_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let (replica, _) = Replica::open(folder.path()).unwrap();
    replica.apply(&[put("old", 3)], &mark_at(3)).unwrap();
    // A load that was given up leaves nothing behind.
    replica.begin_load().unwrap();
    replica.load(&[put("half", 1)]).unwrap();
    replica.begin_load().unwrap();
    replica.load(&[put("a", 1), put("b", 2)]).unwrap();
    let before = replica.snapshot().unwrap();
    assert_eq!(ids(&replica), ["old"]);
    replica.end_load(&mark_at(2)).unwrap();
    assert_eq!(ids(&replica), ["a", "b"]);
    assert_eq!(before.count(&Kind::from_static("user-")).unwrap(), 1);
    // And once more, as the tables have changed their names.
    replica.begin_load().unwrap();
    replica.end_load(&mark_at(5)).unwrap();
    assert_eq!(ids(&replica), [""; 0]);
}

#[test]
fn a_folder_belongs_to_one_engine() {
    let folder = tempfile::tempdir().unwrap();
    RedbStore::open(folder.path()).unwrap().close();
    let error = Replica::open(folder.path()).err().unwrap();
    assert!(matches!(error, OpenError::OtherEngine { .. }), "{error}");
    assert!(error.to_string().contains("holds the store of a single node; move it with `portcullis backup`"));

    let folder = tempfile::tempdir().unwrap();
    Replica::open(folder.path()).unwrap().0.close();
    let error = RedbStore::open(folder.path()).unwrap_err();
    assert!(matches!(error, OpenError::OtherEngine { .. }), "{error}");
}
