//! What a figure has to be, and whether it is.

use crate::quartiles::{Quartiles, digits};

/// What a figure has to be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Bar {
    AtMost(f64),
    AtLeast(f64),
    /// It is told for comparison.
    None,
}

impl Bar {
    pub(super) fn told(self, unit: &str) -> String {
        match self {
            Self::AtMost(bar) => format!("≤ {}{unit}", digits(bar)),
            Self::AtLeast(bar) => format!("≥ {}{unit}", digits(bar)),
            Self::None => String::new(),
        }
    }

    /// Whether the median is as it has to be, and whether the quartiles leave that open.
    pub(super) fn verdict(self, measured: Quartiles) -> String {
        let Quartiles { low, median, high } = measured;
        let (met, sign, bar) = match self {
            Self::AtMost(bar) => (median <= bar, '>', bar),
            Self::AtLeast(bar) => (median >= bar, '<', bar),
            Self::None => return String::new(),
        };
        let open =
            if low <= bar && bar <= high && low < high { "; the quartiles straddle the bar" } else { "" };
        if met {
            return format!("met{open}");
        }
        format!("**not met**: {} {sign} {}{open}", digits(median), digits(bar))
    }
}
