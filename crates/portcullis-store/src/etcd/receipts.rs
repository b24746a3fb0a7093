//! Which receipt belongs to which commit: each to one as long as that lasts, and to another one afterwards, so that there
//! are only as many as there were commits at once. What is written into them is not known here.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

/// The receipts of one process.
#[derive(Default)]
pub(super) struct Receipts {
    slots: Mutex<Slots>,
}

#[derive(Default)]
struct Slots {
    /// With the revision of the last write that is known of.
    free: BTreeSet<(usize, i64)>,
    made: usize,
}

/// One receipt, in the hands of one commit.
pub(super) struct Receipt<'a> {
    receipts: &'a Receipts,
    /// Which one it is.
    pub(super) number: usize,
    /// The revision of its last write that is known of; 0: it has not been written.
    pub(super) modified: i64,
}

impl Receipts {
    /// Takes one that nobody has.
    pub(super) fn take(&self) -> Receipt<'_> {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        let (number, modified) = slots.free.pop_first().unwrap_or_else(|| {
            slots.made += 1;
            (slots.made, 0)
        });
        Receipt { receipts: self, number, modified }
    }
}

impl Drop for Receipt<'_> {
    fn drop(&mut self) {
        let mut slots = self.receipts.slots.lock().unwrap_or_else(PoisonError::into_inner);
        slots.free.insert((self.number, self.modified));
    }
}

#[cfg(test)]
mod tests;
