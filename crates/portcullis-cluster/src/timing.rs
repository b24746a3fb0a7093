//! The constants of the fence and the formula that ties them together. Nowhere else does one of them stand.

use serde::{Deserialize, Serialize};

use crate::error::TimingError;

/// Limits of the window in milliseconds. Below, an election of the log's members fences every node; above, a revocation
/// waits longer for an unreachable node than its client does.
const WINDOW_MS: (u64, u64) = (2_000, 30_000);

/// The shortest time between two regular heartbeats, in milliseconds.
const LEAST_HEARTBEAT_MS: u64 = 100;

/// How many regular heartbeats fit into a window at least.
const HEARTBEATS_IN_WINDOW: u64 = 4;

/// The largest drift, in thousandths.
const MOST_DRIFT: u32 = 500;

/// The longest wait for a heartbeat's answer, in milliseconds.
const MOST_ANSWER_MS: u64 = 500;

/// What is added to a wait for the rounding of two clocks, in milliseconds.
const ROUNDING_MS: u64 = 10;

/// What others have to know of a member to know when its trust has ended: it stands in the member's record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    window_ms: u64,
    drift_per_mille: u32,
}

impl Window {
    /// What is assumed of a member whose record cannot be read: no node may be set to more.
    pub const LONGEST: Self = Self { window_ms: WINDOW_MS.1, drift_per_mille: MOST_DRIFT };

    /// For how long a heartbeat is good, on the member's own clock, in milliseconds.
    #[must_use]
    pub const fn window_ms(self) -> u64 {
        self.window_ms
    }

    pub(crate) const fn is_allowed(self) -> bool {
        self.window_ms >= WINDOW_MS.0 && self.window_ms <= WINDOW_MS.1 && self.drift_per_mille <= MOST_DRIFT
    }
}

/// One node's timings, checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timing {
    own: Window,
    heartbeat_ms: u64,
}

impl Timing {
    /// A node's timings: for how long a heartbeat is good (2,000 to 30,000 ms), how often one is sent (100 ms to a quarter
    /// of the window), and by what fraction a clock's rate may be wrong (0 to 0.5; counted in thousandths, rounded up).
    ///
    /// # Errors
    ///
    /// Which of the three is out of its limits.
    pub fn new(window_ms: u64, heartbeat_ms: u64, drift: f64) -> Result<Self, TimingError> {
        if window_ms < WINDOW_MS.0 || window_ms > WINDOW_MS.1 {
            return Err(TimingError::Window(window_ms));
        }
        let most = window_ms / HEARTBEATS_IN_WINDOW;
        if heartbeat_ms < LEAST_HEARTBEAT_MS || heartbeat_ms > most {
            return Err(TimingError::Heartbeat { heartbeat: heartbeat_ms, most });
        }
        let drift_per_mille = per_mille(drift).ok_or(TimingError::Drift(drift))?;
        Ok(Self { own: Window { window_ms, drift_per_mille }, heartbeat_ms })
    }

    /// What stands in this node's record.
    #[must_use]
    pub const fn own(&self) -> Window {
        self.own
    }

    /// From the sending of one regular heartbeat to the sending of the next, in milliseconds.
    #[must_use]
    pub const fn heartbeat_ms(&self) -> u64 {
        self.heartbeat_ms
    }

    /// How long an answer to a heartbeat is waited for before the next is sent, elsewhere, in milliseconds. The unanswered
    /// one may still be written.
    #[must_use]
    pub fn answer_ms(&self) -> u64 {
        self.heartbeat_ms.min(MOST_ANSWER_MS)
    }

    /// How long this node waits, on its own clock, until a node with the same timings has surely stopped to trust
    /// itself, in milliseconds.
    #[must_use]
    pub fn wait_ms(&self) -> u64 {
        self.wait_for_ms(self.own)
    }

    /// The same for a member with timings of its own: `window · (1 + drift) / (1 − drift) + 10`, rounded up. The drift is
    /// the larger of the two nodes' settings: whoever set it knows of a worse clock.
    #[must_use]
    pub fn wait_for_ms(&self, member: Window) -> u64 {
        let drift = u64::from(self.own.drift_per_mille.max(member.drift_per_mille).min(MOST_DRIFT));
        (member.window_ms * (1000 + drift)).div_ceil(1000 - drift) + ROUNDING_MS
    }
}

/// Thousandths, rounded up; `None` out of the limits.
fn per_mille(drift: f64) -> Option<u32> {
    (0..=MOST_DRIFT).find(|thousandths| drift >= 0.0 && drift <= f64::from(*thousandths) / 1000.0)
}

#[cfg(test)]
mod tests;
