//! Notices that the machine stood still without its clocks knowing: a virtual machine that was paused and resumed. Its
//! boot clock went on where it stopped, and the host sets the wall clock; so the two move apart at once.

use portcullis_model::lifetime::{BootTime, WallTime};

/// By how much the clocks move apart in one go that makes it a jump, in milliseconds. Adjusting a clock's rate takes
/// seconds for so much.
const JUMP_MILLIS: u64 = 250;

/// Compares the two clocks from look to look.
#[derive(Default)]
pub(super) struct Jumps {
    apart: Option<i64>,
}

impl Jumps {
    /// Whether the clocks have moved apart since the last look.
    pub(super) fn look(&mut self, wall: WallTime, boot: BootTime) -> bool {
        let apart = wall.0.saturating_sub(i64::try_from(boot.0).unwrap_or(i64::MAX));
        let before = self.apart.replace(apart);
        before.is_some_and(|before| before.abs_diff(apart) > JUMP_MILLIS)
    }
}

#[cfg(test)]
mod tests;
