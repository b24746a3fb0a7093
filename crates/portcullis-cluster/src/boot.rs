//! A reading of a node's clock. Here is only the number; nobody in this crate reads a clock.

use std::fmt;

/// Milliseconds of one node's clock that never stands still and never jumps, suspension included (`CLOCK_BOOTTIME`).
/// Readings of two nodes cannot be compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Boot(pub u64);

impl Boot {
    /// Later than every reading: it never comes.
    pub const NEVER: Self = Self(u64::MAX);

    /// The reading `ms` milliseconds later.
    #[must_use]
    pub const fn after(self, ms: u64) -> Self {
        Self(self.0.saturating_add(ms))
    }

    /// Milliseconds since `earlier`; 0 if that is later than this.
    #[must_use]
    pub const fn since(self, earlier: Self) -> u64 {
        self.0.saturating_sub(earlier.0)
    }
}

impl fmt::Display for Boot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ms", self.0)
    }
}
