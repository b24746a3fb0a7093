//! Files that the settings of a realm name: where they are, and whether they can be read at the start.
//!
//! Never here: what is in certificates and keys.

use std::fs::{self, File, Metadata};
use std::io::{self, Read};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use portcullis_secrets::{MAX_SECRET_BYTES, Secret};
use zeroize::Zeroizing;

use crate::config::error::Problem;
use crate::config::realms::Named;
use crate::config::sources::Sources;

use super::Notes;

/// A file of one line holds the longest secret with a line end of two bytes.
const MAX_FILE_BYTES: u64 = MAX_SECRET_BYTES as u64 + 2;

/// The files of one realm.
pub(super) struct Files<'a> {
    conf: PathBuf,
    named: &'a Named<'a>,
}

impl<'a> Files<'a> {
    pub(super) fn of(sources: &Sources, named: &'a Named<'a>) -> Self {
        Self { conf: sources.conf(), named }
    }

    /// The file that `key` is, absolute, which may come later. Whoever set it thinks that it is there already.
    pub(super) fn awaited(&self, key: &str, notes: &mut Notes) -> Result<PathBuf, Problem> {
        let path = self.path(key)?;
        if self.named.has(key) && !path.exists() {
            let name = self.named.setting(key);
            notes.warnings.push(format!("[{name}]: there is no [{}] yet, so it maps nobody", path.display()));
        }
        Ok(path)
    }

    /// The path that `key` is, absolute. Nobody looks whether it exists.
    fn path(&self, key: &str) -> Result<PathBuf, Problem> {
        Ok(self.conf.join(self.named.settings.text(&self.named.setting(key))?))
    }

    /// The file that `key` is, which can be read.
    pub(super) fn readable(&self, key: &str) -> Result<PathBuf, Problem> {
        let path = self.path(key)?;
        self.check(key, &path)?;
        Ok(path)
    }

    /// As [`Self::readable`], of a file that nobody else should read.
    pub(super) fn private(&self, key: &str, notes: &mut Notes) -> Result<PathBuf, Problem> {
        let path = self.path(key)?;
        let about = self.check(key, &path)?;
        notes.warnings.extend(self.open_to_all(key, &path, &about));
        Ok(path)
    }

    /// The files that `key` lists, which can be read; none if it is not set.
    pub(super) fn all_readable(&self, key: &str) -> Result<Vec<PathBuf>, Problem> {
        let listed = self.named.settings.texts(&self.named.setting(key)).unwrap_or_default();
        let paths: Vec<PathBuf> = listed.into_iter().map(|path| self.conf.join(path)).collect();
        paths.iter().try_for_each(|path| self.check(key, path).map(drop))?;
        Ok(paths)
    }

    /// The one line of the file that `key` is.
    pub(super) fn secret(&self, key: &str, notes: &mut Notes) -> Result<Secret, Problem> {
        let path = self.path(key)?;
        let (mut file, about) = open(&path).map_err(|error| self.problem(key, &path, &unreadable(&error)))?;
        notes.warnings.extend(self.open_to_all(key, &path, &about));
        one_line(&mut file).map_err(|reason| self.problem(key, &path, &reason))
    }

    /// Not refused: a container's secrets are mounted like that, and nobody else is in it.
    fn open_to_all(&self, key: &str, path: &Path, about: &Metadata) -> Option<String> {
        let name = self.named.setting(key);
        (about.permissions().mode() & 0o004 != 0)
            .then(|| format!("[{name}]: everybody on this machine can read [{}]", path.display()))
    }

    fn check(&self, key: &str, path: &Path) -> Result<Metadata, Problem> {
        open(path).map(|(_, about)| about).map_err(|error| self.problem(key, path, &unreadable(&error)))
    }

    fn problem(&self, key: &str, path: &Path, reason: &str) -> Problem {
        let name = self.named.setting(key);
        self.named.problem_at(key, format!("setting [{name}]: [{}] {reason}", path.display()))
    }
}

/// The one line of this file, a secret.
///
/// # Errors
/// The reason, without a subject.
pub(in crate::config) fn one_line_of(path: &Path) -> Result<Secret, String> {
    let (mut file, _) = open(path).map_err(|error| unreadable(&error))?;
    one_line(&mut file)
}

/// Whether this file can be read.
///
/// # Errors
/// The reason, without a subject.
pub(in crate::config) fn readable(path: &Path) -> Result<(), String> {
    open(path).map(drop).map_err(|error| unreadable(&error))
}

/// Opens a regular file: to open a pipe would wait for somebody to write to it.
fn open(path: &Path) -> io::Result<(File, Metadata)> {
    let about = fs::metadata(path)?;
    if !about.is_file() {
        return Err(io::Error::other("it is not a file"));
    }
    Ok((File::open(path)?, about))
}

fn unreadable(error: &io::Error) -> String {
    format!("cannot be read: {error}")
}

/// The reason, without a subject, never has anything of the file in it.
fn one_line(file: &mut File) -> Result<Secret, String> {
    // All of it at once: a buffer that grows leaves copies behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(MAX_SECRET_BYTES + 4));
    file.take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes).map_err(|error| unreadable(&error))?;
    if bytes.last() == Some(&b'\n') {
        bytes.pop();
        if bytes.last() == Some(&b'\r') {
            bytes.pop();
        }
    }
    if bytes.len() > MAX_SECRET_BYTES {
        return Err(format!("must not be longer than {MAX_SECRET_BYTES} bytes"));
    }
    if bytes.is_empty() {
        return Err("is empty".to_owned());
    }
    if bytes.iter().any(|byte| matches!(byte, b'\n' | b'\r')) {
        return Err("must have one line, the password".to_owned());
    }
    if std::str::from_utf8(&bytes).is_err() {
        return Err("is not UTF-8".to_owned());
    }
    Ok(Secret::from_bytes(std::mem::take(&mut *bytes)))
}
