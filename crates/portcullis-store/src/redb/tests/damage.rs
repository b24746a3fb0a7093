//! Files that are cut short, altered, or something else: a clear error, and the file as it was.

use super::disk::{Disk, Sync};
use super::*;

fn open_image(image: &[u8]) -> (tempfile::TempDir, Result<RedbStore, OpenError>) {
    let folder = tempfile::tempdir().unwrap();
    fs::write(file_of(folder.path()), image).unwrap();
    let opened = RedbStore::open(folder.path());
    (folder, opened)
}

/// Refused as corrupted, naming the file, and not touched.
fn assert_refused(image: &[u8], what: &str) {
    let (folder, opened) = open_image(image);
    let file = file_of(folder.path());
    match opened {
        Err(error @ OpenError::Corrupt { .. }) => {
            let message = error.to_string();
            assert!(
                message.contains(file.to_str().unwrap()) && message.contains("corrupted"),
                "{what}: {message}"
            );
        }
        other => panic!("{what}: {other:?}"),
    }
    assert!(fs::read(&file).unwrap() == image, "{what}: the file was changed");
    let names: Vec<_> =
        fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names.len(), 2, "{what}: {names:?}");
}

#[test]
fn a_file_cut_short_is_refused() {
    let folder = folder_with_roles(60);
    let image = fs::read(file_of(folder.path())).unwrap();
    let mut random = Random(1);
    let pages = (0..image.len()).step_by(4096).flat_map(|page| [page, page + 1]);
    let cuts = pages.chain((0..40).map(|_| random.below(image.len()))).chain([image.len() - 1]);
    for len in cuts {
        assert_refused(&image[..len], &format!("cut to {len} of {} bytes", image.len()));
    }
}

/// Also by the quick look that large files get.
#[test]
fn a_large_file_cut_short_is_refused() {
    let folder = folder_with_roles(60);
    let image = fs::read(file_of(folder.path())).unwrap();
    let mut random = Random(3);
    for len in (1..image.len()).step_by(2048).chain((0..200).map(|_| 1 + random.below(image.len() - 1))) {
        let cut = Disk::new(image[..len].to_vec(), usize::MAX, Sync::Heeded);
        let path = Path::new("disk");
        let judged = open::judge(path, cut, open::Check::Quick, &open::SINGLE, &migrate::FORMATS);
        let refused = judged.err();
        assert!(
            matches!(refused, Some(OpenError::Corrupt { .. })),
            "cut to {len} of {}: {refused:?}",
            image.len()
        );
    }
}

#[test]
fn what_is_no_store_is_refused() {
    assert_refused(b"", "empty");
    assert_refused(b"jo:$2a$10$abcdefghijklmnopqrstuu\n", "a line of text");
    assert_refused("text\n".repeat(100_000).as_bytes(), "much text");
    assert_refused(&vec![0; 1 << 20], "zeros");

    // A file of redb's, but of somebody else.
    let folder = tempfile::tempdir().unwrap();
    Database::create(file_of(folder.path())).unwrap().close().unwrap();
    let empty = fs::read(file_of(folder.path())).unwrap();
    assert_refused(&empty, "redb without tables");
    let database = Database::create(file_of(folder.path())).unwrap();
    let transaction = database.begin_write().unwrap();
    transaction.open_table(::redb::TableDefinition::<u64, u64>::new("header")).unwrap().insert(1, 1).unwrap();
    transaction.commit().unwrap();
    database.close().unwrap();
    assert_refused(&fs::read(file_of(folder.path())).unwrap(), "redb with another header");

    // One of ours that was cut off before it had anything but its format.
    fs::remove_file(file_of(folder.path())).unwrap();
    let database = Database::create(file_of(folder.path())).unwrap();
    let transaction = database.begin_write().unwrap();
    let format = migrate::FORMATS.current.to_string();
    transaction.open_table(tables::HEADER).unwrap().insert(tables::FORMAT, format.as_str()).unwrap();
    transaction.commit().unwrap();
    database.close().unwrap();
    assert_refused(&fs::read(file_of(folder.path())).unwrap(), "a header with a format alone");
}

/// Wherever a byte is altered: refused and not touched, or it did not matter and everything is there.
#[test]
fn an_altered_byte_is_refused_or_does_not_matter() {
    let folder = folder_with_roles(60);
    let expected = {
        let store = RedbStore::open(folder.path()).unwrap();
        (store.revision(), store.scan(&ROLE, None, usize::MAX).unwrap())
    };
    let image = fs::read(file_of(folder.path())).unwrap();
    let mut random = Random(2);
    // What is about the whole file, what is about its two latest commits, and the rest.
    let header =
        (0..64).flat_map(|at| [(at, 0), (at, at % 8)]).chain((64..320).step_by(3).map(|at| (at, at % 8)));
    let anywhere = (0..150).map(|_| (random.below(image.len()), random.below(8)));
    let (mut refused, mut harmless) = (0, 0);
    for (at, bit) in header.chain(anywhere).collect::<Vec<_>>() {
        let mut altered = image.clone();
        altered[at] ^= 1 << bit;
        let (_folder, opened) = open_image(&altered);
        let Ok(store) = opened else {
            assert_refused(&altered, &format!("byte {at}, bit {bit}"));
            refused += 1;
            continue;
        };
        let found = (store.revision(), store.scan(&ROLE, None, usize::MAX).unwrap());
        assert!(found == expected, "byte {at}, bit {bit}: opened with other content");
        harmless += 1;
    }
    println!("{refused} refused, {harmless} harmless");
    assert!(refused > 30 && harmless > 30, "{refused} refused, {harmless} harmless");
}
