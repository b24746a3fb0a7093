//! `portcullis backup`: one revision of the store as a file, through the node that runs here, or from its store.
//! The file appears under its name when it is whole and synced, readable by its owner alone: it holds password hashes.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use portcullis_model::lifetime::Clock;
use portcullis_store::RedbStore;

use super::error::CommandError;
use super::progress::Progress;
use crate::archive::Reader;
use crate::clock::SystemClock;
use crate::config::{Config, ConfigError};
use crate::control::{self, Order};
use crate::{export, wiring};

/// Writes a backup to `file`; `-` is the standard output. `whole` is the configuration with all that the store needs,
/// which is asked for only when no node runs here.
///
/// # Errors
/// When there is nothing to back up, neither node nor store answers, or the file cannot be written; no file of this
/// name is there then that was not there before.
pub fn backup(
    config: &Config,
    whole: impl FnOnce() -> Result<Config, ConfigError>,
    file: &Path,
    out: &mut impl Write,
) -> Result<(), CommandError> {
    let source = Source { config, whole };
    if file == Path::new("-") {
        let documents = source.take(&mut *out)?;
        // Whoever has closed the terminal does not look.
        let _ = writeln!(io::stderr(), "Backed up {documents} documents.");
        return Ok(());
    }
    let temporary = beside(file)?;
    let written = to_file(source, &temporary, file);
    if written.is_err() {
        // What is left of it is of no use; the first error is the one to tell.
        let _ = fs::remove_file(&temporary);
    }
    writeln!(out, "Backed up {} documents to {}.", written?, file.display())?;
    Ok(())
}

/// The name under which the file is written. What is no regular file would be replaced by one.
fn beside(file: &Path) -> Result<PathBuf, CommandError> {
    if fs::symlink_metadata(file).is_ok_and(|found| !found.is_file()) {
        let reason = format!("[{}] is not a regular file; use - and redirect it there", file.display());
        return Err(CommandError::Data(reason));
    }
    let name =
        file.file_name().ok_or_else(|| CommandError::Data("the backup needs a file name".to_owned()))?;
    let name = format!(".{}.{}.tmp", name.to_string_lossy(), std::process::id());
    Ok(file.with_file_name(name))
}

fn to_file(
    source: Source<'_, impl FnOnce() -> Result<Config, ConfigError>>,
    temporary: &Path,
    file: &Path,
) -> Result<u64, CommandError> {
    match fs::remove_file(temporary) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
        _ => {}
    }
    let made = OpenOptions::new().write(true).create_new(true).mode(0o600).open(temporary)?;
    let mut out = BufWriter::new(made);
    let documents = source.take(&mut out)?;
    out.flush()?;
    out.get_ref().sync_all()?;
    fs::rename(temporary, file)?;
    let folder = file.parent().filter(|it| !it.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder)?.sync_all()?;
    Ok(documents)
}

/// Where the documents come from.
struct Source<'a, F> {
    config: &'a Config,
    whole: F,
}

impl<F: FnOnce() -> Result<Config, ConfigError>> Source<'_, F> {
    fn take(self, out: &mut impl Write) -> Result<u64, CommandError> {
        let order = control::stream(&self.config.path_data, &Order::Backup);
        match order.map_err(CommandError::Refused)? {
            Some(stream) => copy(stream, out),
            None => {
                check_place(self.config)?;
                let whole = (self.whole)().map_err(|error| CommandError::Data(error.to_string()))?;
                from_store(&whole, out)
            }
        }
    }
}

/// Refuses a folder in which no node has worked: an empty store would be made there, or in etcd, and backed up.
fn check_place(config: &Config) -> Result<(), CommandError> {
    let data = &config.path_data;
    let known = match &config.cluster {
        None => RedbStore::exists(data),
        Some(_) => {
            let followed = wiring::etcd::followed(data);
            !followed.map_err(|error| CommandError::Refused(error.to_string()))?.epoch.is_empty()
        }
    };
    if known {
        return Ok(());
    }
    let missing = if config.cluster.is_some() { "has been none that follows etcd" } else { "is no store" };
    Err(CommandError::Missing(format!(
        "no node runs here and there {missing} in [{}]: run this where the node runs, or name its folder (--config DIR, \
         or -E path.data=DIR)",
        data.display()
    )))
}

/// Copies what the node sends, and looks at every line of it on its way.
fn copy(stream: impl io::BufRead, out: &mut impl Write) -> Result<u64, CommandError> {
    let failed = |error: &dyn std::fmt::Display| {
        CommandError::Refused(format!(
            "the running node did not finish the backup (its log says why): {error}"
        ))
    };
    let mut reader = Reader::open(control::Tee::new(stream, out)).map_err(|error| failed(&error))?;
    let (mut progress, mut documents) = (Progress::of("backed up"), 0);
    while reader.next_document().map_err(|error| failed(&error))?.is_some() {
        documents += 1;
        progress.one_more();
    }
    progress.end();
    Ok(documents)
}

/// No node runs: the store is ours to open. One that nodes share is read as it is in etcd: in the copy that is left here
/// what was revoked since the node stopped would be missing.
fn from_store(config: &Config, out: &mut impl Write) -> Result<u64, CommandError> {
    let place = wiring::store::place(config);
    let refused = |error: &dyn std::fmt::Display| CommandError::Refused(format!("{place}: {error}"));
    let store = wiring::store::open_store(config).map_err(|error| refused(&error))?;
    wiring::store::caught_up(&*store).map_err(|error| {
        CommandError::Refused(format!(
            "nothing is backed up: {place}: {error}\nIf that etcd is lost for good, start the node: beside it, a backup is \
             made of the copy that it has"
        ))
    })?;
    let mut progress = Progress::of("backed up");
    let seen = |count| {
        progress.reached(count);
        Ok(())
    };
    let exported = export::export(&*store, SystemClock.wall(), out, seen).map_err(|error| refused(&error))?;
    progress.end();
    store.close();
    Ok(exported.documents)
}
