//! When the next write may begin: so many in a second, and none is made up for that could not be done in its time.

use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::time::{MissedTickBehavior, interval};

/// How often permits are handed out.
const TICK: Duration = Duration::from_millis(10);
/// Permits that lie about at most.
const SPARE: usize = 32;

/// The permits.
pub(super) struct Pace {
    permits: Semaphore,
    a_second: u32,
}

impl Pace {
    pub(super) fn new(a_second: u32) -> Self {
        Self { permits: Semaphore::new(0), a_second }
    }

    /// Returns when the next one may begin, or when there is no more to do.
    pub(super) async fn next(&self) {
        if let Ok(permit) = self.permits.acquire().await {
            permit.forget();
        }
    }

    /// Hands permits out until it is over; then to everybody.
    pub(super) async fn beat(&self, is_over: impl Fn() -> bool) {
        let mut ticks = interval(TICK);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Burst);
        let mut owed = 0.0;
        while !is_over() {
            ticks.tick().await;
            owed += f64::from(self.a_second) * TICK.as_secs_f64();
            while owed >= 1.0 {
                owed -= 1.0;
                if self.permits.available_permits() < SPARE {
                    self.permits.add_permits(1);
                }
            }
        }
        self.permits.close();
    }
}
