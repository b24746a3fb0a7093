//! From a data folder to a database that can be trusted: lock, look, copy aside, migrate, open.
//!
//! Nothing is written to an existing file before it is known to be sound and of a format that this version may write: it is
//! opened under an [`Overlay`], which is taken away once it has been judged.

use std::cell::Cell;
use std::fs::{self, DirBuilder, File, OpenOptions, Permissions, TryLockError};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use ::redb::backends::FileBackend;
use ::redb::{Builder, Database, DatabaseError, StorageBackend};
use uuid::Uuid;

use super::migrate::Formats;
use super::overlay::Overlay;
use super::tables::{self, Header};
use crate::document::Revision;
use crate::error::{OpenError, StoreError};

/// Which file of a data folder an engine works in.
pub(crate) struct Layout {
    /// Its name.
    pub(crate) file: &'static str,
    /// The file of another engine, which must not be there, and what it holds.
    pub(crate) stranger: (&'static str, &'static str),
    /// Names a new store.
    pub(crate) epoch: fn() -> String,
    /// Memory for its pages, half of it at most for those that are to be written, in bytes.
    pub(crate) cache: usize,
}

/// The store of a single node. Few of its pages are kept here: the system keeps the others in its own memory, from where one
/// is read in a microsecond, and with more of them a walk through the file would take half as long again, since none of them
/// would be in the core's own cache.
pub(super) const SINGLE: Layout = Layout {
    file: "portcullis.redb",
    stranger: ("replica.redb", "what a node of several has read of their etcd"),
    epoch: || Uuid::new_v4().to_string(),
    cache: 8 * 1024 * 1024,
};

/// Locked by the process that has the data folder open; holds its process id.
const LOCK: &str = "node.lock";

/// Files up to this size (32 MiB, some 10,000 documents) are checked page by page at every start, in some 50 ms; larger
/// ones only after an unclean end, so that a start stays quick.
const MAX_CHECKED_BYTES: u64 = 32 * 1024 * 1024;

/// A store that is open and of the current format.
pub(crate) struct Ready {
    pub(crate) file: PathBuf,
    pub(crate) database: Database,
    pub(crate) lock: Option<File>,
    pub(crate) header: Header,
    pub(crate) pages: Pages,
}

/// Whether a file says which of its pages are in use. Where it does not, redb has to walk through it to open it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pages {
    Listed,
    Unlisted,
}

/// A store of a format that this version may open, in a file to which nothing was written yet.
pub(super) struct Judged<B> {
    database: Database,
    overlay: Overlay<B>,
    format: u32,
    pages: Pages,
}

/// Whether a data folder holds a store.
pub(super) fn is_there(data: &Path) -> bool {
    data.join(SINGLE.file).is_file()
}

/// Opens the store of a data folder, or makes both.
pub(crate) fn folder(data: &Path, layout: &Layout, formats: &Formats) -> Result<Ready, OpenError> {
    make_folder(data).map_err(at(data))?;
    let lock = lock(data)?;
    let (stranger, holds) = layout.stranger;
    let stranger = data.join(stranger);
    if stranger.try_exists().map_err(at(&stranger))? {
        return Err(OpenError::OtherEngine { path: stranger, holds });
    }
    let file = data.join(layout.file);
    if file.try_exists().map_err(at(&file))? {
        fs::set_permissions(&file, Permissions::from_mode(0o600)).map_err(at(&file))?;
    } else {
        create(&file, layout, formats)?;
    }
    let judged = look(&file, layout, formats)?;
    let ready = if judged.format < formats.current {
        migrate(&file, judged, formats)?
    } else {
        judged.ready(&file)?
    };
    Ok(Ready { lock: Some(lock), ..ready })
}

/// The folder belongs to the store alone when the store makes it; the mode of one that exists is its owner's choice.
fn make_folder(data: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(data)?;
    let mode = fs::metadata(data)?.permissions().mode();
    if mode & 0o077 != 0 {
        tracing::warn!(path = %data.display(), mode = format!("{:o}", mode & 0o777), "others may look into the data folder");
    }
    Ok(())
}

fn lock(data: &Path) -> Result<File, OpenError> {
    let path = data.join(LOCK);
    let mut file = private().create(true).open(&path).map_err(at(&path))?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            let mut holder = String::new();
            // Only for the message, which does without it.
            let pid = file.read_to_string(&mut holder).ok().and_then(|_| holder.trim().parse().ok());
            return Err(OpenError::InUse { path: data.to_owned(), pid });
        }
        Err(TryLockError::Error(error)) => return Err(at(&path)(error)),
    }
    let written = file.set_len(0).and_then(|()| writeln!(file, "{}", std::process::id()));
    written.map_err(at(&path))?;
    Ok(file)
}

/// Makes the store under another name first, so that a file of the right name is always a whole store.
fn create(file: &Path, layout: &Layout, formats: &Formats) -> Result<(), OpenError> {
    let unfinished = unfinished(file);
    let made = private().create(true).truncate(true).open(&unfinished).map_err(at(&unfinished))?;
    let backend = FileBackend::new(made).map_err(|error| refused(file, error))?;
    fill(backend, layout, formats).map_err(|error| unreadable(file, error.into()))?;
    put_in_place(&unfinished, file)
}

/// Makes an empty store in an empty file.
pub(super) fn fill(
    backend: impl StorageBackend,
    layout: &Layout,
    formats: &Formats,
) -> Result<(), ::redb::Error> {
    let header = Header { format: formats.current, epoch: (layout.epoch)(), revision: Revision::ZERO };
    let database = builder(Check::Quick, layout).create_with_backend(backend)?;
    let transaction = database.begin_write()?;
    tables::create(&transaction, &header)?;
    transaction.commit()?;
    Ok(database.close()?)
}

/// Finds out whether a file is a sound store that this version may open, without writing to it.
fn look(path: &Path, layout: &Layout, formats: &Formats) -> Result<Judged<FileBackend>, OpenError> {
    let file = private().open(path).map_err(at(path))?;
    let len = file.metadata().map_err(at(path))?.len();
    if len == 0 {
        // redb takes an empty file for a store that is yet to be made; ours are never empty.
        return Err(OpenError::Corrupt { path: path.to_owned(), reason: "it is empty".to_owned() });
    }
    let check = if len <= MAX_CHECKED_BYTES { Check::Whole } else { Check::Quick };
    judge(path, FileBackend::new(file).map_err(|error| refused(path, error))?, check, layout, formats)
}

/// The same for any backend that holds something.
pub(super) fn judge<B: StorageBackend>(
    path: &Path,
    backend: B,
    check: Check,
    layout: &Layout,
    formats: &Formats,
) -> Result<Judged<B>, OpenError> {
    let overlay = Overlay::over(backend).map_err(at(path))?;
    let walked = Rc::<Cell<bool>>::default();
    let seen = Rc::clone(&walked);
    let mut builder = builder(check, layout);
    builder.set_repair_callback(move |_| seen.set(true));
    let database = builder.create_with_backend(overlay.clone()).map_err(|error| refused(path, error))?;
    let format = tables::format(&database).map_err(|error| unreadable(path, error))?;
    let (path, supported) = (path.to_owned(), formats.current);
    match formats.path(format) {
        _ if format > supported => Err(OpenError::NewerFormat { path, found: format, supported }),
        None => Err(OpenError::NoMigration { path, found: format, supported }),
        Some(_) => {
            // A file that is checked whole is so each time: nothing is gained by listing its pages.
            let unlisted = check == Check::Quick && walked.get();
            let pages = if unlisted { Pages::Unlisted } else { Pages::Listed };
            Ok(Judged { database, overlay, format, pages })
        }
    }
}

impl<B: StorageBackend> Judged<B> {
    /// Writes to the file what redb writes when it opens one. The format must be the current one by now.
    pub(super) fn ready(self, path: &Path) -> Result<Ready, OpenError> {
        // First: without its header it is no store, and is left as it is.
        let header = tables::header(&self.database).map_err(|error| unreadable(path, error))?;
        self.overlay.accept().map_err(at(path))?;
        let Self { database, pages, .. } = self;
        Ok(Ready { file: path.to_owned(), database, lock: None, header, pages })
    }
}

/// Copies the file aside, then brings it to the current format.
fn migrate(path: &Path, judged: Judged<FileBackend>, formats: &Formats) -> Result<Ready, OpenError> {
    let from = judged.format;
    let aside = path.with_extension(format!("redb.format-{from}.bak"));
    copy(path, &aside)?;
    judged.overlay.accept().map_err(at(path))?;
    let failed = |reason: String| OpenError::Migration { path: path.to_owned(), from, reason };
    let steps = formats.path(from).unwrap_or_default();
    formats.migrate(&judged.database, &steps).map_err(|error| failed(error.to_string()))?;
    tracing::info!(from, to = formats.current, aside = %aside.display(), "the store was migrated");
    Ok(Ready { pages: Pages::Unlisted, ..judged.ready(path)? })
}

/// A whole copy or none; one of an earlier migration from the same format is replaced.
fn copy(from: &Path, to: &Path) -> Result<(), OpenError> {
    let unfinished = unfinished(to);
    let mut source = File::open(from).map_err(at(from))?;
    let mut copy = private().create(true).truncate(true).open(&unfinished).map_err(at(&unfinished))?;
    io::copy(&mut source, &mut copy).and_then(|_| copy.sync_all()).map_err(at(&unfinished))?;
    put_in_place(&unfinished, to)
}

/// The name under which a file is written until it is whole.
fn unfinished(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".new");
    name.into()
}

/// Gives a finished file its name, so that it keeps it when the power fails.
fn put_in_place(finished: &Path, path: &Path) -> Result<(), OpenError> {
    fs::rename(finished, path).map_err(at(path))?;
    let Some(folder) = path.parent() else { return Ok(()) };
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(at(folder))
}

/// Opens a file for us alone, and makes it so.
fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true).write(true).mode(0o600);
    options
}

/// How much of a file is looked at when it is opened.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Check {
    /// What redb needs to go on: all of it after an unclean end, else the header.
    Quick,
    /// The checksums of all pages.
    Whole,
}

fn builder(check: Check, layout: &Layout) -> Builder {
    let mut builder = Database::builder();
    builder.set_cache_size(layout.cache).set_check_integrity_on_open(check == Check::Whole);
    builder
}

fn at(path: &Path) -> impl Fn(io::Error) -> OpenError {
    move |source| OpenError::Io { path: path.to_owned(), source }
}

fn refused(path: &Path, error: DatabaseError) -> OpenError {
    let path = path.to_owned();
    match error {
        DatabaseError::DatabaseAlreadyOpen => OpenError::InUse { path, pid: None },
        DatabaseError::Storage(::redb::StorageError::Io(source)) => match source.kind() {
            // What redb and the overlay say of a file that is cut short or no database.
            io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof => {
                OpenError::Corrupt { path, reason: source.to_string() }
            }
            _ => OpenError::Io { path, source },
        },
        other => OpenError::Corrupt { path, reason: other.to_string() },
    }
}

pub(crate) fn unreadable(path: &Path, error: StoreError) -> OpenError {
    let path = path.to_owned();
    match error {
        StoreError::Corrupt(reason) => OpenError::Corrupt { path, reason },
        other => OpenError::Io { path, source: io::Error::other(other) },
    }
}
