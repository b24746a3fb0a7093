//! Ways to the same end, compared in one run: slices of each alternate, so that whatever the machine does meanwhile
//! happens to all of them. A slice is compared with those of its own round, never with another minute's.

use std::time::{Duration, Instant};

/// What was measured so far.
pub(crate) struct Slices {
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
    pub(crate) fn new(ways: usize) -> Self {
        Self { costs: vec![Vec::new(); ways] }
    }

    /// Measures a slice of so many logins. All of it must happen on this thread.
    pub(crate) async fn measure(&mut self, way: usize, logins: usize, slice: impl Future<Output = ()>) {
        let (began, cpu) = (Instant::now(), thread_time());
        slice.await;
        let (elapsed, cpu, logins) = (began.elapsed(), thread_time() - cpu, logins as u32);
        self.costs[way].push(Cost { elapsed: elapsed / logins, cpu: cpu / logins });
    }

    /// Prints each way, and its slices beside those of the first: the median, and the quartiles around it.
    pub(crate) fn tell(&self, what: &str, names: &[&str]) {
        let [rate, cpu, ratio] = ["logins a second", "CPU of each", "times as fast as the first"];
        println!("{what:<44} {rate:>27} {cpu:>12} {ratio:>27}");
        for (name, own) in names.iter().zip(&self.costs) {
            let rate = quartiles(own.iter().map(Cost::rate)).map(|it| format!("{it:.0}"));
            let [_, cpu, _] = quartiles(own.iter().map(|it| it.cpu.as_secs_f64() * 1e6));
            let ratio = own.iter().zip(&self.costs[0]).map(|(it, first)| it.rate() / first.rate());
            let ratio = quartiles(ratio).map(|it| format!("{it:.2}"));
            println!("  {name:<42} {:>27} {cpu:>9.1} µs {:>27}", spread(&rate), spread(&ratio));
        }
    }
}

/// What this thread has computed so far.
fn thread_time() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}

fn quartiles(values: impl Iterator<Item = f64>) -> [f64; 3] {
    let mut values: Vec<f64> = values.collect();
    values.sort_unstable_by(f64::total_cmp);
    [1, 2, 3].map(|quarter| values[(values.len() - 1) * quarter / 4])
}

fn spread([low, middle, high]: &[String; 3]) -> String {
    format!("{middle} ({low} – {high})")
}
