//! Readings of the two clocks, and lengths of time as they stand in settings and requests.
//!
//! Never in here: a clock. Only the executable and the tests have one; everybody else is handed readings.

use std::fmt;

mod rfc3339;
#[cfg(test)]
mod tests;

/// Milliseconds since 1970-01-01T00:00:00Z, as an operator's clock tells it. It may jump. Used for what is stored
/// and shown (creation, expiry), never for how long something may be trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WallTime(pub i64);

impl WallTime {
    /// This moment moved by `duration`, or `None` if that lies outside what can be written down.
    #[must_use]
    pub fn plus_millis(self, millis: i64) -> Option<Self> {
        self.0.checked_add(millis).map(Self)
    }
}

/// Milliseconds since the machine was started, counting suspension. It never goes back. Used for leases, for time
/// to live, and for every time-out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BootTime(pub u64);

impl BootTime {
    /// Milliseconds from `earlier` to this reading; zero if `earlier` is in fact later.
    #[must_use]
    pub fn millis_since(self, earlier: Self) -> u64 {
        self.0.saturating_sub(earlier.0)
    }
}

/// Whatever can tell the time. Implemented by the executable over the operating system, and by tests over a number
/// that they move.
pub trait Clock: Send + Sync {
    /// What the wall clock says now.
    fn wall(&self) -> WallTime;
    /// What the boot clock says now.
    fn boot(&self) -> BootTime;
}

/// A length of time as settings and requests give it: a whole number and a unit, e.g. `20m`. `-1` (meaning that
/// there is no limit) and `0` need no unit.
///
/// At most `i64::MAX` milliseconds, which is 292 million years.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TimeValue {
    nanos: i128,
}

/// The units, longest suffix first, so that `5ms` is not read as `5m` and an `s`. Nanoseconds a unit.
const UNITS: [(&str, i128); 7] = [
    ("nanos", 1),
    ("micros", 1_000),
    ("ms", NANOS_PER_MILLI),
    ("s", NANOS_PER_SECOND),
    ("m", 60 * NANOS_PER_SECOND),
    ("h", 3_600 * NANOS_PER_SECOND),
    ("d", 86_400 * NANOS_PER_SECOND),
];

const NANOS_PER_MILLI: i128 = 1_000_000;
const NANOS_PER_SECOND: i128 = 1_000_000_000;

/// Why a text is not a [`TimeValue`]. `Display` is the sentence for the user.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TimeValueError {
    /// No unit, or none that is known.
    #[error(
        "failed to parse setting [{setting}] with value [{value}] as a time value: unit is missing or unrecognized"
    )]
    Unit {
        /// The setting or field that was being read.
        setting: String,
        /// What stood there.
        value: String,
    },
    /// A unit is there, but what stands before it is not a whole number.
    #[error(
        "failed to parse setting [{setting}] with value [{value}] as a time value: the amount is not a whole number"
    )]
    Amount {
        /// The setting or field that was being read.
        setting: String,
        /// What stood there.
        value: String,
    },
    /// The amount has a decimal point.
    #[error(
        "failed to parse setting [{setting}] with value [{value}] as a time value: fractional time values are not supported"
    )]
    Fraction {
        /// The setting or field that was being read.
        setting: String,
        /// What stood there.
        value: String,
    },
    /// The amount is below zero and is not `-1`.
    #[error(
        "failed to parse setting [{setting}] with value [{value}] as a time value: negative durations are not supported"
    )]
    Negative {
        /// The setting or field that was being read.
        setting: String,
        /// What stood there.
        value: String,
    },
    /// More milliseconds than 64 bits hold.
    #[error(
        "failed to parse setting [{setting}] with value [{value}] as a time value: the value is too large"
    )]
    TooLarge {
        /// The setting or field that was being read.
        setting: String,
        /// What stood there.
        value: String,
    },
}

impl TimeValue {
    /// No time at all.
    pub const ZERO: Self = Self { nanos: 0 };
    /// `-1`: no limit.
    pub const UNLIMITED: Self = Self { nanos: -NANOS_PER_MILLI };

    /// So many milliseconds.
    #[must_use]
    pub const fn from_millis(millis: i64) -> Self {
        Self { nanos: millis as i128 * NANOS_PER_MILLI }
    }

    /// Reads `text`. Case and surrounding white space do not matter, except that a capital `M` is not minutes (it
    /// would be months elsewhere).
    ///
    /// # Errors
    /// [`TimeValueError`], naming `setting`.
    pub fn parse(setting: &str, text: &str) -> Result<Self, TimeValueError> {
        let fail =
            |kind: fn(String, String) -> TimeValueError| Err(kind(setting.to_owned(), text.to_owned()));
        let trimmed = text.trim();
        match trimmed {
            "-1" => return Ok(Self::UNLIMITED),
            "0" => return Ok(Self::ZERO),
            _ => {}
        }
        let lower = trimmed.to_ascii_lowercase();
        let Some((amount, nanos)) =
            UNITS.iter().find_map(|(unit, nanos)| Some((lower.strip_suffix(unit)?, *nanos)))
        else {
            return fail(|setting, value| TimeValueError::Unit { setting, value });
        };
        if trimmed.ends_with('M') {
            return fail(|setting, value| TimeValueError::Unit { setting, value });
        }
        let amount = amount.trim();
        let digits = amount.strip_prefix('-').unwrap_or(amount);
        if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
            if digits.contains('.') && amount.parse::<f64>().is_ok() {
                return fail(|setting, value| TimeValueError::Fraction { setting, value });
            }
            return fail(|setting, value| TimeValueError::Amount { setting, value });
        }
        let Some(total) = amount.parse::<i64>().ok().and_then(|n| i128::from(n).checked_mul(nanos)) else {
            return fail(|setting, value| TimeValueError::TooLarge { setting, value });
        };
        if total < 0 {
            return fail(|setting, value| TimeValueError::Negative { setting, value });
        }
        if total / NANOS_PER_MILLI > i128::from(i64::MAX) {
            return fail(|setting, value| TimeValueError::TooLarge { setting, value });
        }
        Ok(Self { nanos: total })
    }

    /// Whole milliseconds, rounded towards zero; -1 for no limit.
    #[must_use]
    pub fn as_millis(self) -> i64 {
        i64::try_from(self.nanos / NANOS_PER_MILLI).unwrap_or(i64::MAX)
    }

    /// Whole seconds, rounded towards zero: `500ms` is 0.
    #[must_use]
    pub fn whole_seconds(self) -> i64 {
        i64::try_from(self.nanos / NANOS_PER_SECOND).unwrap_or(i64::MAX)
    }

    /// Whether this is `-1`.
    #[must_use]
    pub fn is_unlimited(self) -> bool {
        self == Self::UNLIMITED
    }

    /// The same length for the standard library, or `None` for no limit.
    #[must_use]
    pub fn as_duration(self) -> Option<std::time::Duration> {
        u64::try_from(self.as_millis()).ok().filter(|_| !self.is_unlimited()).map(|millis| {
            let below = u32::try_from(self.nanos % NANOS_PER_MILLI).unwrap_or(0);
            std::time::Duration::from_millis(millis) + std::time::Duration::from_nanos(u64::from(below))
        })
    }
}

impl fmt::Display for TimeValue {
    /// The largest unit that leaves a whole number, so that what is shown can be read back.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_unlimited() {
            return f.write_str("-1");
        }
        if self.nanos == 0 {
            return f.write_str("0s");
        }
        let fitting = UNITS.iter().rev().find(|(_, nanos)| self.nanos % nanos == 0);
        let (unit, nanos) = fitting.copied().unwrap_or(("nanos", 1));
        write!(f, "{}{unit}", self.nanos / nanos)
    }
}
