//! Tests of who starves, without threads.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use super::{Running, Spare, WINDOW};
use crate::pool::task::{Task, pending};

/// A thread and what it was given, in milliseconds.
fn spare(number: usize) -> (Spare, Arc<AtomicU64>) {
    let given = Arc::new(AtomicU64::new(0));
    let meter = Arc::clone(&given);
    let meter = move || Some(Duration::from_millis(meter.load(Ordering::SeqCst)));
    (Spare { number, meter: Some(Arc::new(Box::new(meter))) }, given)
}

fn begin(running: &mut Running, id: u64, spare: Spare, now: Instant) {
    let task: Arc<dyn Task> = Arc::from(pending(|| Ok(())).0);
    let given = spare.given().unwrap_or_default();
    running.begin(id, task, spare, given, now);
}

#[test]
fn a_thread_starves_that_is_given_less_than_a_twentieth_of_a_window() {
    let start = Instant::now();
    let (spare, given) = spare(0);
    let mut running = Running::default();
    given.store(1000, Ordering::SeqCst);
    begin(&mut running, 1, spare, start);
    given.store(1009, Ordering::SeqCst);
    assert!(!running.measure(start + WINDOW - Duration::from_nanos(1)));
    given.store(1010, Ordering::SeqCst);
    assert!(!running.measure(start + WINDOW));
    given.store(1019, Ordering::SeqCst);
    assert!(running.measure(start + WINDOW * 2));
    // What it was given before does not count, neither for nor against it.
    given.store(1029, Ordering::SeqCst);
    assert!(!running.measure(start + WINDOW * 3));
}

#[test]
fn a_thread_that_cannot_be_measured_does_not_starve() {
    let start = Instant::now();
    let mut running = Running::default();
    begin(&mut running, 1, Spare { number: 0, meter: None }, start);
    assert!(!running.measure(start + WINDOW));
    assert!(!running.all_starve());
}

#[test]
fn a_job_is_run_a_second_time_once() {
    let start = Instant::now();
    let ((first, _), (second, given)) = (spare(0), spare(1));
    let mut running = Running::default();
    begin(&mut running, 1, first, start);
    begin(&mut running, 2, second, start);
    given.store(100, Ordering::SeqCst);
    assert!(running.measure(start + WINDOW));
    assert!(running.relieve().is_some());
    assert!(running.relieve().is_none());
    assert!(!running.all_starve());
    assert!(running.measure(start + WINDOW * 2));
    assert!(running.relieve().is_some());
    assert!(running.relieve().is_none());
    assert!(running.all_starve());
    running.end(1);
    assert_eq!((running.has(0), running.has(1), running.len()), (false, true, 1));
}

#[test]
fn who_recovers_is_looked_at_anew() {
    let start = Instant::now();
    let (spare, _) = spare(0);
    let mut running = Running::default();
    begin(&mut running, 1, spare, start);
    assert!(running.measure(start + WINDOW));
    running.recover(start + WINDOW);
    assert!(running.relieve().is_none() && !running.all_starve());
    assert_eq!(running.until_measure(start + WINDOW), Some(WINDOW));
    assert!(running.measure(start + WINDOW * 2));
}
