//! What stands in one place of a table, and how a client wants it written. Numbers stay numbers until then, so that 10
//! comes after 9.

use portcullis_security::Failure;

/// What stands in one place of a table. The order is the one in which rows are sorted.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Cell {
    /// It is not known, or there is no such thing.
    Nothing,
    /// A text.
    Text(String),
    /// A number.
    Count(u64),
    /// A time in milliseconds.
    Millis(u64),
}

impl Cell {
    /// As it is written; `None` for nothing. Without a unit, a time has the largest one that leaves at least 1.
    pub(crate) fn text(&self, unit: Option<Unit>) -> Option<String> {
        match (self, unit) {
            (Self::Nothing, _) => None,
            (Self::Text(text), _) => Some(text.clone()),
            (Self::Count(count), _) => Some(count.to_string()),
            (Self::Millis(millis), Some(unit)) => Some(unit.whole(*millis).to_string()),
            (Self::Millis(millis), None) => Some(human(*millis)),
        }
    }
}

/// `850ms`, `4.2s`, `1.5m`, `3h`, `12.1d`: one decimal, cut off, unless it is 0.
fn human(millis: u64) -> String {
    let units = [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000)];
    let Some((unit, size)) = units.into_iter().find(|(_, size)| millis >= *size) else {
        return format!("{millis}ms");
    };
    match (millis / size, millis % size * 10 / size) {
        (whole, 0) => format!("{whole}{unit}"),
        (whole, tenth) => format!("{whole}.{tenth}{unit}"),
    }
}

/// A unit of time, as the parameter `time` names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Unit {
    /// How many of it are a millisecond.
    in_millis: u64,
    /// How many milliseconds it has.
    millis: u64,
}

impl Unit {
    /// # Errors
    /// `illegal_argument_exception` with the units that there are.
    pub(crate) fn parse(text: &str) -> Result<Self, Failure> {
        let (in_millis, millis) = match text {
            "nanos" => (1_000_000, 1),
            "micros" => (1_000, 1),
            "ms" => (1, 1),
            "s" => (1, 1_000),
            "m" => (1, 60_000),
            "h" => (1, 3_600_000),
            "d" => (1, 86_400_000),
            other => {
                return Err(Failure::illegal_argument(format!(
                    "[time] must be one of [d], [h], [m], [s], [ms], [micros] or [nanos] but was [{other}]"
                )));
            }
        };
        Ok(Self { in_millis, millis })
    }

    /// How many whole ones of it that is.
    fn whole(self, millis: u64) -> u64 {
        millis.saturating_mul(self.in_millis) / self.millis
    }
}
