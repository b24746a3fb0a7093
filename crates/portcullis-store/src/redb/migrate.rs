//! From an earlier format to this one: the table of steps, and the one transaction in which they are done.
//!
//! A new format is a new number, a step here, and a new fixture beside the old ones.

use ::redb::{Database, WriteTransaction};

use super::tables::{FORMAT, HEADER};

/// The format that this version writes.
const CURRENT: u32 = 1;

/// One step, from a format to the next.
pub(crate) struct Step {
    /// The format that it begins with; it ends with the one after.
    pub(crate) from: u32,
    /// Rewrites the tables; the format's number is written by the caller.
    pub(crate) run: fn(&WriteTransaction) -> Result<(), ::redb::Error>,
}

/// The formats that a version knows.
pub(crate) struct Formats {
    /// What it writes.
    pub(crate) current: u32,
    /// How to get there. Format 1 is the first, so there are none yet.
    pub(crate) steps: &'static [Step],
}

/// The formats of this version.
pub(super) const FORMATS: Formats = Formats { current: CURRENT, steps: &[] };

impl Formats {
    /// The steps from a format to the current one in their order; `None` when one is missing.
    pub(super) fn path(&self, from: u32) -> Option<Vec<&'static Step>> {
        (from..self.current).map(|format| self.steps.iter().find(|step| step.from == format)).collect()
    }

    /// Does the steps and writes the new number, all or nothing.
    pub(super) fn migrate(&self, database: &Database, steps: &[&Step]) -> Result<(), ::redb::Error> {
        let transaction = database.begin_write()?;
        for step in steps {
            (step.run)(&transaction)?;
        }
        transaction.open_table(HEADER)?.insert(FORMAT, self.current.to_string().as_str())?;
        transaction.commit()?;
        Ok(())
    }
}
