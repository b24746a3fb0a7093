use std::sync::{Arc, Mutex};

use super::Turns;

/// A crowd comes first, and somebody behind it who takes no turn and is ready again and again.
#[tokio::test]
async fn one_of_a_crowd_has_the_thread_for_each_time_that_everybody_else_has_it() {
    let (turns, order) = (Arc::new(Turns::default()), Arc::new(Mutex::new(String::new())));
    let mut tasks = Vec::new();
    for _ in 0..5 {
        let (turns, order) = (Arc::clone(&turns), Arc::clone(&order));
        tasks.push(tokio::spawn(async move {
            turns.take().await;
            order.lock().unwrap().push('c');
        }));
    }
    let other = Arc::clone(&order);
    tasks.push(tokio::spawn(async move {
        for _ in 0..20 {
            other.lock().unwrap().push('.');
            tokio::task::yield_now().await;
        }
    }));
    for task in tasks {
        task.await.unwrap();
    }
    let order = order.lock().unwrap().clone();
    assert_eq!(order.matches('c').count(), 5);
    // One of each in a round, and in which order the scheduler chooses.
    assert!(!order.contains("ccc"), "{order}");
}

/// Whoever hangs up while waiting keeps nobody waiting.
#[tokio::test]
async fn who_gives_up_is_passed_over() {
    let turns = Arc::new(Turns::default());
    let mut waiting = Vec::new();
    for _ in 0..3 {
        let turns = Arc::clone(&turns);
        waiting.push(tokio::spawn(async move { turns.take().await }));
    }
    tokio::task::yield_now().await;
    let last = waiting.pop().unwrap();
    waiting.iter().for_each(tokio::task::JoinHandle::abort);
    turns.take().await;
    last.await.unwrap();
}
