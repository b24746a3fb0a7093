//! Why a subcommand did not do it, with the exit codes of Elasticsearch's tools (those of sysexits.h).

use std::io;
use std::process::ExitCode;

/// Why a subcommand did not do it.
#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    /// The arguments do not fit together (exit code 64).
    #[error("{0}")]
    Usage(String),
    /// An argument is not what it must be (65).
    #[error("{0}")]
    Data(String),
    /// What was named does not exist (67).
    #[error("{0}")]
    Missing(String),
    /// What was named exists, or the running node refused (70).
    #[error("{0}")]
    Refused(String),
    /// A file cannot be read or written (74).
    #[error("{0}")]
    Io(#[from] io::Error),
}

impl CommandError {
    /// The process's exit code.
    pub fn exit_code(&self) -> ExitCode {
        ExitCode::from(match self {
            Self::Usage(_) => 64,
            Self::Data(_) => 65,
            Self::Missing(_) => 67,
            Self::Refused(_) => 70,
            Self::Io(_) => 74,
        })
    }
}
