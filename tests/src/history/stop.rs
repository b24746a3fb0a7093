//! Stopping a request at a place of the harness's choice: wherever it has just been answered by the store, or has just
//! read the clock. It goes on when it is told to, with the answer that it has in hand. So a change lands between store
//! and cache because the harness put it there, not by luck.
//!
//! A request that may be stopped has a thread of its own; everybody else passes.

use std::cell::RefCell;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Waker};
use std::thread::JoinHandle;

use portcullis_store::DocumentKey;
use tokio::runtime::Handle;

use super::door::Later;

/// A place at which a request can be stopped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// The store has answered about this document.
    Read(DocumentKey),
    /// The store has answered about documents of a kind.
    Scanned,
    /// A remote directory has answered.
    Directory,
    /// The clock has been read.
    Clock,
}

/// Whether a request that has come so far is to be stopped.
pub type Place = Box<dyn Fn(&[Step]) -> bool + Send + Sync>;

/// The step of this number, counted from 1.
pub fn step(number: usize) -> Place {
    Box::new(move |steps| steps.len() == number)
}

/// Where this document has been read for the first time.
pub fn read(key: DocumentKey) -> Place {
    Box::new(move |steps| matches!(steps.last(), Some(Step::Read(last)) if *last == key))
}

/// Where the clock is read for the first time after this document was: the load has its answer, and the cache has not.
pub fn loaded(key: DocumentKey) -> Place {
    Box::new(move |steps| matches!(steps, [.., Step::Read(last), Step::Clock] if *last == key))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Phase {
    Going,
    Held,
    Released,
    Ended,
}

struct Progress {
    phase: Phase,
    steps: Vec<Step>,
}

struct Stop {
    place: Place,
    progress: Mutex<Progress>,
    moved: Condvar,
}

thread_local! {
    static STOP: RefCell<Option<Arc<Stop>>> = const { RefCell::new(None) };
}

/// Every place at which a request can be stopped calls this.
pub(super) fn pass(step: Step) {
    if let Some(stop) = STOP.with(|it| it.borrow().clone()) {
        stop.pass(step);
    }
}

impl Stop {
    fn lock(&self) -> MutexGuard<'_, Progress> {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn pass(&self, step: Step) {
        let mut progress = self.lock();
        if progress.phase != Phase::Going {
            return;
        }
        progress.steps.push(step);
        if (self.place)(&progress.steps) {
            progress.phase = Phase::Held;
            self.moved.notify_all();
            let held = self.moved.wait_while(progress, |it| it.phase == Phase::Held);
            drop(held.unwrap_or_else(PoisonError::into_inner));
        }
    }

    fn release(&self) {
        let mut progress = self.lock();
        if progress.phase != Phase::Ended {
            progress.phase = Phase::Released;
        }
        self.moved.notify_all();
    }

    fn end(&self) {
        self.lock().phase = Phase::Ended;
        self.moved.notify_all();
    }
}

/// Says that the request has ended, also if it ended in a panic.
struct Ending(Arc<Stop>);

impl Drop for Ending {
    fn drop(&mut self) {
        self.0.end();
    }
}

/// A request on a thread of its own, stopped at one place.
pub struct Held<T> {
    stop: Arc<Stop>,
    thread: Option<JoinHandle<T>>,
}

impl<T: Send + 'static> Held<T> {
    /// Begins the request. It stops at the first such place that it comes to, if it comes to one.
    pub fn start(runtime: &Handle, place: Place, request: Later<'static, T>) -> Self {
        let progress = Mutex::new(Progress { phase: Phase::Going, steps: Vec::new() });
        let stop = Arc::new(Stop { place, progress, moved: Condvar::new() });
        let (runtime, mine) = (runtime.clone(), Arc::clone(&stop));
        let thread = std::thread::spawn(move || {
            let ending = Ending(Arc::clone(&mine));
            STOP.with(|it| *it.borrow_mut() = Some(mine));
            let outcome = runtime.block_on(request);
            drop(ending);
            outcome
        });
        Self { stop, thread: Some(thread) }
    }

    /// Waits until the request stands at its place, or has ended before. Whether it stands.
    pub fn reached(&self) -> bool {
        let progress = self.stop.lock();
        let progress = self.stop.moved.wait_while(progress, |it| it.phase == Phase::Going);
        progress.unwrap_or_else(PoisonError::into_inner).phase == Phase::Held
    }

    /// The steps so far.
    pub fn steps(&self) -> Vec<Step> {
        self.stop.lock().steps.clone()
    }

    /// Lets it go on.
    pub fn release(&self) {
        self.stop.release();
    }

    /// Lets it go on, and waits for its end. It may be waiting for others: let those go on first.
    pub fn finish(mut self) -> T {
        self.stop.release();
        self.thread.take().unwrap().join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    }
}

impl<T> Drop for Held<T> {
    fn drop(&mut self) {
        // A test that fails leaves nobody standing.
        self.stop.release();
    }
}

/// Another way to stop a request: lets it go as far as it comes without waiting, and no further. Whether that was to its
/// end.
pub fn poll_once<T>(request: &mut Later<'static, T>) -> bool {
    request.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_ready()
}
