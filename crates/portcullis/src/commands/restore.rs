//! `portcullis restore`: fills an empty store from a backup. The whole file is checked before anything is written.

use std::fs::File;
use std::io::{BufReader, Seek, SeekFrom, Write};
use std::path::Path;

use super::error::CommandError;
use super::progress::Progress;
use crate::archive::{ArchiveError, Reader};
use crate::config::Config;
use crate::filling::{FillError, Filling};
use crate::wiring;

/// Fills the store of the configuration, which must be empty, from the backup `file`.
///
/// # Errors
/// When the file is not a whole backup (nothing is written then), the store is not empty or in use, or the restore was
/// cut off: it is then to be run again.
pub fn restore(config: &Config, file: &Path, out: &mut impl Write) -> Result<(), CommandError> {
    let refused = |error: ArchiveError| {
        CommandError::Data(format!("[{}] is not restored, nothing is written: {error}", file.display()))
    };
    let mut input = File::open(file).map_err(|error| refused(error.into()))?;
    if !input.metadata()?.is_file() {
        return Err(CommandError::Data(format!(
            "[{}] is not a regular file; a restore reads its file twice",
            file.display()
        )));
    }
    let mut checked = Reader::open(BufReader::new(&input)).map_err(refused)?;
    let mut progress = Progress::of("checked");
    while checked.next_document().map_err(refused)?.is_some() {
        progress.one_more();
    }
    let header = checked.header().clone();
    progress.end();

    let store = wiring::store::open_store(config).map_err(|error| {
        CommandError::Refused(format!(
            "nothing is written: {error} (a node must be stopped before a restore)"
        ))
    })?;
    let place = wiring::store::place(config);
    wiring::store::caught_up(&*store)
        .map_err(|error| CommandError::Refused(format!("nothing is written: {place}: {error}")))?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let mut filling = Filling::begin(&*store, &runtime).map_err(|error| begin_failed(&place, &error))?;
    let cut_off = |reason: String| {
        CommandError::Refused(format!(
            "the restore was cut off, run it again; no node starts before that: {reason}"
        ))
    };
    input.seek(SeekFrom::Start(0))?;
    let mut reader = Reader::open(BufReader::new(&input)).map_err(|error| cut_off(error.to_string()))?;
    let (mut progress, mut documents) = (Progress::of("restored"), 0_u64);
    while let Some(document) = reader.next_document().map_err(|error| cut_off(error.to_string()))? {
        filling.put(document.key, document.body).map_err(|error| cut_off(error.to_string()))?;
        documents += 1;
        progress.one_more();
    }
    filling.finish().map_err(|error| cut_off(error.to_string()))?;
    progress.end();
    store.close();
    writeln!(
        out,
        "Restored {documents} documents into {place}, as they were at {} (revision {}).\nWhat was revoked or changed \
         after that is valid again: passwords, API keys, tokens, roles. Revoke it again before clients come back.",
        header.made_at, header.revision
    )?;
    Ok(())
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
