//! Ways to the same end, compared in one run: slices of each alternate, so that whatever the machine does meanwhile
//! happens to all of them. A slice is compared with those of its own round, never with another minute's.

use std::time::{Duration, Instant};

use crate::quartiles::Quartiles;

/// What was measured so far.
pub(super) struct Slices {
    /// By way.
    costs: Vec<Vec<Cost>>,
}

/// What one login took: on the clock, and of this thread's time.
#[derive(Clone, Copy)]
struct Cost {
    elapsed: Duration,
    cpu: Duration,
}

impl Cost {
    /// Logins in a second.
    fn rate(&self) -> f64 {
        1.0 / self.elapsed.as_secs_f64()
    }
}

impl Slices {
    pub(super) fn new(ways: usize) -> Self {
        Self { costs: vec![Vec::new(); ways] }
    }

    /// Measures a slice of so many logins. All of it must happen on this thread.
    pub(super) async fn measure(&mut self, way: usize, logins: usize, slice: impl Future<Output = ()>) {
        let (began, cpu) = (Instant::now(), thread_time());
        slice.await;
        let (elapsed, cpu, logins) = (began.elapsed(), thread_time() - cpu, logins as u32);
        self.costs[way].push(Cost { elapsed: elapsed / logins, cpu: cpu / logins });
    }

    /// Of a way: logins a second, microseconds of CPU, and logins a second beside those of the first way.
    pub(super) fn figures(&self, way: usize) -> [Quartiles; 3] {
        let own = &self.costs[way];
        let ratios = own.iter().zip(&self.costs[0]).map(|(it, first)| it.rate() / first.rate());
        [
            Quartiles::of(own.iter().map(Cost::rate)),
            Quartiles::of(own.iter().map(|it| it.cpu.as_secs_f64() * 1e6)),
            Quartiles::of(ratios),
        ]
    }
}

/// What this thread has computed so far.
fn thread_time() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}
