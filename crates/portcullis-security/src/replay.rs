//! Bringing back what was revoked after a backup, while the backup is restored: the lines of the audit say what was
//! changed since, and each document is restored so that no revocation is undone. Where a line does not say enough, what
//! is safe is done, and the operator is told.
//!
//! What never lives here: reading files, the backup's format, writing documents.

mod fate;
mod line;
mod tally;
mod verdict;
mod when;

use std::collections::HashMap;

use bytes::Bytes;
use portcullis_model::lifetime::WallTime;
use portcullis_secrets::StoredHash;
use portcullis_store::DocumentKey;

use crate::documents;
use fate::Fate;
use line::{Line, Written};
pub use tally::{Brought, Tally};
pub use verdict::Verdict;
pub use when::CLOCK_MARGIN_MILLIS;
use when::When;

/// Most documents that may have been changed after a backup: some 200 bytes of memory each. Whoever has more takes
/// backups too seldom.
pub const MAX_CHANGED_DOCUMENTS: usize = 1_000_000;

/// The moment that is restored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moment {
    /// The epoch of the store that was backed up.
    pub epoch: String,
    /// The revision that was backed up.
    pub revision: u64,
    /// When, by the clock of the machine that did it.
    pub made_at: WallTime,
}

/// Why a line cannot be used. None shows what is in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineError {
    /// It is no line of the log.
    Foreign,
    /// It tells of a change and not of which document.
    Unspecific,
    /// It tells of a kind of document that this version does not know.
    Unknown,
    /// More than [`MAX_CHANGED_DOCUMENTS`] were changed.
    TooMany,
}

impl std::fmt::Display for LineError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Foreign => f.write_str(
                "it is no line of Portcullis's log, which has one JSON object a line when it is written to a file",
            ),
            Self::Unspecific => f.write_str(
                "it tells of a change after the backup, but not of which document: an earlier version wrote it",
            ),
            Self::Unknown => {
                f.write_str("it tells of a change of something that this version does not know: use a later one")
            }
            Self::TooMany => write!(
                f,
                "more than {MAX_CHANGED_DOCUMENTS} documents were changed after the backup: use a later backup"
            ),
        }
    }
}

impl std::error::Error for LineError {}

/// What the lines say that were read so far. The order of the lines does not matter.
pub struct Replay {
    moment: Moment,
    fates: HashMap<DocumentKey, Fate>,
    reaches_back: bool,
    tally: Tally,
    most: usize,
}

impl Replay {
    /// Of what came after `moment`; no line was read yet.
    pub fn since(moment: Moment) -> Self {
        Self {
            moment,
            fates: HashMap::new(),
            reaches_back: false,
            tally: Tally::default(),
            most: MAX_CHANGED_DOCUMENTS,
        }
    }

    /// Reads one line of a log.
    ///
    /// # Errors
    /// See [`LineError`].
    pub fn line(&mut self, line: &[u8]) -> Result<(), LineError> {
        let line = Line::parse(line).ok_or(LineError::Foreign)?;
        self.reaches_back |= line.reaches_back(&self.moment);
        let when = When::of(&line, &self.moment);
        if when == When::Before || !line.is_change() {
            return Ok(());
        }
        let written = line.written().ok_or(LineError::Unspecific)?;
        let kind = documents::kind_of(written.kind).ok_or(LineError::Unknown)?;
        self.tally.changes += 1;
        self.note(DocumentKey::new(kind, written.id), &written, when)
    }

    fn note(&mut self, key: DocumentKey, written: &Written<'_>, when: When) -> Result<(), LineError> {
        if self.fates.len() >= self.most && !self.fates.contains_key(&key) {
            return Err(LineError::TooMany);
        }
        let fate = self.fates.entry(key.clone()).or_default();
        fate.note(&key.kind, written, when);
        Ok(())
    }

    /// Whether a line was found that is not later than the backup, so that none is missing in between.
    pub fn reaches_back(&self) -> bool {
        self.reaches_back
    }

    /// What to restore of a document of the backup. `unusable` is a hash that no password fits.
    pub fn restored(&mut self, key: &DocumentKey, body: &Bytes, unusable: &StoredHash) -> Verdict {
        let Some(fate) = self.fates.remove(key) else { return Verdict::AsItWas };
        let (verdict, brought) = verdict::of(key, body, &fate, unusable);
        brought.into_iter().for_each(|it| self.tally.add(it, verdict::label(key, body)));
        verdict
    }

    /// What to restore besides, when all documents of the backup were asked for: reserved users that had no document. What
    /// holds without one may have been revoked since.
    pub fn rest(&mut self, unusable: &StoredHash) -> Vec<(DocumentKey, Bytes)> {
        let mut rest = Vec::new();
        for (key, fate) in std::mem::take(&mut self.fates) {
            let Some((body, brought)) = verdict::of_absent(&key, &fate, unusable) else { continue };
            brought.into_iter().for_each(|it| self.tally.add(it, key.id.clone()));
            rest.push((key, body));
        }
        rest
    }

    /// What was brought back.
    pub fn tally(&self) -> &Tally {
        &self.tally
    }
}

#[cfg(test)]
mod tests;
