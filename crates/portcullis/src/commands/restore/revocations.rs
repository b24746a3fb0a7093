//! The logs that say what was revoked after a backup: read line by line, and checked to begin before it.
//!
//! Never here: what a line means for a document.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};

use portcullis_model::lifetime::WallTime;
use portcullis_secrets::{StoredHash, random};
use portcullis_security::replay::{CLOCK_MARGIN_MILLIS, LineError, Moment, Replay};

use crate::archive::Header;
use crate::commands::CommandError;
use crate::config::Config;

/// Longest line of a log, in bytes. What clients send is cut before it is logged, so ours are far shorter.
const MAX_LINE_BYTES: u64 = 1024 * 1024;

/// What the executable says when it does not start begins so, and goes where the log goes.
const SAID: &[u8] = b"portcullis: ";

/// Whether logs may begin after the backup.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gap {
    /// No: what was revoked in between would be valid again.
    Refused,
    /// The operator knows.
    Accepted,
}

/// Which logs to read.
#[derive(Clone, Debug)]
pub struct Revocations {
    /// The logs, in any order; none: nothing is brought back.
    pub logs: Vec<PathBuf>,
    /// Whether they may begin after the backup.
    pub gap: Gap,
}

/// What was read.
pub(super) struct Reading {
    pub(super) replay: Replay,
    /// A hash that no password fits.
    pub(super) unusable: StoredHash,
    logs: usize,
}

impl Revocations {
    /// Reads all logs; `None` where there is none to read.
    pub(super) fn read(
        &self,
        config: &Config,
        backup: &Header,
        asides: &mut impl Write,
    ) -> Result<Option<Reading>, CommandError> {
        if self.logs.is_empty() {
            return Ok(None);
        }
        let made_at = WallTime::parse_rfc3339(&backup.made_at).ok_or_else(|| {
            CommandError::Data("nothing is written: the backup does not say when it was made".to_owned())
        })?;
        let (epoch, revision) = (backup.epoch.clone(), backup.revision);
        let mut replay = Replay::since(Moment { epoch, revision, made_at });
        for log in &self.logs {
            read(log, &mut replay, asides)?;
        }
        if !replay.reaches_back() && self.gap == Gap::Refused {
            return Err(CommandError::Data(format!(
                "nothing is written: no log reaches back to the backup, which was made at {} (revision {}): what was revoked \
                 in between would be valid again.\nName the logs from before it, too (--replay-revocations, as often as \
                 there are logs), back to the line \"a backup was made\" or {} minutes more. --accept-gap restores all the same",
                backup.made_at,
                backup.revision,
                CLOCK_MARGIN_MILLIS / 60_000
            )));
        }
        // Of a secret that nobody has seen, with the cost of every other password.
        let unusable = config.authc.password_hash.hash(&random::random_secret());
        let unusable = unusable.map_err(|error| CommandError::Refused(error.to_string()))?;
        Ok(Some(Reading { replay, unusable, logs: self.logs.len() }))
    }
}

impl Reading {
    /// Tells what was brought back, and what must be looked at.
    pub(super) fn tell(&self, out: &mut impl Write) -> io::Result<()> {
        let (tally, logs) = (self.replay.tally(), self.logs);
        writeln!(out, "{} later changes of documents were found in {logs} log(s).", tally.changes)?;
        let summary = tally.summary();
        if summary.is_empty() {
            writeln!(out, "None of them revokes anything that is in the backup.")?;
        }
        for line in summary {
            writeln!(out, "  {line}")?;
        }
        let mut last = "";
        for (label, advice) in tally.to_look_at() {
            if last.is_empty() {
                writeln!(out, "Look at these before clients come back:")?;
            }
            if advice != last {
                writeln!(out, "  {advice}")?;
            }
            last = advice;
            writeln!(out, "    {label}")?;
        }
        Ok(())
    }
}

fn read(path: &Path, replay: &mut Replay, asides: &mut impl Write) -> Result<(), CommandError> {
    let place = path.display();
    let unread = |error: io::Error| CommandError::Data(format!("nothing is written: [{place}]: {error}"));
    let mut log = BufReader::new(File::open(path).map_err(unread)?);
    let (mut line, mut number) = (Vec::new(), 0_u64);
    loop {
        line.clear();
        number += 1;
        if log.by_ref().take(MAX_LINE_BYTES).read_until(b'\n', &mut line).map_err(unread)? == 0 {
            return Ok(());
        }
        let whole = line.pop_if(|last| *last == b'\n').is_some();
        if line.trim_ascii().is_empty() || line.starts_with(SAID) {
            continue;
        }
        let cut_off = !whole && line.len() as u64 != MAX_LINE_BYTES;
        match replay.line(&line) {
            Ok(()) => {}
            Err(LineError::Foreign) if cut_off => {
                writeln!(asides, "[{place}]: the last line, {number}, is cut off, and left out")?;
            }
            Err(error) => {
                let reason = format!("nothing is written: [{place}], line {number}: {error}");
                return Err(CommandError::Data(reason));
            }
        }
    }
}

#[cfg(test)]
mod tests;
