//! `portcullis restore`: fills an empty store from a backup. The whole file is checked before anything is written.

mod revocations;

use std::fs::File;
use std::io::{self, BufReader, Seek, SeekFrom, Write};
use std::os::fd::AsFd;
use std::path::Path;

use portcullis_security::replay::Verdict;

use super::error::CommandError;
use super::progress::Progress;
use crate::archive::{ArchiveError, Archived, Header, Reader};
use crate::config::Config;
use crate::filling::{FillError, Filling};
use crate::wiring;
pub use revocations::{Gap, Revocations};

/// Fills the store of the configuration, which must be empty, from the backup `file`; `-` is the standard input. What
/// the logs of `revocations` say was revoked after the backup stays so. What is to be told on the way goes to `asides`.
///
/// # Errors
/// When the file is not a whole backup, a log cannot be used or begins after the backup (nothing is written then), the
/// store is not empty or in use, or the restore was cut off: it is then to be run again.
pub fn restore(
    config: &Config,
    file: &Path,
    revocations: &Revocations,
    out: &mut impl Write,
    asides: &mut impl Write,
) -> Result<(), CommandError> {
    let mut input = open(file)?;
    let header = check(file, &input)?;
    let mut replay = revocations.read(config, &header, asides)?;

    let store = wiring::store::open_store(config).map_err(|error| {
        CommandError::Refused(format!(
            "nothing is written: {error} (a node must be stopped before a restore)"
        ))
    })?;
    let place = wiring::store::place(config);
    wiring::store::caught_up(&*store)
        .map_err(|error| CommandError::Refused(format!("nothing is written: {place}: {error}")))?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let filling = Filling::begin(&*store, &runtime).map_err(|error| begin_failed(&place, &error))?;
    input.seek(SeekFrom::Start(0))?;
    let documents = fill(filling, BufReader::new(&input), replay.as_mut()).map_err(|reason| {
        CommandError::Refused(format!(
            "the restore was cut off, run it again; no node starts before that: {reason}"
        ))
    })?;
    store.close();
    writeln!(
        out,
        "Restored {documents} documents into {place}, as they were at {} (revision {}).",
        header.made_at, header.revision
    )?;
    match replay {
        Some(replay) => replay.tell(out)?,
        None => writeln!(
            out,
            "What was revoked or changed after that is valid again: passwords, API keys, tokens, roles. Revoke it again \
             before clients come back,\nor restore into another empty store with --replay-revocations."
        )?,
    }
    Ok(())
}

fn open(file: &Path) -> Result<File, CommandError> {
    let opened = if file == Path::new("-") {
        io::stdin().as_fd().try_clone_to_owned().map(File::from)
    } else {
        File::open(file)
    };
    let input = opened.map_err(|error| not_restored(file, &error.into()))?;
    if !input.metadata()?.is_file() {
        return Err(CommandError::Data(format!(
            "[{}] is not a regular file; a restore reads its file twice",
            file.display()
        )));
    }
    Ok(input)
}

fn not_restored(file: &Path, error: &ArchiveError) -> CommandError {
    CommandError::Data(format!("[{}] is not restored, nothing is written: {error}", file.display()))
}

/// Reads all of it.
fn check(file: &Path, input: &File) -> Result<Header, CommandError> {
    let refused = |error: ArchiveError| not_restored(file, &error);
    let mut checked = Reader::open(BufReader::new(input)).map_err(refused)?;
    let mut progress = Progress::of("checked");
    while checked.next_document().map_err(refused)?.is_some() {
        progress.one_more();
    }
    progress.end();
    Ok(checked.header().clone())
}

/// Writes the documents. How many there are now.
fn fill(
    mut filling: Filling<'_>,
    input: impl io::BufRead,
    mut replay: Option<&mut revocations::Reading>,
) -> Result<u64, String> {
    let mut reader = Reader::open(input).map_err(|error| error.to_string())?;
    let (mut progress, mut documents) = (Progress::of("restored"), 0_u64);
    while let Some(Archived { key, body, .. }) = reader.next_document().map_err(|error| error.to_string())? {
        let verdict = match &mut replay {
            None => Verdict::AsItWas,
            Some(reading) => reading.replay.restored(&key, &body, &reading.unusable),
        };
        let body = match verdict {
            Verdict::AsItWas => body,
            Verdict::Changed(changed) => changed,
            Verdict::Dropped => continue,
        };
        filling.put(key, body).map_err(|error| error.to_string())?;
        documents += 1;
        progress.one_more();
    }
    if let Some(reading) = replay {
        for (key, body) in reading.replay.rest(&reading.unusable) {
            filling.put(key, body).map_err(|error| error.to_string())?;
            documents += 1;
        }
    }
    filling.finish().map_err(|error| error.to_string())?;
    progress.end();
    Ok(documents)
}

fn begin_failed(place: &str, error: &FillError) -> CommandError {
    CommandError::Refused(match error {
        FillError::NotEmpty => format!(
            "nothing is written: {place} is not empty, and a restore only fills an empty store. Move it away, or name \
             another one (-E path.data=DIR)"
        ),
        FillError::InUse | FillError::Store(_) | FillError::Commit(_) => format!("{place}: {error}"),
    })
}
