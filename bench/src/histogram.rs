//! How long things took, counted in steps that grow with the time: a percentile is right within 2 %, and adding one costs
//! nothing that a fast client would notice.

use std::time::Duration;

/// Steps between a power of two and the next, as a power of two.
const STEP_BITS: u32 = 6;
const STEPS: u64 = 1 << STEP_BITS;
/// Beyond two to this many nanoseconds (18 minutes) all times are the same.
const LONGEST_BITS: u32 = 40;

/// Times that were taken.
#[derive(Clone)]
pub(crate) struct Histogram {
    counts: Vec<u32>,
    total: u64,
    longest: Duration,
}

impl Histogram {
    pub(crate) fn new() -> Self {
        let steps = index((1 << LONGEST_BITS) - 1) + 1;
        Self { counts: vec![0; steps], total: 0, longest: Duration::ZERO }
    }

    pub(crate) fn add(&mut self, time: Duration) {
        let nanos = u64::try_from(time.as_nanos()).unwrap_or(u64::MAX).min((1 << LONGEST_BITS) - 1);
        self.counts[index(nanos)] += 1;
        self.total += 1;
        self.longest = self.longest.max(time);
    }

    pub(crate) fn longest(&self) -> Duration {
        self.longest
    }

    /// The time within which this share of all happened; zero if nothing did.
    pub(crate) fn within(&self, share: f64) -> Duration {
        let wanted = (self.total as f64 * share).ceil() as u64;
        let mut seen = 0;
        for (index, count) in self.counts.iter().enumerate() {
            seen += u64::from(*count);
            if seen >= wanted && seen > 0 {
                return Duration::from_nanos(highest(index)).min(self.longest);
            }
        }
        Duration::ZERO
    }
}

/// The step that a time belongs to.
fn index(nanos: u64) -> usize {
    if nanos < STEPS {
        return nanos as usize;
    }
    let power = u64::BITS - 1 - nanos.leading_zeros() - STEP_BITS;
    ((u64::from(power) << STEP_BITS) + (nanos >> power)) as usize
}

/// The longest time of a step.
fn highest(index: usize) -> u64 {
    let index = index as u64;
    if index < 2 * STEPS {
        return index;
    }
    let power = (index >> STEP_BITS) - 1;
    (((index & (STEPS - 1)) + STEPS + 1) << power) - 1
}

#[cfg(test)]
mod tests;
