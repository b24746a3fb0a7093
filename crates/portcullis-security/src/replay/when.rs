//! Whether a change came after the backup. Within one epoch the store's revisions say it; else the clocks must, which
//! may differ, and in doubt it did.

use super::Moment;
use super::line::Line;

/// By how much the clocks of two machines may differ, in milliseconds: what is up to so much older than the backup may
/// be later. Machines that follow a time service differ by less than a second; five minutes is what Kerberos allows, so
/// machines that differ by more are in trouble elsewhere.
pub const CLOCK_MARGIN_MILLIS: i64 = 5 * 60 * 1000;

/// When a change was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum When {
    /// It is in the backup.
    Before,
    /// It came after it, at this revision.
    After(u64),
    /// It may have come after it.
    Perhaps,
}

impl When {
    pub(super) fn of(line: &Line, moment: &Moment) -> Self {
        let late = |margin: i64| line.at.0 >= moment.made_at.0.saturating_add(margin);
        match line.revision_in(moment) {
            Some(revision) if revision > moment.revision => Self::After(revision),
            // A copy of the data folder was put back: its revisions were given out twice.
            Some(_) if late(CLOCK_MARGIN_MILLIS) => Self::Perhaps,
            Some(_) => Self::Before,
            None if late(-CLOCK_MARGIN_MILLIS) => Self::Perhaps,
            None => Self::Before,
        }
    }
}
