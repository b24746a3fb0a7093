//! One watched file: the content in force, and the rules by which a new content replaces it. A missing file is
//! empty; a file that cannot be read or parsed keeps the last good content; an empty, missing or shrunken file is
//! read twice before it counts, because editors truncate first.

use std::collections::BTreeSet;
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

/// A larger file is not read: 64 MiB hold half a million users.
const MAX_FILE_BYTES: u64 = 64 * 1024 * 1024;
/// At most this many lines that do not parse are told by number.
const MAX_PROBLEMS: usize = 100;

/// What one kind of file holds.
pub trait FileContent: Default + Send + Sync {
    /// Parses the whole file. Lines that do not parse are left out and noted in `problems`.
    ///
    /// # Errors
    /// When nothing of the file can be used; the last good content stays in force.
    fn parse(text: &str, problems: &mut Vec<Problem>) -> Result<Self, String>;

    /// Names of what differs between two contents.
    fn differences(old: &Self, new: &Self) -> BTreeSet<String>;
}

/// One line that does not parse.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Counted from 1; `None` where the file has no lines to speak of.
    pub line: Option<usize>,
    /// What is wrong with it. Never a hash.
    pub reason: String,
}

/// Whether this is the first look at what seems to be a half-written file, or the second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    /// An empty or shrunken file does not count yet.
    First,
    /// An empty or shrunken file counts if it is as it was at the first look.
    Second,
}

/// What a look at the file found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The content in force is that of the file, or stays in spite of it.
    Unchanged,
    /// The file is empty or shrunken: look again with [`Reading::Second`], 100 ms later.
    LookAgain,
    /// The new content is in force, and differs in these names.
    Changed(BTreeSet<String>),
}

/// What the statistics tell of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FileState {
    /// Whether the file is there.
    pub exists: bool,
    /// Why the file as it is now is not in force.
    pub error: Option<String>,
    /// Lines that were left out.
    pub problems: Vec<Problem>,
    /// How often a new content came into force since the start.
    pub reloads: u64,
}

struct Seen {
    bytes: Option<Vec<u8>>,
    suspect: Option<Option<Vec<u8>>>,
    state: FileState,
}

/// A file and its content in force.
pub struct Watched<T> {
    path: PathBuf,
    content: RwLock<Arc<T>>,
    seen: Mutex<Seen>,
}

impl<T: FileContent> Watched<T> {
    /// Reads the file for the first time.
    pub(crate) fn open(path: PathBuf) -> Self {
        let file = Self {
            path,
            content: RwLock::default(),
            seen: Mutex::new(Seen { bytes: None, suspect: None, state: FileState::default() }),
        };
        file.take_in(Reading::Second);
        file
    }

    /// Where the file is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What is in force.
    pub fn content(&self) -> Arc<T> {
        Arc::clone(&self.content.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// What the statistics tell.
    pub fn state(&self) -> FileState {
        self.lock().state.clone()
    }

    fn lock(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Looks at the file. When this returns [`Outcome::Changed`], the new content is in force.
    pub(crate) fn take_in(&self, reading: Reading) -> Outcome {
        let mut seen = self.lock();
        let bytes = match read(&self.path) {
            Ok(bytes) => bytes,
            Err(reason) => {
                self.keep(&mut seen, reason);
                return Outcome::Unchanged;
            }
        };
        seen.state.exists = bytes.is_some();
        if bytes == seen.bytes {
            seen.suspect = None;
            seen.state.error = None;
            return Outcome::Unchanged;
        }
        let length = |it: &Option<Vec<u8>>| it.as_ref().map_or(0, Vec::len);
        let shrunken = length(&bytes) == 0 || length(&bytes) < length(&seen.bytes);
        let seen_twice = reading == Reading::Second && seen.suspect.as_ref() == Some(&bytes);
        let first_ever = seen.state.reloads == 0 && seen.bytes.is_none();
        if shrunken && !seen_twice && !first_ever {
            seen.suspect = Some(bytes);
            return Outcome::LookAgain;
        }
        self.replace(&mut seen, bytes)
    }

    fn replace(&self, seen: &mut Seen, bytes: Option<Vec<u8>>) -> Outcome {
        let mut problems = Vec::new();
        let text = std::str::from_utf8(bytes.as_deref().unwrap_or_default());
        let parsed = match text {
            Ok(text) => T::parse(text, &mut problems),
            Err(error) => Err(format!("the file is not UTF-8 from byte {}", error.valid_up_to())),
        };
        let new = match parsed {
            Ok(new) => Arc::new(new),
            Err(reason) => {
                self.keep(seen, reason);
                return Outcome::Unchanged;
            }
        };
        for problem in problems.iter().take(MAX_PROBLEMS) {
            tracing::warn!(file = %self.path.display(), line = problem.line, "left out: {}", problem.reason);
        }
        problems.truncate(MAX_PROBLEMS);
        let old = self.content();
        let names = T::differences(&old, &new);
        *self.content.write().unwrap_or_else(PoisonError::into_inner) = new;
        seen.bytes = bytes;
        seen.suspect = None;
        seen.state.problems = problems;
        seen.state.error = None;
        seen.state.reloads += 1;
        if names.is_empty() {
            return Outcome::Unchanged;
        }
        tracing::info!(file = %self.path.display(), changes = names.len(), "the file's new content is in force");
        Outcome::Changed(names)
    }

    fn keep(&self, seen: &mut Seen, reason: String) {
        if seen.state.error.as_ref() != Some(&reason) {
            let instead = match seen.state.reloads {
                0 => "nothing of the file is in force",
                _ => "the file's last good content stays in force",
            };
            tracing::error!(file = %self.path.display(), %reason, "{instead}");
            seen.state.error = Some(reason);
        }
    }
}

fn read(path: &Path) -> Result<Option<Vec<u8>>, String> {
    let file = match std::fs::File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(format!("cannot be opened: {error}")),
    };
    let mut bytes = Vec::new();
    file.take(MAX_FILE_BYTES + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| format!("cannot be read: {error}"))?;
    if bytes.len() as u64 > MAX_FILE_BYTES {
        return Err(format!("is larger than {MAX_FILE_BYTES} bytes"));
    }
    Ok(Some(bytes))
}

/// The lines of a file that mean something, with their numbers: trimmed, neither blank nor a comment.
pub(super) fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines()
        .enumerate()
        .filter(|(_, line)| !line.starts_with('#'))
        .map(|(index, line)| (index + 1, line.trim()))
        .filter(|(_, line)| !line.is_empty())
}

/// Parses a file of one entry a line; what `entry` refuses is left out and noted.
pub(super) fn entries<'a, E>(
    text: &'a str,
    problems: &mut Vec<Problem>,
    entry: impl Fn(&'a str) -> Result<E, String>,
) -> Vec<E> {
    let parsed = lines(text).filter_map(|(line, content)| match entry(content) {
        Ok(entry) => Some(entry),
        Err(reason) => {
            problems.push(Problem { line: Some(line), reason });
            None
        }
    });
    parsed.collect()
}

/// The names whose values differ between two contents, or that only one of them has.
pub(super) fn differing<'a, V: PartialEq + ?Sized + 'a>(
    names: impl Iterator<Item = &'a String>,
    old: impl Fn(&str) -> Option<&'a V>,
    new: impl Fn(&str) -> Option<&'a V>,
) -> BTreeSet<String> {
    names.filter(|name| old(name) != new(name)).cloned().collect()
}

#[cfg(test)]
mod tests;
