//! Moments as text of RFC 3339, in UTC: what logs and files show. Other offsets are refused: nothing of ours writes them.

use std::fmt::Write;

use super::WallTime;

const MILLIS_PER_DAY: i64 = 86_400_000;
/// Days of the calendar's cycle of 400 years.
const DAYS_PER_CYCLE: i64 = 146_097;
/// Days from 0000-03-01, where a cycle begins, to 1970-01-01.
const EPOCH_DAYS: i64 = 719_468;
/// The years that four digits can write.
const YEARS: std::ops::RangeInclusive<i64> = 0..=9999;

impl WallTime {
    /// `2026-01-31T23:59:59.123Z`; `None` outside the years 0 to 9999.
    #[must_use]
    pub fn to_rfc3339(self) -> Option<String> {
        let (days, millis) = (self.0.div_euclid(MILLIS_PER_DAY), self.0.rem_euclid(MILLIS_PER_DAY));
        let (year, month, day) = date(days);
        if !YEARS.contains(&year) {
            return None;
        }
        let (hour, minute) = (millis / 3_600_000, millis / 60_000 % 60);
        let (second, millis) = (millis / 1000 % 60, millis % 1000);
        let mut text = String::new();
        write!(text, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{millis:03}Z").ok()?;
        Some(text)
    }

    /// Reads `2026-01-31T23:59:59Z` with any number of decimals, of which three count. A leap second is the second
    /// after it. `None` for everything else.
    #[must_use]
    pub fn parse_rfc3339(text: &str) -> Option<Self> {
        let (date, time) = text.strip_suffix('Z')?.split_once('T')?;
        let [year, month, day] = numbers(date, '-', [4, 2, 2])?;
        let (time, decimals) = time.split_once('.').unwrap_or((time, "0"));
        let [hour, minute, second] = numbers(time, ':', [2, 2, 2])?;
        if hour > 23 || minute > 59 || second > 60 || !(1..=12).contains(&month) || day < 1 {
            return None;
        }
        if decimals.is_empty() || !decimals.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let millis: i64 = format!("{decimals:0<3}").get(..3)?.parse().ok()?;
        let days = days(year, month, day);
        if self::date(days) != (year, month, day) {
            return None;
        }
        Some(Self(days * MILLIS_PER_DAY + ((hour * 60 + minute) * 60 + second) * 1000 + millis))
    }
}

fn numbers<const N: usize>(text: &str, between: char, digits: [usize; N]) -> Option<[i64; N]> {
    let mut parts = text.split(between);
    let mut found = [0; N];
    for (number, digits) in found.iter_mut().zip(digits) {
        let part = parts.next()?;
        if part.len() != digits || !part.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        *number = part.parse().ok()?;
    }
    parts.next().is_none().then_some(found)
}

/// Year, month and day of a number of days since 1970-01-01. Years are counted from March, so that the leap day is the
/// last of its year.
fn date(days: i64) -> (i64, i64, i64) {
    let (cycle, day) =
        ((days + EPOCH_DAYS).div_euclid(DAYS_PER_CYCLE), (days + EPOCH_DAYS).rem_euclid(DAYS_PER_CYCLE));
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day_of_year = day - (365 * year + year / 4 - year / 100);
    let from_march = (5 * day_of_year + 2) / 153;
    let day_of_month = day_of_year - (153 * from_march + 2) / 5 + 1;
    let (month, next) = if from_march < 10 { (from_march + 3, 0) } else { (from_march - 9, 1) };
    (cycle * 400 + year + next, month, day_of_month)
}

/// The number of days from 1970-01-01 to a day.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let (year, from_march) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let (cycle, year) = (year.div_euclid(400), year.rem_euclid(400));
    let day_of_year = (153 * from_march + 2) / 5 + day - 1;
    cycle * DAYS_PER_CYCLE + 365 * year + year / 4 - year / 100 + day_of_year - EPOCH_DAYS
}

#[cfg(test)]
mod tests;
