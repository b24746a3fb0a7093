//! Why a node does not start.

use std::fmt::Display;
use std::io;
use std::net::SocketAddr;

use portcullis_security::Failure;
use portcullis_store::OpenError;

/// Why a node does not start. Each says what the operator can do.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The store cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The store was opened and does not answer.
    #[error("the store does not answer: {0}")]
    Store(String),
    /// A restore into the store was cut off.
    #[error("the store holds half a restore, which was cut off: run `portcullis restore` again")]
    UnfinishedRestore,
    /// The security service did not start.
    #[error("the security service did not start: {0}")]
    Security(#[from] Failure),
    /// An address cannot be listened on.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// Why not.
        source: io::Error,
    },
    /// The certificate or its key cannot be used.
    #[error("TLS: {0}")]
    Tls(String),
    /// `ELASTIC_PASSWORD` or `ELASTIC_PASSWORD_FILE` cannot be used.
    #[error("{0}")]
    Bootstrap(String),
    /// The control socket cannot be made.
    #[error("cannot make the control socket: {0}")]
    Control(io::Error),
    /// A thread cannot be started.
    #[error("cannot start a thread: {0}")]
    Thread(io::Error),
}

impl StartError {
    pub(crate) fn store(error: impl Display) -> Self {
        Self::Store(error.to_string())
    }
}
