//! Checks of the feed: order, completeness, resets, waking.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use super::{Checked, PATIENCE, Place, put, user, wait};
use crate::batch::Batch;
use crate::change::{ChangeKind, FeedEvent};
use crate::document::Revision;
use crate::limits::{MAX_BATCH_WRITES, MAX_FEED_KEYS};

pub(super) fn exactly_once(place: &dyn Place) -> Checked {
    const WRITERS: usize = 4;
    const EACH: usize = 50;
    let store = place.open()?;
    let mut feed = store.subscribe(store.revision())?;
    let writers: Vec<_> = (0..WRITERS)
        .map(|writer| {
            let store = Arc::clone(&store);
            // Handed over without waiting, so that an engine that groups commits does.
            thread::spawn(move || {
                let commits: Vec<_> =
                    (0..EACH).map(|n| store.commit(put(format!("{writer}-{n}"), "x"))).collect();
                commits.into_iter().map(wait).collect::<Result<Vec<_>, _>>()
            })
        })
        .collect();
    let mut told = Vec::new();
    while told.len() < WRITERS * EACH {
        match feed.next(PATIENCE)? {
            Some(FeedEvent::Change(change)) => told.push(change),
            other => return Err(format!("{other:?} instead of change {}", told.len() + 1).into()),
        }
    }
    let mut answered = BTreeSet::new();
    for writer in writers {
        answered.extend(writer.join().map_err(|_| "a writer panicked")??);
    }
    assert_eq!(feed.next(Duration::ZERO)?, None, "a change too many");
    assert!(told.is_sorted_by(|earlier, later| earlier.revision < later.revision), "out of order");
    let revisions: BTreeSet<Revision> = told.iter().map(|change| change.revision).collect();
    assert_eq!(revisions, answered);
    for change in &told {
        let [(key, ChangeKind::Put)] = change.keys.as_slice() else { return Err("one put expected".into()) };
        assert_eq!(store.get(key)?.map(|document| document.revision), Some(change.revision));
    }
    // Each commit is there; those of one writer share no document, so an engine may do them side by side.
    for writer in 0..WRITERS {
        let prefix = format!("{writer}-");
        let own =
            told.iter().flat_map(|change| &change.keys).filter_map(|(key, _)| key.id.strip_prefix(&prefix));
        let own: BTreeSet<usize> = own.map(|n| n.parse().unwrap_or(usize::MAX)).collect();
        assert!(own.into_iter().eq(0..EACH));
    }
    Ok(())
}

pub(super) fn visible_first(place: &dyn Place) -> Checked {
    const WRITES: usize = 200;
    let store = place.open()?;
    let mut feed = store.subscribe(store.revision())?;
    let writing = Arc::clone(&store);
    let writer = thread::spawn(move || {
        let commits: Vec<_> = (0..WRITES)
            .map(|n| match n % 3 {
                2 => writing.commit(Batch::new().delete(user("a"))),
                _ => writing.commit(put("a", n.to_string())),
            })
            .collect();
        commits.into_iter().map(wait).all(|done| done.is_ok())
    });
    for _ in 0..WRITES {
        let Some(FeedEvent::Change(change)) = feed.next(PATIENCE)? else {
            return Err("a change expected".into());
        };
        assert!(store.revision() >= change.revision);
        let snapshot = store.read()?;
        assert!(snapshot.revision() >= change.revision);
        let deleted = change.keys.iter().any(|(_, kind)| *kind == ChangeKind::Delete);
        let seen = snapshot.get(&user("a"))?.map(|document| document.revision);
        if snapshot.revision() == change.revision {
            assert_eq!(seen, (!deleted).then_some(change.revision));
        } else {
            assert!(seen.is_none_or(|seen| seen > change.revision || seen == change.revision && !deleted));
        }
    }
    assert!(writer.join().unwrap_or(false), "the writer failed");
    // Whoever has the answer finds the change in the feed.
    let revision = wait(store.commit(put("b", "1").delete(user("none"))))?;
    let Some(FeedEvent::Change(change)) = feed.next(Duration::ZERO)? else {
        return Err("a change expected".into());
    };
    assert_eq!(
        (change.revision, change.keys.as_slice()),
        (revision, [(user("b"), ChangeKind::Put)].as_slice())
    );
    Ok(())
}

pub(super) fn starts_behind(place: &dyn Place) -> Checked {
    let store = place.open()?;
    let mut revisions = vec![store.revision()];
    for n in 0..5 {
        revisions.push(wait(store.commit(put("a", n.to_string())))?);
    }
    for (position, after) in revisions.iter().enumerate() {
        let mut feed = store.subscribe(*after)?;
        for expected in revisions.iter().skip(position + 1) {
            assert_eq!(feed.next(Duration::ZERO)?.and_then(|event| event.revision()), Some(*expected));
        }
        assert_eq!(feed.next(Duration::ZERO)?, None);
    }
    // A revision that this store has not reached is another store's.
    let last = store.revision();
    let mut foreign = store.subscribe(Revision(last.0 + 1))?;
    assert_eq!(foreign.next(Duration::ZERO)?, Some(FeedEvent::Reset { revision: last }));
    assert_eq!(foreign.next(Duration::ZERO)?, None);
    let next = wait(store.commit(put("a", "6")))?;
    assert_eq!(foreign.next(Duration::ZERO)?.and_then(|event| event.revision()), Some(next));
    Ok(())
}

pub(super) fn reset(place: &dyn Place) -> Checked {
    let store = place.open()?;
    let mut slow = store.subscribe(store.revision())?;
    let mut quick = store.subscribe(store.revision())?;
    for _ in 0..MAX_FEED_KEYS / MAX_BATCH_WRITES + 2 {
        let batch = (0..MAX_BATCH_WRITES).fold(Batch::new(), |batch, n| batch.put(user(n.to_string()), "x"));
        let revision = wait(store.commit(batch))?;
        assert!(
            matches!(quick.next(Duration::ZERO)?, Some(FeedEvent::Change(change)) if change.revision == revision)
        );
    }
    assert_eq!(slow.next(Duration::ZERO)?, Some(FeedEvent::Reset { revision: store.revision() }));
    assert_eq!(slow.next(Duration::ZERO)?, None);
    let next = wait(store.commit(put("a", "1")))?;
    assert!(matches!(slow.next(Duration::ZERO)?, Some(FeedEvent::Change(change)) if change.revision == next));
    Ok(())
}

pub(super) fn wake(place: &dyn Place) -> Checked {
    let store = place.open()?;
    let mut feed = store.subscribe(store.revision())?;
    let waker = feed.waker();
    // Before the wait: not lost. Once only. Changes come first.
    waker.wake();
    assert_eq!(feed.next(PATIENCE)?, None);
    assert_eq!(feed.next(Duration::ZERO)?, None);
    waker.wake();
    let revision = wait(store.commit(put("a", "1")))?;
    assert_eq!(feed.next(PATIENCE)?.and_then(|event| event.revision()), Some(revision));
    assert_eq!(feed.next(PATIENCE)?, None);
    // During the wait, or before it: no matter.
    let waiting = thread::spawn(move || feed.next(Duration::MAX));
    waker.wake();
    assert_eq!(waiting.join().map_err(|_| "the waiting thread panicked")?, Ok(None));
    Ok(())
}
