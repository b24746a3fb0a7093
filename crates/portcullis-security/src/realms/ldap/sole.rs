//! The one entry that a name stands for. Where there are several, nobody guesses.

use super::entry::Entry;
use super::query::{End, Found};
use super::trouble::Trouble;

#[cfg(test)]
mod tests;

/// Entries that a search for one user asks for: with the second it is known that there is more than one.
pub(super) const LIMIT: usize = 2;

/// How many entries there are.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Sole {
    Nobody,
    This(Entry),
    Several,
}

impl Sole {
    /// # Errors
    /// When it is not known how many there are, or the entry has no name. To bind without a name is to bind as nobody,
    /// which succeeds.
    pub(super) fn of(found: Found) -> Result<Self, Trouble> {
        if found.entries.len() > 1 {
            return Ok(Self::Several);
        }
        if found.end != End::Complete {
            return Err(Trouble::answer("the search for one entry was cut short"));
        }
        match found.entries.into_iter().next() {
            None => Ok(Self::Nobody),
            Some(entry) if entry.dn.trim().is_empty() => {
                Err(Trouble::answer("the search finds an entry without a name"))
            }
            Some(entry) => Ok(Self::This(entry)),
        }
    }
}
