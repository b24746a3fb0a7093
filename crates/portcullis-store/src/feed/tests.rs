use super::*;
use crate::change::ChangeKind;
use crate::document::{DocumentKey, Kind};

fn change(revision: u64, keys: usize) -> Change {
    let key = |n: usize| (DocumentKey::new(Kind::from_static("user-"), n.to_string()), ChangeKind::Put);
    Change::of_documents(Revision(revision), (0..keys).map(key).collect())
}

fn drain(feed: &mut Feed) -> Vec<FeedEvent> {
    std::iter::from_fn(|| feed.next(Duration::ZERO).unwrap()).collect()
}

#[test]
fn the_tail_holds_just_as_many_changes_as_it_may() {
    let hub = Hub::new(Revision(7));
    let (mut first, mut second) =
        (hub.subscribe(Revision(7), Revision(7)), hub.subscribe(Revision(8), Revision(8)));
    let last = 7 + MAX_FEED_CHANGES as u64;
    for revision in 8..=last {
        hub.publish(change(revision, 1));
    }
    assert_eq!(drain(&mut hub.subscribe(Revision(7), Revision(last))).len(), MAX_FEED_CHANGES);
    hub.publish(change(last + 1, 1));
    assert_eq!(drain(&mut first), [FeedEvent::Reset { revision: Revision(last + 1) }]);
    let held = drain(&mut second);
    assert_eq!(held.len(), MAX_FEED_CHANGES);
    assert!(held.iter().filter_map(FeedEvent::revision).eq((9..=last + 1).map(Revision)));
}

#[test]
fn the_tail_holds_just_as_many_keys_as_it_may() {
    let hub = Hub::new(Revision::ZERO);
    hub.publish(change(1, 100));
    hub.publish(change(2, MAX_FEED_KEYS - 100));
    assert_eq!(drain(&mut hub.subscribe(Revision::ZERO, Revision(2))).len(), 2);
    hub.publish(change(3, 1));
    let reset = FeedEvent::Reset { revision: Revision(3) };
    assert_eq!(drain(&mut hub.subscribe(Revision::ZERO, Revision(3))), [reset]);
    assert_eq!(drain(&mut hub.subscribe(Revision(1), Revision(3))).len(), 2);
}

#[test]
fn numbers_may_be_left_out() {
    let hub = Hub::new(Revision(10));
    let mut feed = hub.subscribe(Revision(10), Revision(10));
    for revision in [15, 16, 40] {
        hub.publish(change(revision, 1));
    }
    assert!(drain(&mut feed).iter().filter_map(FeedEvent::revision).eq([15, 16, 40].map(Revision)));
    assert_eq!(drain(&mut hub.subscribe(Revision(20), Revision(40))).len(), 1);
    assert_eq!(hub.last(), Revision(40));
}

/// Readers see a commit a moment before it is in the feed; whoever read it and subscribes then has it already.
#[test]
fn who_read_a_change_before_it_was_published_is_not_told_of_it() {
    let hub = Hub::new(Revision(1));
    let mut feed = hub.subscribe(Revision(2), Revision(2));
    assert_eq!(drain(&mut feed), []);
    hub.publish(change(2, 1));
    assert_eq!(drain(&mut feed), []);
    hub.publish(change(3, 1));
    assert_eq!(drain(&mut feed).len(), 1);
}

#[test]
fn each_feed_is_woken_once() {
    let hub = Hub::new(Revision::ZERO);
    let mut feeds =
        [hub.subscribe(Revision::ZERO, Revision::ZERO), hub.subscribe(Revision::ZERO, Revision::ZERO)];
    feeds[0].waker().wake();
    // Without the wake both would wait for ever.
    for feed in &mut feeds {
        assert_eq!(feed.next(Duration::MAX), Ok(None));
    }
    hub.close();
    for feed in &mut feeds {
        assert_eq!(feed.next(Duration::MAX), Err(FeedError::Closed));
    }
}

#[test]
fn a_reset_comes_before_what_is_held_and_to_everybody() {
    let hub = Hub::new(Revision(1));
    let mut feed = hub.subscribe(Revision(1), Revision(1));
    hub.publish(change(2, 1));
    hub.reset(Revision(2));
    assert_eq!(drain(&mut feed), [FeedEvent::Reset { revision: Revision(2) }]);
    // Also where the revision is the one that the feed had reached.
    hub.reset(Revision(2));
    assert_eq!(feed.next(Duration::MAX), Ok(Some(FeedEvent::Reset { revision: Revision(2) })));
    // Another log may be shorter.
    hub.reset(Revision(1));
    assert_eq!(drain(&mut feed), [FeedEvent::Reset { revision: Revision(1) }]);
    hub.publish(change(2, 1));
    assert_eq!(drain(&mut feed).len(), 1);
}

#[test]
fn a_lost_log_is_told_once_and_to_late_subscribers_too() {
    let hub = Hub::new(Revision(1));
    let mut feed = hub.subscribe(Revision(1), Revision(1));
    hub.sever("it was wiped");
    let severed = FeedEvent::Severed { reason: "it was wiped".into() };
    assert_eq!(feed.next(Duration::MAX), Ok(Some(severed.clone())));
    assert_eq!(drain(&mut feed), []);
    assert_eq!(drain(&mut hub.subscribe(Revision(1), Revision(1))), [severed]);
    hub.reset(Revision(1));
    let reset = FeedEvent::Reset { revision: Revision(1) };
    assert_eq!(drain(&mut feed), [reset]);
    assert_eq!(drain(&mut hub.subscribe(Revision(1), Revision(1))), []);
}
