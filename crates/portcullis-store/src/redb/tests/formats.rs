//! Other formats: later ones refused, earlier ones copied aside and migrated.

use std::os::unix::fs::PermissionsExt;

use ::redb::{ReadableTable, TableDefinition, WriteTransaction};

use super::super::migrate::{FORMATS, Formats, Step};
use super::super::{open, tables};
use super::*;

/// An imagined format 0 kept roles in a table of their own, without revisions.
const ROLES_0: TableDefinition<'static, &str, &[u8]> = TableDefinition::new("roles");

const TO_1: Step = Step { from: 0, run: to_1 };
const TO_2: Step = Step { from: 1, run: to_2 };
const FAILING: Step = Step { from: 1, run: failing };

fn to_1(transaction: &WriteTransaction) -> Result<(), ::redb::Error> {
    let roles = transaction.open_table(ROLES_0)?;
    let mut documents = transaction.open_table(tables::DOCUMENTS)?;
    for entry in roles.iter()? {
        let (id, body) = entry?;
        documents.insert(("role-", id.value()), (1, body.value()))?;
    }
    transaction.open_table(tables::HEADER)?.insert(tables::REVISION, "1")?;
    transaction.open_table(tables::FACTS)?;
    drop(roles);
    transaction.delete_table(ROLES_0)?;
    Ok(())
}

fn to_2(transaction: &WriteTransaction) -> Result<(), ::redb::Error> {
    transaction.open_table(tables::FACTS)?.insert("was", "1")?;
    Ok(())
}

fn failing(transaction: &WriteTransaction) -> Result<(), ::redb::Error> {
    transaction.open_table(tables::DOCUMENTS)?.remove(("role-", "a"))?;
    Err(::redb::Error::Corrupted("no such luck".to_owned()))
}

fn folder_of_format_0() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let database = Database::create(file_of(folder.path())).unwrap();
    let transaction = database.begin_write().unwrap();
    {
        let mut header = transaction.open_table(tables::HEADER).unwrap();
        header.insert(tables::FORMAT, "0").unwrap();
        header.insert(tables::EPOCH, "e").unwrap();
        let mut roles = transaction.open_table(ROLES_0).unwrap();
        roles.insert("a", b"1".as_slice()).unwrap();
        roles.insert("b", b"2".as_slice()).unwrap();
    }
    transaction.commit().unwrap();
    database.close().unwrap();
    folder
}

fn open_with(folder: &Path, current: u32, steps: &'static [Step]) -> Result<RedbStore, OpenError> {
    RedbStore::start(open::folder(folder, &open::SINGLE, &Formats { current, steps })?)
}

fn aside(folder: &Path, format: u32) -> PathBuf {
    folder.join(format!("portcullis.redb.format-{format}.bak"))
}

#[test]
fn an_earlier_format_is_copied_aside_and_migrated() {
    let folder = folder_of_format_0();
    let before = fs::read(file_of(folder.path())).unwrap();
    let store = open_with(folder.path(), 2, &[TO_2, TO_1]).unwrap();
    assert_eq!(
        store.identity(),
        Identity { epoch: "e".to_owned(), cluster: None, format: 2, engine: "redb" }
    );
    assert_eq!(store.revision(), Revision(1));
    let bodies: Vec<_> =
        store.scan(&ROLE, None, 10).unwrap().into_iter().map(|document| document.body).collect();
    assert_eq!(bodies, ["1", "2"]);
    assert_eq!(store.meta_get("was").unwrap().as_deref(), Some("1"));
    wait(store.commit(Batch::new().put(role("c"), "3"))).unwrap();
    store.close();

    let copy = aside(folder.path(), 0);
    assert!(fs::read(&copy).unwrap() == before);
    assert_eq!(fs::metadata(&copy).unwrap().permissions().mode() & 0o777, 0o600);
    // Once is enough.
    let store = open_with(folder.path(), 2, &[]).unwrap();
    assert_eq!(store.count(&ROLE).unwrap(), 3);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 3, "store, lock and copy");
}

#[test]
fn a_migration_that_fails_changes_nothing_and_can_be_tried_again() {
    let folder = folder_of_format_0();
    let error = open_with(folder.path(), 2, &[TO_1, FAILING]).unwrap_err();
    assert!(matches!(&error, OpenError::Migration { from: 0, .. }), "{error}");
    assert!(
        error.to_string().contains("from format 0") && error.to_string().contains("no such luck"),
        "{error}"
    );
    // Also when a copy is there already.
    assert!(aside(folder.path(), 0).exists());
    let store = open_with(folder.path(), 1, &[TO_1]).unwrap();
    assert_eq!(store.identity().format, 1);
    assert_eq!(store.count(&ROLE).unwrap(), 2);
}

#[test]
fn the_copy_aside_is_a_store_of_the_earlier_version() {
    let folder = folder_with_roles(3);
    assert_eq!(FORMATS.current, 1);
    open_with(folder.path(), 2, &[TO_2]).unwrap().close();
    fs::rename(aside(folder.path(), 1), file_of(folder.path())).unwrap();
    let store = RedbStore::open(folder.path()).unwrap();
    assert_eq!((store.identity().format, store.count(&ROLE).unwrap()), (1, 3));
    assert_eq!(store.meta_get("was").unwrap(), None);
}

#[test]
fn a_later_format_is_refused_with_both_numbers() {
    let folder = folder_with_roles(3);
    open_with(folder.path(), 2, &[TO_2]).unwrap().close();
    let before = fs::read(file_of(folder.path())).unwrap();
    let error = RedbStore::open(folder.path()).unwrap_err();
    assert!(matches!(error, OpenError::NewerFormat { found: 2, supported: 1, .. }), "{error}");
    let message = error.to_string();
    assert!(message.contains("format 2") && message.contains("up to format 1"), "{message}");
    assert!(fs::read(file_of(folder.path())).unwrap() == before, "the file was changed");
}

#[test]
fn a_format_without_a_way_to_ours_is_refused() {
    let folder = folder_of_format_0();
    let before = fs::read(file_of(folder.path())).unwrap();
    let error = open_with(folder.path(), 2, &[TO_2]).unwrap_err();
    assert!(matches!(error, OpenError::NoMigration { found: 0, supported: 2, .. }), "{error}");
    assert!(fs::read(file_of(folder.path())).unwrap() == before, "the file was changed");
    assert!(!aside(folder.path(), 0).exists());
}

/// Every format that there ever was can be brought to the current one.
#[test]
fn the_table_of_steps_is_complete() {
    for from in 1..=FORMATS.current {
        assert!(FORMATS.path(from).is_some(), "format {from}");
    }
}
