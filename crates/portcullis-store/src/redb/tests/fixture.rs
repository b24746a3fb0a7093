//! Files that earlier versions wrote, kept for good: each must open and hold what it held.

use super::*;

/// One file for each format; see `fixtures/README.md`.
const FORMAT_1: &[u8] = include_bytes!("../../../fixtures/format-1.redb");

const USER: Kind = Kind::from_static("user-");
const API_KEY: Kind = Kind::from_static("");

#[test]
fn format_1_opens() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(file_of(folder.path()), FORMAT_1).unwrap();
    let store = RedbStore::open(folder.path()).unwrap();
    assert_eq!(store.identity().epoch, "7c9f1a52-0f0e-4d0a-9a4b-5f6f6f1f2a10");
    assert_eq!(store.revision(), Revision(4));
    assert_eq!(store.meta_get("node.id").unwrap().as_deref(), Some("fixture-node"));

    let jo = store.get(&DocumentKey::new(USER, "jo")).unwrap().unwrap();
    assert_eq!(
        (jo.revision, jo.body),
        (Revision(3), r#"{"type":"user","username":"jo","enabled":false}"#.into())
    );
    assert_eq!(store.get(&DocumentKey::new(USER, "gone")).unwrap(), None);
    let roles: Vec<_> = store.scan(&ROLE, None, 10).unwrap().into_iter().map(|role| role.key.id).collect();
    assert_eq!(roles, ["a", "b", "é"]);
    let key = store.get(&DocumentKey::new(API_KEY, "VuaCfGcBCdbkQm-e5aOx")).unwrap().unwrap();
    assert_eq!((key.revision, key.body.len()), (Revision(2), 5000));

    assert_eq!(wait(store.commit(Batch::new().put(role("c"), "{}"))), Ok(Committed::alone(Revision(5))));
}

/// Writes the fixture of the current format beside the kept one and compares what they say: the recipe in
/// `fixtures/README.md`, kept from rotting.
#[test]
fn the_recipe_makes_what_the_fixture_holds() {
    let folder = tempfile::tempdir().unwrap();
    write_fixture(folder.path());
    let made = RedbStore::open(folder.path()).unwrap();
    let kept_folder = tempfile::tempdir().unwrap();
    fs::write(file_of(kept_folder.path()), FORMAT_1).unwrap();
    let kept = RedbStore::open(kept_folder.path()).unwrap();
    for kind in [USER, ROLE, API_KEY] {
        assert_eq!(made.scan(&kind, None, 100).unwrap(), kept.scan(&kind, None, 100).unwrap());
    }
    assert_eq!(made.revision(), kept.revision());
}

fn write_fixture(folder: &Path) {
    let store = RedbStore::open(folder).unwrap();
    let jo = DocumentKey::new(USER, "jo");
    let gone = DocumentKey::new(USER, "gone");
    let batches = [
        Batch::new()
            .put(jo.clone(), r#"{"type":"user","username":"jo","enabled":true}"#)
            .put(gone.clone(), r#"{"type":"user","username":"gone"}"#),
        Batch::new()
            .put(role("a"), r#"{"cluster":["all"]}"#)
            .put(role("é"), "{}")
            .put(role("b"), "{}")
            .put(DocumentKey::new(API_KEY, "VuaCfGcBCdbkQm-e5aOx"), "k".repeat(5000)),
        Batch::new().put(jo, r#"{"type":"user","username":"jo","enabled":false}"#),
        Batch::new().delete(gone),
    ];
    for batch in batches {
        wait(store.commit(batch)).unwrap();
    }
    store.meta_put("node.id", "fixture-node").unwrap();
    store.close();
}
