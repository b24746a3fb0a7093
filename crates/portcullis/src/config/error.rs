//! What is wrong with a configuration, and where. One message tells all problems at once.
//!
//! Never here: the value of a secret setting, or of any setting other than the one that is wrong.

use std::fmt;
use std::path::PathBuf;

/// The exit code of a process that stops because its configuration is wrong (`EX_CONFIG` of sysexits).
pub const EXIT_CONFIG: u8 = 78;

/// Where a value was written.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// A line of the settings file, counted from 1.
    File {
        /// The file as it was opened.
        path: PathBuf,
        /// The line on which the setting stands; 0 if it is not known.
        line: u64,
    },
    /// An environment variable, by its own name.
    Environment(String),
    /// `-E` on the command line.
    CommandLine,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File { path, line: 0 } => write!(f, "{}", path.display()),
            Self::File { path, line } => write!(f, "{} line {line}", path.display()),
            Self::Environment(variable) => write!(f, "environment variable [{variable}]"),
            Self::CommandLine => f.write_str("command line -E"),
        }
    }
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// Where it was written; `None` when it follows from something that is not written anywhere.
    pub origin: Option<Origin>,
    /// A sentence that names the setting and says what can be done.
    pub reason: String,
}

impl Problem {
    /// A problem at `origin`.
    pub fn at(origin: &Origin, reason: impl Into<String>) -> Self {
        Self { origin: Some(origin.clone()), reason: reason.into() }
    }

    /// A problem of the configuration as a whole.
    pub fn general(reason: impl Into<String>) -> Self {
        Self { origin: None, reason: reason.into() }
    }

    fn is_in_file_of(&self, other: &Self) -> bool {
        match (&self.origin, &other.origin) {
            (Some(Origin::File { path: one, .. }), Some(Origin::File { path: two, .. })) => one == two,
            (one, two) => one == two,
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.origin {
            Some(origin) => write!(f, "{origin}: {}", self.reason),
            None => f.write_str(&self.reason),
        }
    }
}

/// Why the configuration cannot be used: at least one problem, in the order of the file, then of the environment,
/// then of the command line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError {
    problems: Vec<Problem>,
}

impl ConfigError {
    /// `Ok` if there are no problems.
    pub fn check(mut problems: Vec<Problem>) -> Result<(), Self> {
        if problems.is_empty() {
            return Ok(());
        }
        // `None` sorts first; what no line can be named for reads better at the end.
        problems.sort_by(|a, b| (a.origin.is_none(), a).cmp(&(b.origin.is_none(), b)));
        // What is wrong with a realm is found at each of its lines: the first is enough.
        problems.dedup_by(|later, first| later.reason == first.reason && later.is_in_file_of(first));
        Err(Self { problems })
    }

    /// All that is wrong, in order; never empty.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }
}

impl From<Problem> for ConfigError {
    fn from(problem: Problem) -> Self {
        Self { problems: vec![problem] }
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.problems.as_slice() {
            [one] => write!(f, "the configuration is wrong: {one}"),
            many => {
                write!(f, "the configuration is wrong in {} places:", many.len())?;
                many.iter().try_for_each(|problem| write!(f, "\n  {problem}"))
            }
        }
    }
}

impl std::error::Error for ConfigError {}
