//! Tests of the queue's bookkeeping, without threads.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::Queue;
use crate::pool::running::{Spare, WINDOW};
use crate::pool::task::{Look, Outcome, Task, pending};
use crate::pool::{PoolError, PoolSettings};

fn queue(threads: usize, queue: usize) -> Queue {
    Queue::new(PoolSettings { threads, queue, wait: Duration::from_secs(10) })
}

fn task() -> Box<dyn Task> {
    pending(|| Ok(())).0
}

fn take(queue: &mut Queue) -> Option<u64> {
    let spare = Spare { number: 0, meter: None };
    queue.take(&spare, Duration::ZERO, Instant::now()).map(|(id, _)| id)
}

fn push(queue: &mut Queue, principal: &str, now: Instant) -> Result<u64, PoolError> {
    queue.push(principal, task(), now).map_err(|(error, _)| error)
}

#[test]
fn principals_are_forgotten_however_their_jobs_leave() {
    let now = Instant::now();
    let mut queue = queue(1, 64);
    for principal in ["taken", "late", "twice", "twice"] {
        push(&mut queue, principal, now).unwrap();
    }
    let withdrawn = push(&mut queue, "withdrawn", now).unwrap();
    assert_eq!(queue.held.len(), 4);
    assert!(take(&mut queue).is_some());
    assert!(!queue.held.contains_key("taken"));
    assert!(queue.take_late(now + Duration::from_secs(10)).is_some());
    assert!(!queue.held.contains_key("late"));
    assert!(queue.withdraw(withdrawn).is_some());
    assert!(!queue.held.contains_key("withdrawn"));
    assert!(take(&mut queue).is_some());
    assert_eq!(queue.held["twice"], 1);
    assert_eq!(queue.stop().len(), 1);
    assert!(queue.held.is_empty());
}

#[test]
fn a_job_is_late_once_it_has_waited_for_as_long_as_allowed() {
    let (start, wait) = (Instant::now(), Duration::from_secs(10));
    let mut queue = queue(1, 64);
    assert_eq!(queue.until_due(start), None);
    push(&mut queue, "a", start).unwrap();
    push(&mut queue, "b", start + Duration::from_secs(1)).unwrap();
    let almost = start + wait - Duration::from_nanos(1);
    assert_eq!(queue.until_late(almost), Some(Duration::from_nanos(1)));
    assert!(queue.take_late(almost).is_none());
    assert!(queue.take_late(start + wait).is_some());
    assert!(queue.take_late(start + wait).is_none());
    assert_eq!(queue.until_late(start + wait), Some(Duration::from_secs(1)));
    assert_eq!(queue.stats().timed_out, 1);
}

#[test]
fn a_job_leaves_once() {
    let mut queue = queue(1, 64);
    let id = push(&mut queue, "a", Instant::now()).unwrap();
    assert!(take(&mut queue).is_some());
    assert!(queue.withdraw(id).is_none());
    queue.ended(id);
    queue.skipped();
    assert_eq!((queue.stats().running, queue.stats().dropped_unrun), (0, 1));
}

#[test]
fn room_is_the_queue_and_the_free_threads() {
    let now = Instant::now();
    let mut queue = queue(2, 1);
    for principal in ["a", "b", "c"] {
        push(&mut queue, principal, now).unwrap();
    }
    assert_eq!(push(&mut queue, "d", now), Err(PoolError::Full));
    // Taking a job moves it from the places of the free threads to the running ones: no room is won.
    assert!(take(&mut queue).is_some());
    assert_eq!(push(&mut queue, "d", now), Err(PoolError::Full));
    // Answered by another thread or not: a thread is free once it is through.
    queue.ran(Outcome::Completed, Duration::from_nanos(5));
    assert_eq!(push(&mut queue, "d", now), Err(PoolError::Full));
    queue.ended(0);
    assert_eq!(push(&mut queue, "d", now), Ok(3));
    let stats = queue.stats();
    assert_eq!((stats.rejected_full, stats.completed, stats.busy_nanos), (3, 1, 5));
}

#[test]
fn nothing_is_taken_in_after_a_stop() {
    let mut queue = queue(1, 64);
    assert!(queue.stop().is_empty());
    assert_eq!(push(&mut queue, "a", Instant::now()), Err(PoolError::Stopped));
}

/// That of a thread that is given nothing.
fn starving(number: usize) -> Spare {
    Spare { number, meter: Some(Arc::new(Box::new(|| Some(Duration::ZERO)))) }
}

#[test]
fn the_queue_is_open_to_relief_only_while_no_thread_gets_on() {
    let start = Instant::now();
    let (first, second) = (start + WINDOW, start + WINDOW * 2);
    let mut queue = queue(2, 64);
    for principal in ["a", "b", "c"] {
        push(&mut queue, principal, first).unwrap();
    }
    queue.take(&starving(0), Duration::ZERO, start).unwrap();
    assert!(queue.take_relief(first).is_none());
    assert!(queue.measure(first));
    assert!(queue.take_relief(first).is_some());
    // The other thread is still to come.
    assert!(queue.take_relief(first).is_none());
    queue.take(&starving(1), Duration::ZERO, first).unwrap();
    assert!(queue.take_relief(second).is_none());
    assert!(queue.measure(second));
    assert!(queue.take_relief(second).is_some() && queue.stats().queued == 1);
    assert!(queue.take_relief(second).is_some() && queue.stats().queued == 0);
    assert!(queue.take_relief(second).is_none());
    assert_eq!(queue.stats().running, 3);
}

#[test]
fn a_thread_that_does_not_come_is_relieved_too() {
    let start = Instant::now();
    let mut queue = queue(1, 64);
    push(&mut queue, "a", start).unwrap();
    let almost = start + WINDOW - Duration::from_nanos(1);
    assert!(!queue.measure(almost) && queue.take_relief(almost).is_none());
    assert!(queue.measure(start + WINDOW));
    assert!(queue.take_relief(start + WINDOW).is_some());
}

/// A spare thread that has a job and loses the processor before it looks at it.
#[test]
fn a_job_is_counted_once_however_late_its_first_thread_looks_at_it() {
    let start = Instant::now();
    for gone in [false, true] {
        let mut queue = queue(1, 64);
        let (task, reply) = pending(|| Ok(()));
        queue.push("a", task, start).map_err(|(error, _)| error).unwrap();
        let (id, late) = queue.take(&starving(0), Duration::ZERO, start).unwrap();
        queue.measure(start + WINDOW);
        let relief = queue.take_relief(start + WINDOW).unwrap();
        assert_eq!(relief.look(), Look::Open);
        if gone {
            drop(reply);
            assert_eq!(late.look(), Look::Abandoned);
            queue.skipped();
            assert_eq!(relief.run(), None);
        } else {
            assert_eq!(relief.run(), Some(Outcome::Completed));
            queue.ran(Outcome::Completed, Duration::ZERO);
            relief.answer();
        }
        assert_eq!(late.look(), Look::Settled);
        queue.ended(id);
        let stats = queue.stats();
        assert_eq!((stats.running, stats.completed + stats.dropped_unrun), (0, 1));
    }
}

#[test]
fn it_is_looked_at_whether_threads_starve_as_long_as_there_are_jobs() {
    let start = Instant::now();
    let mut queue = queue(1, 64);
    let id = push(&mut queue, "a", start).unwrap();
    assert_eq!(queue.until_due(start), Some(WINDOW));
    queue.take(&starving(0), Duration::ZERO, start).unwrap();
    assert_eq!(queue.until_due(start + WINDOW / 2), Some(WINDOW / 2));
    queue.measure(start + WINDOW);
    assert_eq!(queue.until_due(start + WINDOW), Some(WINDOW));
    queue.ended(id);
    assert_eq!(queue.until_due(start + WINDOW), None);
}
