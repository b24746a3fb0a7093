//! The machine's clocks. Only the executable and the tests read one; everybody else is given the readings.

use std::time::{SystemTime, UNIX_EPOCH};

use portcullis_model::lifetime::{BootTime, Clock, WallTime};

/// The system's clocks.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn wall(&self) -> WallTime {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        WallTime(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }

    /// Milliseconds on a clock that runs through suspension where the platform has one (`CLOCK_BOOTTIME`).
    fn boot(&self) -> BootTime {
        #[cfg(target_os = "linux")]
        const CLOCK: rustix::time::ClockId = rustix::time::ClockId::Boottime;
        #[cfg(not(target_os = "linux"))]
        const CLOCK: rustix::time::ClockId = rustix::time::ClockId::Monotonic;
        let now = rustix::time::clock_gettime(CLOCK);
        let millis = now.tv_sec.saturating_mul(1000).saturating_add(now.tv_nsec / 1_000_000);
        BootTime(u64::try_from(millis).unwrap_or(0))
    }
}
