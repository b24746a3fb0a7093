//! Checks of reads: order, pages, snapshots.

use std::sync::Arc;
use std::thread;

use super::{Checked, Place, USER, put, user, wait};
use crate::Store;
use crate::batch::Batch;
use crate::document::{Document, DocumentKey, Kind};
use crate::error::StoreError;
use crate::limits::{MAX_DOCUMENT_BYTES, MAX_PAGE_BYTES, MAX_PAGE_DOCUMENTS};

fn ids(store: &dyn Store, kind: &Kind, after: Option<&str>, limit: usize) -> Result<Vec<String>, StoreError> {
    Ok(store.scan(kind, after, limit)?.into_iter().map(|document| document.key.id).collect())
}

pub(super) fn ordered(place: &dyn Place) -> Checked {
    let store = place.open()?;
    let bare = Kind::from_static("");
    // Neighbours of `user-` on both sides, one of them its beginning, and one that begins with it.
    let others =
        [bare.clone(), Kind::from_static("user"), Kind::from_static("user-x"), Kind::from_static("zz")];
    let mut batch = Batch::new();
    for id in ["b", "a", "é", "aa", "Z", "a-"] {
        batch = batch.put(user(id), id.to_owned());
    }
    for kind in &others {
        batch = batch.put(DocumentKey::new(kind.clone(), "b"), "other");
    }
    wait(store.commit(batch))?;
    assert_eq!(ids(&*store, &USER, None, 10)?, ["Z", "a", "a-", "aa", "b", "é"]);
    assert_eq!(ids(&*store, &USER, Some("a"), 10)?, ["a-", "aa", "b", "é"]);
    assert_eq!(ids(&*store, &USER, Some("aaa"), 1)?, ["b"]);
    assert_eq!(ids(&*store, &USER, Some("é"), 10)?, [""; 0]);
    assert_eq!(ids(&*store, &USER, None, 0)?, [""; 0]);
    assert_eq!(store.count(&USER)?, 6);
    for kind in &others {
        assert_eq!(ids(&*store, kind, None, 10)?, ["b"]);
        assert_eq!(store.count(kind)?, 1);
    }
    assert_eq!(store.count(&Kind::from_static("none"))?, 0);
    let found = store.scan(&bare, None, 1)?;
    let [document] = found.as_slice() else { return Err("one document expected".into()) };
    assert_eq!(store.get(&DocumentKey::new(bare, "b"))?.as_ref(), Some(document));
    assert_eq!(document.key.to_string(), "b");
    Ok(())
}

pub(super) fn pages(place: &dyn Place) -> Checked {
    let store = place.open()?;
    let all: Vec<String> = (0..MAX_PAGE_DOCUMENTS + 100).map(|n| format!("{n:05}")).collect();
    for part in all.chunks(100) {
        let batch = part.iter().fold(Batch::new(), |batch, id| batch.put(user(id.clone()), "x"));
        wait(store.commit(batch))?;
    }
    for limit in [7, 250, usize::MAX] {
        let mut found: Vec<String> = Vec::new();
        loop {
            let page = ids(&*store, &USER, found.last().map(String::as_str), limit)?;
            assert!(page.len() <= limit.min(MAX_PAGE_DOCUMENTS));
            if page.is_empty() {
                break;
            }
            found.extend(page);
        }
        assert_eq!(found, all);
    }
    assert_eq!(store.count(&USER)?, all.len() as u64);
    Ok(())
}

pub(super) fn large_pages(place: &dyn Place) -> Checked {
    let store = place.open()?;
    let fit = MAX_PAGE_BYTES / MAX_DOCUMENT_BYTES;
    for n in 0..fit + 2 {
        wait(store.commit(put(format!("{n:05}"), "x".repeat(MAX_DOCUMENT_BYTES))))?;
    }
    let page = ids(&*store, &USER, None, usize::MAX)?;
    assert_eq!(page.len(), fit);
    assert_eq!(ids(&*store, &USER, page.last().map(String::as_str), usize::MAX)?.len(), 2);
    Ok(())
}

pub(super) fn everything(place: &dyn Place) -> Checked {
    let store = place.open()?;
    // Each kind begins as its neighbour does, and sorts otherwise when it is joined with its ids.
    let keys = [("", "b"), ("", "user-z"), ("user", "-b"), ("user-", "b"), ("user-", "é"), ("user-x", "a")]
        .map(|(kind, id)| DocumentKey::new(Kind::from_static(kind), id));
    let batch = keys.iter().rev().fold(Batch::new(), |batch, key| batch.put(key.clone(), key.to_string()));
    wait(store.commit(batch))?;
    let seen = store.read()?;
    wait(store.commit(put("c", "later").delete(user("b"))))?;

    let listed = |documents: Vec<Document>| documents.into_iter().map(|it| it.key).collect::<Vec<_>>();
    assert_eq!(listed(seen.scan_all(None, usize::MAX)?), keys);
    for (number, key) in keys.iter().enumerate() {
        let behind: Vec<_> = keys.iter().skip(number + 1).cloned().collect();
        assert_eq!(listed(seen.scan_all(Some(key), usize::MAX)?), behind);
        assert_eq!(seen.scan_all(Some(key), 1)?, seen.scan_all(Some(key), 10)?.get(..1).unwrap_or_default());
        assert_eq!(
            seen.get(key)?.map(|it| (it.revision, it.body)),
            Some((seen.revision(), key.to_string().into()))
        );
    }
    let between = DocumentKey::new(Kind::from_static("user"), "not there");
    assert_eq!(listed(seen.scan_all(Some(&between), 1)?), [user("b")]);
    assert_eq!(seen.scan_all(None, 0)?, []);
    assert_eq!(store.read()?.scan_all(None, usize::MAX)?.len(), keys.len());
    Ok(())
}

pub(super) fn pages_of_everything(place: &dyn Place) -> Checked {
    let store = place.open()?;
    let kinds = ["", "a-", "user-"].map(Kind::from_static);
    let all: Vec<DocumentKey> = kinds
        .iter()
        .flat_map(|kind| {
            (0..MAX_PAGE_DOCUMENTS / 2).map(move |n| DocumentKey::new(kind.clone(), format!("{n:05}")))
        })
        .collect();
    for part in all.chunks(100) {
        wait(store.commit(part.iter().fold(Batch::new(), |batch, key| batch.put(key.clone(), "x"))))?;
    }
    for limit in [7, 250, usize::MAX] {
        let snapshot = store.read()?;
        let mut found: Vec<DocumentKey> = Vec::new();
        loop {
            let page = snapshot.scan_all(found.last(), limit)?;
            assert!(page.len() <= limit.min(MAX_PAGE_DOCUMENTS));
            if page.is_empty() {
                break;
            }
            found.extend(page.into_iter().map(|it| it.key));
        }
        assert_eq!(found, all);
    }
    let fit = MAX_PAGE_BYTES / MAX_DOCUMENT_BYTES;
    for n in 0..fit + 2 {
        let key = DocumentKey::new(Kind::from_static("zz"), format!("{n:05}"));
        wait(store.commit(Batch::new().put(key, "x".repeat(MAX_DOCUMENT_BYTES))))?;
    }
    assert_eq!(store.read()?.scan_all(all.last(), usize::MAX)?.len(), fit);
    Ok(())
}

pub(super) fn snapshot(place: &dyn Place) -> Checked {
    let store = place.open()?;
    let empty = store.read()?;
    let first = wait(store.commit(put("a", "1").put(user("b"), "1")))?;
    let seen = store.read()?;
    wait(store.commit(put("a", "2").delete(user("b")).put(user("c"), "2")))?;

    assert_eq!(empty.get(&user("a"))?, None);
    assert_eq!(empty.count(&USER)?, 0);
    assert_eq!(seen.revision(), first);
    assert_eq!(seen.get(&user("a"))?.map(|document| document.body), Some("1".into()));
    assert_eq!(seen.get(&user("c"))?, None);
    assert_eq!(seen.count(&USER)?, 2);
    let listed: Vec<_> = seen.scan(&USER, None, 10)?.into_iter().map(|document| document.key.id).collect();
    assert_eq!(listed, ["a", "b"]);

    let now = store.read()?;
    assert_eq!(now.revision(), store.revision());
    assert_eq!(now.get(&user("b"))?, None);
    Ok(())
}

pub(super) fn snapshots_are_whole(place: &dyn Place) -> Checked {
    const WRITES: u64 = 100;
    let store = place.open()?;
    wait(store.commit(put("a", "0").put(user("b"), "0")))?;
    let writing = Arc::clone(&store);
    let writer = thread::spawn(move || {
        (1..=WRITES)
            .all(|n| wait(writing.commit(put("a", n.to_string()).put(user("b"), n.to_string()))).is_ok())
    });
    loop {
        let finished = writer.is_finished();
        let snapshot = store.read()?;
        let (a, b) = (snapshot.get(&user("a"))?, snapshot.get(&user("b"))?);
        let (Some(a), Some(b)) = (a, b) else { return Err("a document is missing".into()) };
        assert_eq!((a.revision, a.body), (b.revision, b.body));
        assert!(a.revision <= snapshot.revision());
        if finished {
            break;
        }
    }
    assert!(writer.join().unwrap_or(false), "the writer failed");
    Ok(())
}
