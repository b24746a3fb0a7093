//! A lane takes futures from anywhere, in bounds, and ends with its handle.

use std::future::pending;
use std::sync::Arc;

use super::*;

async fn run<T: Send + 'static>(
    lane: &Lane,
    future: impl Future<Output = T> + Send + 'static,
) -> Result<T, LaneError> {
    lane.hand_over(future)?.result().await
}

#[tokio::test]
async fn a_future_runs_on_the_lanes_thread() {
    let lane = Lane::start("lane-test").expect("a thread");
    let name = run(&lane, async { std::thread::current().name().map(str::to_owned) }).await;
    assert_eq!(name, Ok(Some("lane-test".to_owned())));
}

#[tokio::test]
async fn one_that_waits_holds_no_other_up() {
    let lane = Lane::start("lane-test").expect("a thread");
    let waiting = lane.hand_over(pending::<()>()).expect("there is room");
    assert_eq!(run(&lane, async { 7 }).await, Ok(7));
    drop(lane);
    assert_eq!(waiting.result().await, Err(LaneError::Gone));
}

#[tokio::test]
async fn too_many_are_refused() {
    let lane = Lane::start("lane-test").expect("a thread");
    let mut taken = Vec::new();
    let refused = loop {
        match lane.hand_over(pending::<()>()) {
            Ok(awaited) => taken.push(awaited),
            Err(error) => break error,
        }
        assert!(taken.len() <= LANE_JOBS + LANE_QUEUE, "the queue has no end");
    };
    assert_eq!(refused, LaneError::Full);
}

#[tokio::test]
async fn what_waits_when_the_lane_is_full_is_done_later() {
    let lane = Lane::start("lane-test").expect("a thread");
    let gate = Arc::new(tokio::sync::Semaphore::new(0));
    let mut first = Vec::new();
    while first.len() < LANE_JOBS {
        let gate = Arc::clone(&gate);
        match lane.hand_over(async move { drop(gate.acquire().await) }) {
            Ok(awaited) => first.push(awaited),
            Err(_) => tokio::task::yield_now().await,
        }
    }
    let later = loop {
        if let Ok(awaited) = lane.hand_over(async { 7 }) {
            break awaited;
        }
        tokio::task::yield_now().await;
    };
    gate.add_permits(1);
    assert_eq!(later.result().await, Ok(7));
}

#[tokio::test]
async fn a_job_that_panics_ends_itself_only() {
    let lane = Lane::start("lane-test").expect("a thread");
    let panicking = async { assert_eq!(1, 2, "as asked") };
    assert_eq!(run(&lane, panicking).await, Err(LaneError::Gone));
    assert_eq!(run(&lane, async { 7 }).await, Ok(7));
}

#[test]
fn a_lane_that_is_dropped_within_itself_ends() {
    let lane = Arc::new(Lane::start("lane-test").expect("a thread"));
    let (held, (done, ended)) = (Arc::clone(&lane), std::sync::mpsc::channel());
    let gate = Arc::new(tokio::sync::Notify::new());
    let opened = Arc::clone(&gate);
    let taken = lane.hand_over(async move {
        opened.notified().await;
        drop(held);
        let _ = done.send(());
    });
    assert!(taken.is_ok());
    drop(lane);
    gate.notify_one();
    assert_eq!(ended.recv(), Ok(()));
}
