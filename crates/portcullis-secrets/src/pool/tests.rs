//! Tests of the pool. Jobs stand at gates (channels) instead of sleeping; time stands still unless a test moves it.

use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::thread;
use std::time::{Duration, Instant};

use super::shared::System;
use super::task;
use super::{HashingPool, PoolError, PoolFuture, PoolSettings};
use crate::{HashAlgorithm, HashError, MAX_SECRET_BYTES, Secret, StoredHash};

mod relief;

/// A clock that a test moves.
#[derive(Clone)]
struct Clock {
    start: Instant,
    millis: Arc<AtomicU64>,
}

impl Clock {
    fn new() -> Self {
        Self { start: Instant::now(), millis: Arc::default() }
    }

    fn advance(&self, by: Duration) {
        self.millis.fetch_add(u64::try_from(by.as_millis()).unwrap(), Ordering::SeqCst);
    }

    fn now(&self) -> Instant {
        self.start + Duration::from_millis(self.millis.load(Ordering::SeqCst))
    }
}

fn pool_with_clock(threads: usize, queue: usize) -> (HashingPool, Clock) {
    let clock = Clock::new();
    let settings = PoolSettings { threads, queue, ..PoolSettings::default() };
    let now = clock.clone();
    // Jobs at gates compute nothing, and are not to be taken for starved.
    let system = System { now: Box::new(move || now.now()), meter: Box::new(|| None), spare: || true };
    (HashingPool::start_with(settings, system).unwrap(), clock)
}

fn pool(threads: usize, queue: usize) -> HashingPool {
    pool_with_clock(threads, queue).0
}

/// A job that runs until its gate opens.
struct Gated {
    answer: PoolFuture<()>,
    gate: Sender<()>,
}

impl Gated {
    /// Returns once the job is running.
    fn start(pool: &HashingPool, principal: &str) -> Self {
        let (gate, open) = channel();
        let (started, running) = channel();
        let open = Mutex::new(open);
        let answer = pool.submit(principal, move || {
            started.send(()).unwrap();
            // An error means that the test has failed and is being torn down.
            let _ = open.lock().unwrap().recv();
            Ok(())
        });
        running.recv().unwrap();
        Self { answer, gate }
    }

    async fn finish(self) {
        self.gate.send(()).unwrap();
        assert_eq!(self.answer.await, Ok(()));
    }
}

fn quick(pool: &HashingPool, principal: &str) -> PoolFuture<u8> {
    pool.submit(principal, || Ok(7))
}

/// The error of a job that is refused by the call itself. Not awaited: if it were queued, it might wait for ever.
fn refusal(pool: &HashingPool, principal: &str) -> PoolError {
    let mut answer = quick(pool, principal);
    match Pin::new(&mut answer).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(Err(error)) => error,
        other => panic!("queued: {other:?}"),
    }
}

fn secret(text: &str) -> Secret {
    Secret::from_string(text.to_owned())
}

#[tokio::test]
async fn hashes_and_verifies() {
    let pool = pool(1, 8);
    let algorithm = HashAlgorithm::parse("pbkdf2_1000").unwrap();
    let hash = Arc::new(pool.hash("jo", algorithm, secret("swordfish")).await.unwrap());
    assert_eq!(hash.algorithm(), algorithm);
    assert_eq!(pool.verify("jo", Arc::clone(&hash), secret("swordfish")).await, Ok(true));
    assert_eq!(pool.verify("jo", hash, secret("marlin")).await, Ok(false));
    let dummy = Arc::new(StoredHash::dummy(algorithm));
    assert_eq!(pool.verify("nobody", dummy, secret("swordfish")).await, Ok(false));
    let stats = pool.stats();
    assert_eq!((stats.completed, stats.queued, stats.running), (4, 0, 0));
}

#[tokio::test]
async fn fast_hashes_are_answered_on_the_spot_even_when_the_pool_is_full() {
    let pool = pool(1, 1);
    let gated = Gated::start(&pool, "a");
    let _queued = quick(&pool, "b");
    assert_eq!(refusal(&pool, "c"), PoolError::Full);
    let hash = Arc::new(pool.hash("key", HashAlgorithm::SSHA256, secret("swordfish")).await.unwrap());
    assert_eq!(pool.verify("key", hash, secret("swordfish")).await, Ok(true));
    gated.finish().await;
}

#[tokio::test]
async fn secrets_that_cannot_be_hashed_never_queue() {
    let pool = pool(1, 8);
    let too_long = || Secret::from_bytes(vec![b'a'; MAX_SECRET_BYTES + 1]);
    let refused = pool.hash("jo", HashAlgorithm::BCRYPT, too_long()).await;
    assert_eq!(refused, Err(PoolError::Refused(HashError::TooLong)));
    let dummy = Arc::new(StoredHash::dummy(HashAlgorithm::BCRYPT));
    assert_eq!(pool.verify("jo", dummy, too_long()).await, Ok(false));
    let md5 = HashAlgorithm::parse("md5").unwrap();
    assert_eq!(pool.hash("jo", md5, secret("a")).await, Err(PoolError::Refused(HashError::CacheOnly)));
    assert_eq!(pool.stats().completed, 0);
}

#[tokio::test]
async fn a_full_queue_refuses_and_takes_jobs_again_when_there_is_room() {
    let pool = pool(2, 2);
    let (first, second) = (Gated::start(&pool, "a"), Gated::start(&pool, "b"));
    let (third, fourth) = (quick(&pool, "c"), quick(&pool, "d"));
    assert_eq!(refusal(&pool, "e"), PoolError::Full);
    let stats = pool.stats();
    assert_eq!((stats.running, stats.queued, stats.rejected_full), (2, 2, 1));
    first.finish().await;
    assert_eq!(third.await, Ok(7));
    assert_eq!(fourth.await, Ok(7));
    assert_eq!(quick(&pool, "e").await, Ok(7));
    second.finish().await;
    assert_eq!(pool.stats().completed, 5);
}

#[tokio::test]
async fn free_threads_are_room_besides_the_queue() {
    let pool = pool(2, 1);
    let gates: Vec<_> = ["a", "b", "c"]
        .into_iter()
        .map(|principal| {
            let (gate, open) = channel::<()>();
            let open = Mutex::new(open);
            (pool.submit(principal, move || Ok(open.lock().unwrap().recv().is_ok())), gate)
        })
        .collect();
    assert_eq!(refusal(&pool, "d"), PoolError::Full);
    for (answer, gate) in gates {
        gate.send(()).unwrap();
        assert_eq!(answer.await, Ok(true));
    }
}

#[tokio::test]
async fn one_principal_holds_no_more_than_a_sixteenth() {
    let pool = pool(1, 32);
    let gated = Gated::start(&pool, "jo");
    let (first, second) = (quick(&pool, "jo"), quick(&pool, "jo"));
    assert_eq!(refusal(&pool, "jo"), PoolError::Busy);
    let other = quick(&pool, "flo");
    assert_eq!(pool.stats().rejected_busy, 1);
    // A job that leaves gives its place back to the principal, however it leaves.
    drop(second);
    let third = quick(&pool, "jo");
    assert_eq!(refusal(&pool, "jo"), PoolError::Busy);
    gated.finish().await;
    for answer in [first, third, other] {
        assert_eq!(answer.await, Ok(7));
    }
    assert_eq!(quick(&pool, "jo").await, Ok(7));
}

#[tokio::test]
async fn a_small_queue_still_has_one_place_for_each_principal() {
    let pool = pool(1, 2);
    let gated = Gated::start(&pool, "a");
    let first = quick(&pool, "jo");
    assert_eq!(refusal(&pool, "jo"), PoolError::Busy);
    gated.finish().await;
    assert_eq!(first.await, Ok(7));
}

#[tokio::test]
async fn a_dropped_future_takes_its_job_back_at_once() {
    let pool = pool(1, 1);
    let gated = Gated::start(&pool, "a");
    let ran = Arc::new(AtomicBool::new(false));
    let witness = Arc::clone(&ran);
    let abandoned = pool.submit("b", move || {
        witness.store(true, Ordering::SeqCst);
        Ok(())
    });
    assert_eq!(pool.stats().queued, 1);
    drop(abandoned);
    let stats = pool.stats();
    assert_eq!((stats.queued, stats.dropped_unrun), (0, 1));
    // What the job held is gone too, its secret with it.
    assert_eq!(Arc::strong_count(&ran), 1);
    let next = quick(&pool, "c");
    gated.finish().await;
    assert_eq!(next.await, Ok(7));
    assert!(!ran.load(Ordering::SeqCst));
}

#[tokio::test]
async fn a_job_is_not_run_if_its_requester_went_when_it_had_been_taken() {
    let pool = pool(1, 8);
    let ran = Arc::new(AtomicBool::new(false));
    let witness = Arc::clone(&ran);
    let (task, reply) = task::pending(move || {
        witness.store(true, Ordering::SeqCst);
        Ok(())
    });
    drop(reply);
    pool.shared.submit("a", task).unwrap();
    assert_eq!(quick(&pool, "b").await, Ok(7));
    assert!(!ran.load(Ordering::SeqCst));
    let stats = pool.stats();
    assert_eq!((stats.dropped_unrun, stats.completed, stats.running), (1, 1, 0));
}

#[tokio::test]
async fn dropping_the_future_of_a_running_job_lets_it_finish() {
    let pool = pool(1, 8);
    let Gated { answer, gate } = Gated::start(&pool, "a");
    drop(answer);
    gate.send(()).unwrap();
    assert_eq!(quick(&pool, "b").await, Ok(7));
    let stats = pool.stats();
    assert_eq!((stats.completed, stats.dropped_unrun), (2, 0));
}

#[tokio::test]
async fn jobs_that_wait_too_long_are_answered_while_the_workers_are_busy() {
    let (pool, clock) = pool_with_clock(1, 64);
    let gated = Gated::start(&pool, "a");
    let old = quick(&pool, "b");
    clock.advance(Duration::from_secs(6));
    let young = quick(&pool, "b");
    clock.advance(Duration::from_secs(4));
    pool.shared.tick();
    assert_eq!(old.await, Err(PoolError::TimedOut));
    let stats = pool.stats();
    assert_eq!((stats.timed_out, stats.queued, stats.running), (1, 1, 1));
    gated.finish().await;
    assert_eq!(young.await, Ok(7));
    let stats = pool.stats();
    assert_eq!((stats.timed_out, stats.completed), (1, 2));
    assert_eq!(stats.busy_nanos, 10_000_000_000);
}

#[tokio::test]
async fn a_worker_does_not_run_what_has_waited_too_long() {
    let (pool, clock) = pool_with_clock(1, 8);
    let gated = Gated::start(&pool, "a");
    let late = quick(&pool, "b");
    clock.advance(Duration::from_secs(10));
    gated.finish().await;
    assert_eq!(late.await, Err(PoolError::TimedOut));
    assert_eq!(pool.stats().completed, 1);
}

#[tokio::test]
async fn a_panic_is_answered_and_the_worker_lives_on() {
    let pool = pool(1, 8);
    let panicking = pool.submit::<()>("a", || panic!("meant to happen"));
    assert_eq!(panicking.await, Err(PoolError::Failed));
    assert_eq!(quick(&pool, "a").await, Ok(7));
    let stats = pool.stats();
    assert_eq!((stats.panicked, stats.completed, stats.running), (1, 1, 0));
}

#[tokio::test]
async fn stopping_finishes_what_runs_and_refuses_the_rest() {
    let pool = Arc::new(pool(1, 8));
    let gated = Gated::start(&pool, "a");
    let queued = quick(&pool, "b");
    let stopping = Arc::clone(&pool);
    let stopper = thread::spawn(move || stopping.stop());
    assert_eq!(queued.await, Err(PoolError::Stopped));
    assert_eq!(refusal(&pool, "c"), PoolError::Stopped);
    gated.finish().await;
    stopper.join().unwrap();
    // Nobody but the pool holds the shared state: the threads have ended.
    assert_eq!(Arc::strong_count(&pool.shared), 1);
    pool.stop();
    assert_eq!(refusal(&pool, "c"), PoolError::Stopped);
}

#[tokio::test]
async fn dropping_the_pool_ends_its_threads() {
    let pool = pool(3, 8);
    assert_eq!(quick(&pool, "a").await, Ok(7));
    let shared = Arc::downgrade(&pool.shared);
    drop(pool);
    assert!(shared.upgrade().is_none());
}

#[tokio::test]
async fn jobs_run_in_order_of_arrival() {
    let pool = pool(1, 64);
    let gated = Gated::start(&pool, "a");
    let order = Arc::new(Mutex::new(Vec::new()));
    let answers: Vec<_> = (0..10)
        .map(|number| {
            let order = Arc::clone(&order);
            pool.submit(&format!("user-{number}"), move || {
                order.lock().unwrap().push(number);
                Ok(())
            })
        })
        .collect();
    gated.finish().await;
    for answer in answers {
        assert_eq!(answer.await, Ok(()));
    }
    assert_eq!(*order.lock().unwrap(), (0..10).collect::<Vec<_>>());
}

#[tokio::test]
async fn threads_are_named() {
    let pool = pool(1, 8);
    let name = pool.submit("a", || Ok(thread::current().name().map(str::to_owned))).await.unwrap();
    assert_eq!(name.as_deref(), Some("security-crypto-0"));
}

/// The policy of the calling thread and its niceness, from `/proc` (proc_pid_stat(5)).
#[cfg(target_os = "linux")]
fn standing() -> (String, i32) {
    let stat = std::fs::read_to_string("/proc/thread-self/stat").unwrap();
    let (_, behind_name) = stat.rsplit_once(')').unwrap();
    let fields: Vec<_> = behind_name.split(' ').collect();
    (fields[39].to_owned(), fields[17].parse().unwrap())
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn threads_compute_in_the_time_that_the_rest_of_the_process_leaves() {
    const IDLE: &str = "5";
    let pool = HashingPool::start(PoolSettings { threads: 1, ..PoolSettings::default() }).unwrap();
    assert_eq!(pool.submit("a", || Ok(standing().0)).await.as_deref(), Ok(IDLE));
    // Where nobody would see them starve, they only give way.
    let pool = self::pool(1, 8);
    let (policy, nice) = pool.submit("a", || Ok(standing())).await.unwrap();
    assert_eq!((policy, nice), (standing().0, (standing().1 + 10).min(19)));
}

#[test]
fn zeros_in_settings_are_ones_and_shares_are_at_least_one() {
    let settings = PoolSettings { threads: 0, queue: 0, ..PoolSettings::default() }.normal();
    assert_eq!((settings.threads, settings.queue, settings.share()), (1, 1, 1));
    let settings = PoolSettings { queue: 1000, ..PoolSettings::default() };
    assert_eq!((settings.share(), settings.wait), (62, Duration::from_secs(10)));
}
