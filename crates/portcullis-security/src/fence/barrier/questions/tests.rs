use std::future::Future;
use std::pin::pin;
use std::task::{Context, Waker};

use portcullis_store::MemoryLog;

use super::*;

fn questions() -> Arc<Questions> {
    Arc::new(Questions::new(Arc::new(MemoryLog::new().node())))
}

#[tokio::test]
async fn who_comes_when_a_task_has_just_ended_is_answered_by_the_next() {
    let questions = questions();
    let mut ended = Asking { questions: Arc::clone(&questions), goes_on: true };
    ended.ask_for_all().await;
    let mut late = pin!(questions.ask());
    assert!(late.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    drop(ended);
    late.await.unwrap();
}

#[tokio::test]
async fn a_task_that_is_dropped_halfway_keeps_nobody_waiting() {
    let questions = questions();
    questions.lock().asking = true;
    let halfway = Asking { questions: Arc::clone(&questions), goes_on: true };
    let mut early = pin!(questions.ask());
    assert!(early.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    drop(halfway);
    early.await.unwrap_err();
    questions.ask().await.unwrap();
}
