//! A clock that stands still until a test moves it.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use portcullis_model::lifetime::{BootTime, Clock, WallTime};

/// Where the wall clock of every test begins: 2026-01-01T00:00:00Z.
pub const BEGINNING: i64 = 1_767_225_600_000;

/// A second in milliseconds.
pub const SECOND: u64 = 1000;
/// A minute in milliseconds.
pub const MINUTE: u64 = 60 * SECOND;
/// An hour in milliseconds.
pub const HOUR: u64 = 60 * MINUTE;
/// A day in milliseconds.
pub const DAY: u64 = 24 * HOUR;

/// The clock.
#[derive(Debug)]
pub struct TestClock {
    wall: AtomicI64,
    boot: AtomicU64,
}

impl TestClock {
    /// A clock at [`BEGINNING`].
    pub fn new() -> Arc<Self> {
        Arc::new(Self { wall: AtomicI64::new(BEGINNING), boot: AtomicU64::new(MINUTE) })
    }

    /// Lets time pass on both clocks.
    pub fn advance(&self, millis: u64) {
        self.boot.fetch_add(millis, Ordering::SeqCst);
        self.wall.fetch_add(i64::try_from(millis).unwrap(), Ordering::SeqCst);
    }

    /// Moves the wall clock alone, forwards or back, as an operator may.
    pub fn adjust_wall(&self, millis: i64) {
        self.wall.fetch_add(millis, Ordering::SeqCst);
    }
}

impl Clock for TestClock {
    fn wall(&self) -> WallTime {
        WallTime(self.wall.load(Ordering::SeqCst))
    }

    fn boot(&self) -> BootTime {
        BootTime(self.boot.load(Ordering::SeqCst))
    }
}
