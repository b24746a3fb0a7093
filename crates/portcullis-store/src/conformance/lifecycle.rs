//! Checks of a store's life: facts, identity, closing, opening again.

use std::thread;
use std::time::Duration;

use super::{Checked, PATIENCE, Place, USER, body, put, user, wait};
use crate::batch::Batch;
use crate::change::FeedEvent;
use crate::error::{CommitError, FeedError, StoreError};
use crate::limits::{MAX_DOCUMENT_BYTES, MAX_ID_BYTES};

pub(super) fn facts(place: &dyn Place) -> Checked {
    let store = place.open()?;
    let before = store.revision();
    let mut feed = store.subscribe(before)?;
    assert_eq!(store.meta_get("node.id")?, None);
    store.meta_put("node.id", "one")?;
    store.meta_put("cluster.uuid", "two")?;
    store.meta_put("node.id", "three")?;
    assert_eq!(store.meta_get("node.id")?.as_deref(), Some("three"));
    assert_eq!(store.meta_get("cluster.uuid")?.as_deref(), Some("two"));
    let long = "x".repeat(MAX_ID_BYTES + 1);
    let large = "x".repeat(MAX_DOCUMENT_BYTES + 1);
    assert!(matches!(store.meta_put(&long, "x"), Err(CommitError::TooLarge { .. })));
    assert!(matches!(store.meta_put("x", &large), Err(CommitError::TooLarge { .. })));
    // Not a document: no revision, not in the feed, not in any kind.
    assert_eq!(store.revision(), before);
    assert_eq!(feed.next(Duration::ZERO)?, None);
    assert_eq!(store.get(&user("node.id"))?, None);
    Ok(())
}

pub(super) fn close(place: &dyn Place) -> Checked {
    let store = place.open()?;
    let mut feed = store.subscribe(store.revision())?;
    let mut waiting = store.subscribe(store.revision())?;
    let waiter = thread::spawn(move || {
        loop {
            match waiting.next(Duration::MAX) {
                Ok(_) => {}
                Err(ended) => return ended,
            }
        }
    });
    let commits: Vec<_> = (0..50).map(|n| store.commit(put(n.to_string(), "x"))).collect();
    store.close();
    store.close();
    // They share no document, so an engine may do them in another order than they were handed over in.
    let mut revisions = commits.into_iter().map(wait).collect::<Result<Vec<_>, _>>()?;
    revisions.sort_unstable();
    for revision in revisions {
        assert_eq!(feed.next(PATIENCE)?.and_then(|event| event.revision()), Some(revision));
    }
    assert_eq!(feed.next(PATIENCE), Err(FeedError::Closed));
    assert_eq!(waiter.join().map_err(|_| "the waiting thread panicked")?, FeedError::Closed);
    assert_eq!(store.get(&user("1")), Err(StoreError::Closed));
    assert_eq!(store.scan(&USER, None, 1), Err(StoreError::Closed));
    assert_eq!(store.count(&USER), Err(StoreError::Closed));
    assert_eq!(store.read().err(), Some(StoreError::Closed));
    assert_eq!(store.meta_get("x"), Err(StoreError::Closed));
    assert_eq!(store.subscribe(store.revision()).err(), Some(StoreError::Closed));
    assert!(matches!(wait(store.commit(put("1", "y"))), Err(CommitError::Unavailable(_))));
    assert!(matches!(store.meta_put("x", "y"), Err(CommitError::Unavailable(_))));
    Ok(())
}

pub(super) fn identity(place: &dyn Place) -> Checked {
    let store = place.open()?;
    let first = store.identity().clone();
    assert!(!first.epoch.is_empty() && first.format > 0 && !first.engine.is_empty());
    assert_eq!(store.identity(), first);
    Ok(())
}

pub(super) fn reopen(place: &dyn Place) -> Checked {
    let store = place.open()?;
    wait(store.commit(put("a", "1").put(user("b"), "1")))?;
    wait(store.commit(put("a", "2").put(user("c"), "\u{0}")))?;
    wait(store.commit(Batch::new().delete(user("b"))))?;
    store.meta_put("node.id", "one")?;
    let before = (store.identity().clone(), store.revision(), store.scan(&USER, None, 10)?);
    assert!(store.size()? > 0);
    store.close();

    let store = place.open()?;
    assert_eq!((store.identity().clone(), store.revision(), store.scan(&USER, None, 10)?), before);
    assert_eq!(store.meta_get("node.id")?.as_deref(), Some("one"));
    assert!(wait(store.commit(put("a", "3")))? > before.1);
    Ok(())
}

pub(super) fn reset_after_reopen(place: &dyn Place) -> Checked {
    let store = place.open()?;
    let first = wait(store.commit(put("a", "1")))?;
    let last = wait(store.commit(put("a", "2")))?;
    store.close();

    let store = place.open()?;
    let mut behind = store.subscribe(first)?;
    assert_eq!(behind.next(Duration::ZERO)?, Some(FeedEvent::Reset { revision: last }));
    let mut level = store.subscribe(last)?;
    assert_eq!(level.next(Duration::ZERO)?, None);
    let next = wait(store.commit(put("a", "3")))?;
    for feed in [&mut behind, &mut level] {
        assert_eq!(feed.next(Duration::ZERO)?.and_then(|event| event.revision()), Some(next));
    }
    Ok(())
}

pub(super) fn dropped(place: &dyn Place) -> Checked {
    let store = place.open()?;
    let commit = store.commit(put("a", "1"));
    drop(store);
    wait(commit)?;
    let store = place.open()?;
    assert_eq!(body(&*store, "a")?.as_deref(), Some("1"));
    Ok(())
}
