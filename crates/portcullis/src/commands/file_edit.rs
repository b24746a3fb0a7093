//! Changing a file of the configuration folder so that nobody ever reads half of it: one writer at a time, a
//! temporary file, sync, rename. Owner, group and mode stay what they were; a new file is 0600.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::Path;

use rustix::fs::{FlockOperation, Gid, Uid};

/// The mode of a file that was not there before.
const NEW_FILE_MODE: u32 = 0o600;
/// The mode of a folder that was not there before.
const NEW_FOLDER_MODE: u32 = 0o700;

/// A folder whose files nobody else edits meanwhile.
pub(crate) struct Locked<'a> {
    directory: &'a Path,
    folder: File,
}

impl<'a> Locked<'a> {
    /// Waits until no other tool edits files of `directory`.
    ///
    /// # Errors
    /// When the folder cannot be opened or locked.
    pub(crate) fn wait_for(directory: &'a Path) -> io::Result<Self> {
        let folder = File::open(directory).map_err(at(directory))?;
        // Two tools at once would each keep only its own line. The lock ends with the file descriptor.
        rustix::fs::flock(&folder, FlockOperation::LockExclusive)?;
        Ok(Self { directory, folder })
    }

    /// Replaces the content of the file `name` by what `change` makes of it. `None`: nothing to change.
    ///
    /// # Errors
    /// What `change` says, or why the file cannot be read or written; it is as it was then.
    pub(crate) fn edit<E: From<io::Error>>(
        &self,
        name: &str,
        change: impl FnOnce(&str) -> Result<Option<String>, E>,
    ) -> Result<(), E> {
        let path = self.directory.join(name);
        let mut old = String::new();
        let metadata = match File::open(&path) {
            Ok(mut file) => {
                file.read_to_string(&mut old).map_err(at(&path))?;
                Some(file.metadata()?)
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(at(&path)(error).into()),
        };
        let Some(new) = change(&old)? else { return Ok(()) };
        let temporary = self.directory.join(format!(".{name}.tmp"));
        let written =
            write(&temporary, &new, metadata.as_ref()).and_then(|()| std::fs::rename(&temporary, &path));
        if let Err(error) = written {
            // What is left of it is of no use; the first error is the one to tell.
            let _ = std::fs::remove_file(&temporary);
            return Err(at(&path)(error).into());
        }
        self.folder.sync_all()?;
        Ok(())
    }
}

/// [`Locked::edit`] of one file, with the lock held just as long.
///
/// # Errors
/// As [`Locked::edit`].
pub(crate) fn edit<E: From<io::Error>>(
    directory: &Path,
    name: &str,
    change: impl FnOnce(&str) -> Result<Option<String>, E>,
) -> Result<(), E> {
    Locked::wait_for(directory)?.edit(name, change)
}

/// What `directory/name` holds. A file that is not there holds nothing.
///
/// # Errors
/// When it is there and cannot be read.
pub(crate) fn content(directory: &Path, name: &str) -> io::Result<String> {
    let path = directory.join(name);
    match std::fs::read_to_string(&path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(String::new()),
        outcome => outcome.map_err(at(&path)),
    }
}

/// Makes a folder for its owner alone, if it is not there.
///
/// # Errors
/// Why it cannot be made.
pub(crate) fn make_folder(directory: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(NEW_FOLDER_MODE).create(directory).map_err(at(directory))
}

/// The same error with the path that it is about.
fn at(path: &Path) -> impl Fn(io::Error) -> io::Error {
    move |error| io::Error::new(error.kind(), format!("[{}]: {error}", path.display()))
}

fn write(path: &Path, content: &str, like: Option<&std::fs::Metadata>) -> io::Result<()> {
    // With the folder locked, one that is there is what a killed tool left: its mode and its target are not ours.
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut file = OpenOptions::new().write(true).create_new(true).mode(NEW_FILE_MODE).open(path)?;
    if let Some(like) = like {
        let (owner, group) = (Uid::from_raw(like.uid()), Gid::from_raw(like.gid()));
        rustix::fs::fchown(&file, Some(owner), Some(group)).map_err(|error| {
            io::Error::other(format!("cannot keep the file's owner {}:{}: {error}", like.uid(), like.gid()))
        })?;
        file.set_permissions(std::fs::Permissions::from_mode(like.mode() & 0o7777))?;
    }
    file.write_all(content.as_bytes())?;
    file.sync_all()
}

#[cfg(test)]
mod tests;
