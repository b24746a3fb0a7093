//! The middle of what was measured several times, and how far it spreads. Never here: what was measured.

use std::fmt;

/// Median and quartiles, each of them a value that was measured.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Quartiles {
    pub(crate) low: f64,
    pub(crate) median: f64,
    pub(crate) high: f64,
}

impl Quartiles {
    /// Of at least one value.
    pub(crate) fn of(values: impl IntoIterator<Item = f64>) -> Self {
        let mut values: Vec<f64> = values.into_iter().collect();
        values.sort_unstable_by(f64::total_cmp);
        let [low, median, high] = [1, 2, 3].map(|quarter| values[(values.len() - 1) * quarter / 4]);
        Self { low, median, high }
    }

    /// Of something that was measured once.
    pub(crate) fn single(value: f64) -> Self {
        Self { low: value, median: value, high: value }
    }

    /// Each of the three, changed alike.
    pub(crate) fn map(self, change: impl Fn(f64) -> f64) -> Self {
        Self { low: change(self.low), median: change(self.median), high: change(self.high) }
    }

    fn is_single(self) -> bool {
        self.low == self.high
    }
}

impl fmt::Display for Quartiles {
    /// `median (low – high)`, each with three digits that count.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_single() {
            return f.write_str(&digits(self.median));
        }
        write!(f, "{} ({} – {})", digits(self.median), digits(self.low), digits(self.high))
    }
}

/// Three digits that count, or all those before the point.
pub(crate) fn digits(value: f64) -> String {
    let places = match value.abs() {
        it if it >= 99.95 || it == 0.0 => 0,
        it if it >= 9.995 => 1,
        it if it >= 0.9995 => 2,
        _ => 3,
    };
    grouped(&format!("{value:.places$}"))
}

/// The same number with a comma between thousands.
fn grouped(number: &str) -> String {
    let (whole, rest) = number.split_at(number.find('.').unwrap_or(number.len()));
    let (sign, whole) = whole.split_at(usize::from(whole.starts_with('-')));
    let mut text = sign.to_owned();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text + rest
}

#[cfg(test)]
mod tests;
