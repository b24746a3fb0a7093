//! How much is measured: all of it, or just enough to see that it works.

use std::time::Duration;

/// How much.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Extent {
    /// What the report is made from.
    Full,
    /// For trying: the figures mean little.
    Quick,
}

impl Extent {
    /// One of two.
    pub(crate) fn of<T>(self, full: T, quick: T) -> T {
        match self {
            Self::Full => full,
            Self::Quick => quick,
        }
    }

    /// Slices of each way that are compared.
    pub(crate) fn rounds(self) -> usize {
        self.of(20, 3)
    }

    /// How long a slice is.
    pub(crate) fn slice(self) -> Duration {
        Duration::from_millis(self.of(400, 200))
    }

    /// Entries of a large cache.
    pub(crate) fn large(self) -> usize {
        self.of(1_000_000, 20_000)
    }

    /// Entries of one that is not small.
    pub(crate) fn middling(self) -> usize {
        self.of(100_000, 10_000)
    }
}
