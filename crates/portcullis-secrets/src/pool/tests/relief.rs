//! Who computes where spare threads get nowhere.

use super::*;

fn is_stopped(pool: &HashingPool) -> bool {
    let answer = Pin::new(&mut quick(pool, "nobody")).poll(&mut Context::from_waker(Waker::noop()));
    answer == Poll::Ready(Err(PoolError::Stopped))
}

/// Returns once the pool takes no more jobs. The thread ends when the pool has stopped.
fn begin_to_stop(pool: &Arc<HashingPool>) -> thread::JoinHandle<()> {
    let stopping = Arc::clone(pool);
    let stopper = thread::spawn(move || stopping.stop());
    while !is_stopped(pool) {
        thread::yield_now();
    }
    stopper
}

/// A pool of one spare thread that is given nothing, and its clock.
fn starving() -> (HashingPool, Clock) {
    let (clock, settings) = (Clock::new(), PoolSettings { threads: 1, ..PoolSettings::default() });
    let now = clock.clone();
    let system = System {
        now: Box::new(move || now.now()),
        meter: Box::new(|| Some(Box::new(|| Some(Duration::ZERO)))),
        spare: || true,
    };
    (HashingPool::start_with(settings, system).unwrap(), clock)
}

/// A job that a spare thread gets nowhere with before its gate opens, and any other does at once: the name of the thread that
/// answered.
fn stuck_on_spare(pool: &HashingPool) -> (PoolFuture<String>, Sender<()>) {
    stuck_on_spare_unless(pool, || ())
}

/// The same, with what another thread does.
fn stuck_on_spare_unless(
    pool: &HashingPool,
    other: impl Fn() + Send + Sync + 'static,
) -> (PoolFuture<String>, Sender<()>) {
    let (gate, open) = channel::<()>();
    let (started, running) = channel();
    let open = Mutex::new(open);
    let answer = pool.submit("stuck", move || {
        let name = thread::current().name().unwrap().to_owned();
        if name == "security-crypto-0" {
            started.send(()).unwrap();
            let _ = open.lock().unwrap().recv();
        } else {
            other();
        }
        Ok(name)
    });
    running.recv().unwrap();
    (answer, gate)
}

#[tokio::test]
async fn what_a_starving_thread_has_and_what_waits_for_it_is_done_by_another() {
    let (pool, clock) = starving();
    let (stuck, gate) = stuck_on_spare(&pool);
    let waiting = quick(&pool, "waiting");
    clock.advance(Duration::from_millis(200));
    pool.shared.tick();
    assert_eq!(stuck.await.as_deref(), Ok("security-crypto-relief-0"));
    assert_eq!(waiting.await, Ok(7));
    // Nor has who comes later to wait.
    assert_eq!(quick(&pool, "later").await, Ok(7));
    let stats = pool.stats();
    assert_eq!((stats.completed, stats.running, stats.queued), (3, 0, 0));
    // The thread that is through at last changes nothing, and goes on.
    gate.send(()).unwrap();
    while pool.shared.is_busy(0) {
        thread::yield_now();
    }
    let name = pool.submit("a", || Ok(thread::current().name().map(str::to_owned))).await.unwrap();
    assert_eq!(name.as_deref(), Some("security-crypto-0"));
    assert_eq!(pool.stats().completed, 4);
}

/// A thread that relieves is given all of a processor for its first job. What is queued is left to the spare thread until that
/// has had another window.
#[tokio::test]
async fn relief_ends_where_there_is_more_to_be_had() {
    let (clock, given) = (Clock::new(), Arc::new(AtomicU64::new(0)));
    let (now, meter) = (clock.clone(), Arc::clone(&given));
    let system = System {
        now: Box::new(move || now.now()),
        meter: Box::new(move || {
            let meter = Arc::clone(&meter);
            let is_spare = thread::current().name() == Some("security-crypto-0");
            let given = move || if is_spare { 0 } else { meter.load(Ordering::SeqCst) };
            Some(Box::new(move || Some(Duration::from_millis(given()))))
        }),
        spare: || true,
    };
    // The clock runs far ahead of the threads below.
    let settings = PoolSettings { threads: 1, wait: Duration::MAX, ..PoolSettings::default() };
    let pool = HashingPool::start_with(settings, system).unwrap();
    let during = clock.clone();
    let (stuck, gate) = stuck_on_spare_unless(&pool, move || {
        given.fetch_add(100, Ordering::SeqCst);
        during.advance(Duration::from_millis(100));
    });
    let (begun, when) = (clock.now(), clock.clone());
    let waiting = pool.submit("waiting", move || Ok(when.now()));
    let window = Duration::from_millis(200);
    clock.advance(window);
    pool.shared.tick();
    stuck.await.unwrap();
    // Time in which it would be taken at once.
    (0..1000).for_each(|_| thread::yield_now());
    let ticking = async {
        loop {
            clock.advance(window);
            pool.shared.tick();
            tokio::task::yield_now().await;
        }
    };
    let ran = tokio::select! {
        ran = waiting => ran.unwrap(),
        () = ticking => unreachable!("it ticks without end"),
    };
    assert!(ran.duration_since(begun) >= window * 2 + Duration::from_millis(100));
    drop(gate);
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_thread_that_relieves_others_only_gives_way() {
    let (pool, clock) = starving();
    let (stuck, gate) = stuck_on_spare(&pool);
    let waiting = pool.submit("waiting", || Ok(standing()));
    clock.advance(Duration::from_millis(200));
    pool.shared.tick();
    assert_eq!(waiting.await, Ok((standing().0, (standing().1 + 10).min(19))));
    gate.send(()).unwrap();
    stuck.await.unwrap();
}

#[tokio::test]
async fn stopping_does_not_wait_for_a_starving_thread_whose_requester_has_gone() {
    let (pool, clock) = starving();
    let (stuck, gate) = stuck_on_spare(&pool);
    drop(stuck);
    let pool = Arc::new(pool);
    let stopper = begin_to_stop(&pool);
    clock.advance(Duration::from_millis(200));
    stopper.join().unwrap();
    assert_eq!(pool.stats().running, 0);
    drop(gate);
}

#[tokio::test]
async fn stopping_does_not_wait_for_a_thread_that_was_relieved() {
    let (pool, clock) = starving();
    let (stuck, gate) = stuck_on_spare(&pool);
    let stopper = begin_to_stop(&Arc::new(pool));
    // What runs when the pool is stopped is relieved as well.
    clock.advance(Duration::from_millis(200));
    assert_eq!(stuck.await.as_deref(), Ok("security-crypto-relief-0"));
    stopper.join().unwrap();
    drop(gate);
}
