//! For how long a server is spared that failed: longer each time, and never for the same time by many who watched it fail
//! together.

#[cfg(test)]
mod tests;

/// After the first failure, in milliseconds.
const FIRST_MILLIS: u64 = 500;

/// At most, in milliseconds.
const LONGEST_MILLIS: u64 = 30_000;

/// Milliseconds for which a server is spared after `failures` in a row: between half of the full time and all of it, as
/// `random` says.
pub(super) fn millis(failures: u32, random: u16) -> u64 {
    let doubled = failures.saturating_sub(1).min(u64::BITS / 2);
    let full = FIRST_MILLIS.saturating_mul(1 << doubled).min(LONGEST_MILLIS);
    let half = full / 2;
    half + (full - half) * u64::from(random) / u64::from(u16::MAX)
}
