//! The file of a backup: one line of JSON each for the header, every document in the store's order, and the trailer,
//! which has the SHA-256 of all lines before it. Documented in `docs/guides/backup.md`.
//!
//! Never here: what a document means, and stores.

mod read;
mod write;

use portcullis_store::{MAX_DOCUMENT_BYTES, MAX_ID_BYTES};
use serde::{Deserialize, Serialize};

pub use read::{ArchiveError, Archived, Reader};
pub use write::Writer;

/// The version of the format that is written, and the only one that is read.
pub const FORMAT: u32 = 1;

/// Longest line, in bytes: every byte of the largest document escaped as `\u0000`, and some room.
pub const MAX_LINE_BYTES: usize = 6 * (MAX_DOCUMENT_BYTES + MAX_ID_BYTES) + 4096;

/// The first line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Header {
    /// The format's version.
    #[serde(rename = "portcullis_backup")]
    pub format: u32,
    /// When the store was read, by the clock of the machine that did; RFC 3339, UTC.
    pub made_at: String,
    /// The version of Portcullis that wrote the file.
    pub version: String,
    /// The engine of the store that was read.
    pub engine: String,
    /// The epoch of that store.
    pub epoch: String,
    /// The revision that all documents are of.
    pub revision: u64,
}

/// A line between the first and the last. Exactly one of `text` and `base64` is there.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    kind: String,
    id: String,
    revision: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    text: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    base64: Option<String>,
}

/// The last line.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Trailer {
    documents: u64,
    sha256: String,
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests;
