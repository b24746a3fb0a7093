//! Checks of commits: conditions, atomicity, revisions, limits.

use std::sync::Arc;
use std::thread;

use super::{Checked, Place, body, put, user, wait};
use crate::batch::{Batch, Expected};
use crate::document::{DocumentKey, Kind, Revision};
use crate::error::CommitError;
use crate::limits::{
    MAX_BATCH_BYTES, MAX_BATCH_CONDITIONS, MAX_BATCH_WRITES, MAX_DOCUMENT_BYTES, MAX_ID_BYTES, MAX_KIND_BYTES,
};

pub(super) fn conditions(place: &dyn Place) -> Checked {
    let store = place.open()?;
    let first = wait(store.commit(put("jo", "1").expect(user("jo"), Expected::Absent)))?;
    let second = wait(store.commit(put("jo", "2").expect(user("jo"), Expected::At(first))))?;
    let third = wait(store.commit(put("jo", "3").expect(user("jo"), Expected::Present)))?;
    assert!(first < second && second < third);
    for (id, expected, actual) in [
        ("jo", Expected::Absent, Some(third)),
        ("jo", Expected::At(second), Some(third)),
        ("mo", Expected::Present, None),
        ("mo", Expected::At(first), None),
        ("mo", Expected::At(Revision::ZERO), None),
    ] {
        let conflict = CommitError::Conflict { key: user(id), expected, actual };
        assert_eq!(wait(store.commit(put("jo", "4").expect(user(id), expected))), Err(conflict));
        assert_eq!(body(&*store, "jo")?.as_deref(), Some("3"));
    }
    // A condition may look at a document that the batch does not write.
    wait(store.commit(put("mo", "1").expect(user("jo"), Expected::At(third))))?;
    // A condition sees the state before its own batch.
    wait(store.commit(Batch::new().delete(user("jo")).expect(user("jo"), Expected::Present)))?;
    assert_eq!(body(&*store, "jo")?, None);
    Ok(())
}

pub(super) fn atomic(place: &dyn Place) -> Checked {
    let store = place.open()?;
    wait(store.commit(put("a", "1").put(user("b"), "1")))?;
    let before = store.revision();
    let refused = put("a", "2")
        .delete(user("b"))
        .put(user("c"), "2")
        .expect(user("a"), Expected::Present)
        .expect(user("c"), Expected::Present);
    assert!(matches!(wait(store.commit(refused)), Err(CommitError::Conflict { .. })));
    let state = (body(&*store, "a")?, body(&*store, "b")?, body(&*store, "c")?);
    assert_eq!(state, (Some("1".to_owned()), Some("1".to_owned()), None));
    assert_eq!(store.revision(), before);
    wait(store.commit(put("a", "2").delete(user("b")).put(user("c"), "2")))?;
    let state = (body(&*store, "a")?, body(&*store, "b")?, body(&*store, "c")?);
    assert_eq!(state, (Some("2".to_owned()), None, Some("2".to_owned())));
    Ok(())
}

pub(super) fn revisions(place: &dyn Place) -> Checked {
    let store = place.open()?;
    let before = store.revision();
    let first = wait(store.commit(put("a", "1").put(user("b"), "1")))?;
    assert!(first > before);
    assert_eq!(store.revision(), first);
    let second = wait(store.commit(put("b", "2")))?;
    assert!(second > first);
    let of = |id: &str| store.get(&user(id)).map(|found| found.map(|document| document.revision));
    assert_eq!((of("a")?, of("b")?), (Some(first), Some(second)));
    // Also a write of the same content is a write.
    assert!(wait(store.commit(put("b", "2")))? > second);
    // A document that was away begins anew, later.
    let gone = wait(store.commit(Batch::new().delete(user("a"))))?;
    let again = wait(store.commit(put("a", "1")))?;
    assert_eq!(of("a")?, Some(again));
    assert!(again > gone);
    Ok(())
}

pub(super) fn nothing_to_do(place: &dyn Place) -> Checked {
    let store = place.open()?;
    let revision = wait(store.commit(put("a", "1")))?;
    let mut feed = store.subscribe(revision)?;
    assert_eq!(wait(store.commit(Batch::new()))?, revision);
    assert_eq!(wait(store.commit(Batch::new().delete(user("b"))))?, revision);
    assert_eq!(wait(store.commit(Batch::new().expect(user("a"), Expected::At(revision))))?, revision);
    assert!(wait(store.commit(Batch::new().expect(user("a"), Expected::Absent))).is_err());
    assert_eq!(store.revision(), revision);
    let next = wait(store.commit(put("c", "1").delete(user("b"))))?;
    let event = feed.next(super::PATIENCE)?.and_then(|event| event.revision());
    assert_eq!(event, Some(next));
    Ok(())
}

pub(super) fn increments(place: &dyn Place) -> Checked {
    const THREADS: usize = 4;
    const EACH: usize = 25;
    let store = place.open()?;
    wait(store.commit(put("counter", "0")))?;
    let threads: Vec<_> = (0..THREADS)
        .map(|_| {
            let store = Arc::clone(&store);
            thread::spawn(move || {
                let mut done = 0;
                while done < EACH {
                    let Ok(Some(counter)) = store.get(&user("counter")) else { return false };
                    let value =
                        std::str::from_utf8(&counter.body).ok().and_then(|text| text.parse::<u64>().ok());
                    let next = value.unwrap_or_default() + 1;
                    let at = Expected::At(counter.revision);
                    match wait(store.commit(put("counter", next.to_string()).expect(user("counter"), at))) {
                        Ok(_) => done += 1,
                        Err(CommitError::Conflict { .. }) => {}
                        Err(_) => return false,
                    }
                }
                true
            })
        })
        .collect();
    for thread in threads {
        assert!(thread.join().unwrap_or(false), "a writer failed");
    }
    assert_eq!(body(&*store, "counter")?, Some((THREADS * EACH).to_string()));
    Ok(())
}

pub(super) fn limits(place: &dyn Place) -> Checked {
    let store = place.open()?;
    let many = |count: usize| (0..count).fold(Batch::new(), |batch, n| batch.put(user(n.to_string()), "x"));
    let conditions = |count: usize| {
        (0..count)
            .fold(put("sure", "x"), |batch, n| batch.expect(user(format!("absent{n}")), Expected::Absent))
    };
    let long = "é".repeat(MAX_ID_BYTES / 2);
    let wide = Kind::from_string("k".repeat(MAX_KIND_BYTES));
    let half = "x".repeat(MAX_BATCH_BYTES / 2 - MAX_ID_BYTES);

    for taken in [
        put("body", "x".repeat(MAX_DOCUMENT_BYTES)),
        put("empty", ""),
        put(long.clone(), "x"),
        put("\u{0}\u{10ffff}/ \n", "x"),
        Batch::new().put(DocumentKey::new(wide, "id"), "x"),
        Batch::new().put(DocumentKey::new(Kind::from_static(""), "id"), "x"),
        many(MAX_BATCH_WRITES),
        conditions(MAX_BATCH_CONDITIONS),
        put("a", half.clone()).put(user("b"), half.clone()),
    ] {
        let first = taken.writes.first().map(|write| write.key().clone());
        wait(store.commit(taken))?;
        assert!(first.is_some_and(|key| matches!(store.get(&key), Ok(Some(_)))));
    }

    let before = store.revision();
    for too_large in [
        put("body", "x".repeat(MAX_DOCUMENT_BYTES + 1)),
        put(long + "x", "x"),
        Batch::new().delete(user("x".repeat(MAX_ID_BYTES + 1))),
        Batch::new().put(DocumentKey::new(Kind::from_string("k".repeat(MAX_KIND_BYTES + 1)), "id"), "x"),
        many(MAX_BATCH_WRITES + 1),
        conditions(MAX_BATCH_CONDITIONS + 1),
        put("a", half.clone()).put(user("b"), half).put(user("c"), "x".repeat(2 * MAX_ID_BYTES)),
    ] {
        assert!(matches!(wait(store.commit(too_large)), Err(CommitError::TooLarge { .. })));
    }
    for malformed in [
        put("", "x"),
        put("a", "1").put(user("a"), "2"),
        put("a", "1").delete(user("a")),
        Batch::new().put(DocumentKey::new(Kind::from_static("a/b"), "id"), "x"),
        Batch::new().expect(user(""), Expected::Absent),
    ] {
        assert!(matches!(wait(store.commit(malformed)), Err(CommitError::Invalid(_))));
    }
    assert_eq!(store.revision(), before);
    Ok(())
}

pub(super) fn dropped_future(place: &dyn Place) -> Checked {
    let store = place.open()?;
    drop(store.commit(put("a", "1")));
    // Commits of which one writes what the other rests on are done in the order in which they are handed over.
    wait(store.commit(put("b", "1").expect(user("a"), Expected::Present)))?;
    assert_eq!(body(&*store, "a")?.as_deref(), Some("1"));
    Ok(())
}

pub(super) fn refused_alone(place: &dyn Place) -> Checked {
    let store = place.open()?;
    let create = |id: &str, body: &str| store.commit(put(id, body).expect(user(id), Expected::Absent));
    // Handed over together, so that an engine that groups commits does.
    let [first, second, third, fourth, fifth] = [
        create("a", "1"),
        create("a", "2"),
        create("b", "1"),
        store.commit(put("c", "1").expect(user("d"), Expected::Present)),
        store.commit(Batch::new().delete(user("a")).expect(user("b"), Expected::Present)),
    ];
    let created = wait(first)?;
    let conflict = |key, expected, actual| Err(CommitError::Conflict { key, expected, actual });
    assert_eq!(wait(second), conflict(user("a"), Expected::Absent, Some(created)));
    let third = wait(third)?;
    assert_eq!(wait(fourth), conflict(user("d"), Expected::Present, None));
    let fifth = wait(fifth)?;
    assert!(created < fifth && third < fifth);
    let state = (body(&*store, "a")?, body(&*store, "b")?, body(&*store, "c")?);
    assert_eq!(state, (None, Some("1".to_owned()), None));
    Ok(())
}
