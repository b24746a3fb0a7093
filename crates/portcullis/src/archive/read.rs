//! Reading an archive that anybody may have made or changed: nothing is believed before it was looked at, and no line
//! is longer than it may be. That it is whole is known only when the trailer was read.

use std::io::{self, BufRead, Read};

use aws_lc_rs::digest::{Context, SHA256};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use portcullis_store::{Batch, Bytes, DocumentKey, Kind};
use serde::Deserialize;

use super::{FORMAT, Header, Line, MAX_LINE_BYTES, Trailer, hex};

/// Why a file is not taken. None shows what is in a document.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// The file cannot be read.
    #[error("it cannot be read: {0}")]
    Io(#[from] io::Error),
    /// Something else altogether.
    #[error("it is not a backup of Portcullis")]
    Foreign,
    /// A later version wrote it.
    #[error(
        "it has format {found}; this version reads format {FORMAT}: use the version that wrote it, or a later one"
    )]
    Format {
        /// Its format.
        found: u64,
    },
    /// It ends before its last line.
    #[error("it is cut off: it ends at line {line} without its last line")]
    CutOff {
        /// The line after the last one that was read.
        line: u64,
    },
    /// A line is not what it must be.
    #[error("line {line}: {reason}")]
    Line {
        /// Its number, from 1.
        line: u64,
        /// What is wrong with it.
        reason: String,
    },
    /// Its checksum does not fit.
    #[error("it was changed or damaged: its checksum does not fit its content")]
    Altered,
}

/// A document of an archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Archived {
    /// Its name.
    pub key: DocumentKey,
    /// The revision of its last write, in the store that was read.
    pub revision: u64,
    /// Its content.
    pub body: Bytes,
}

/// An archive that is being read.
pub struct Reader<R> {
    input: R,
    header: Header,
    digest: Context,
    line: u64,
    last: Option<DocumentKey>,
    documents: u64,
    ended: bool,
}

#[derive(Deserialize)]
struct AnyFormat {
    portcullis_backup: u64,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Next {
    Document(Line),
    Trailer(Trailer),
}

impl<R: BufRead> Reader<R> {
    /// Reads the header.
    ///
    /// # Errors
    /// See [`ArchiveError`].
    pub fn open(mut input: R) -> Result<Self, ArchiveError> {
        let first = match take_line(&mut input, 1) {
            Ok(Some(line)) => line,
            Ok(None) | Err(ArchiveError::Line { .. } | ArchiveError::CutOff { .. }) => {
                return Err(ArchiveError::Foreign);
            }
            Err(error) => return Err(error),
        };
        let AnyFormat { portcullis_backup: found } =
            serde_json::from_slice(&first).map_err(|_| ArchiveError::Foreign)?;
        if found != u64::from(FORMAT) {
            return Err(ArchiveError::Format { found });
        }
        let header = serde_json::from_slice(&first).map_err(|error| malformed(1, &error))?;
        let mut digest = Context::new(&SHA256);
        digest.update(&first);
        Ok(Self { input, header, digest, line: 1, last: None, documents: 0, ended: false })
    }

    /// The first line.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// The next document; `None` when the archive is whole and has ended.
    ///
    /// # Errors
    /// See [`ArchiveError`].
    pub fn next_document(&mut self) -> Result<Option<Archived>, ArchiveError> {
        if self.ended {
            return Ok(None);
        }
        self.line += 1;
        let line = take_line(&mut self.input, self.line)?.ok_or(ArchiveError::CutOff { line: self.line })?;
        match serde_json::from_slice(&line).map_err(|error| malformed(self.line, &error))? {
            Next::Document(document) => {
                self.digest.update(&line);
                self.document(document).map(Some)
            }
            Next::Trailer(trailer) => self.end(&trailer).map(|()| None),
        }
    }

    fn document(&mut self, line: Line) -> Result<Archived, ArchiveError> {
        let body = match (line.text, line.base64) {
            (Some(text), None) => text.into_bytes(),
            (None, Some(base64)) => STANDARD.decode(base64).map_err(|_| self.wrong("its base64 is none"))?,
            (Some(_), Some(_)) | (None, None) => return Err(self.wrong("it has not exactly one content")),
        };
        let key = DocumentKey::new(Kind::from_string(line.kind), line.id);
        let body = Bytes::from(body);
        let storable = Batch::new().put(key.clone(), body.clone()).check();
        storable.map_err(|error| self.wrong(&error.to_string().escape_debug().to_string()))?;
        if self.last.as_ref().is_some_and(|last| *last >= key) {
            return Err(self.wrong("the documents are not in order"));
        }
        if line.revision > self.header.revision {
            return Err(self.wrong("the document is newer than the backup"));
        }
        self.last = Some(key.clone());
        self.documents += 1;
        Ok(Archived { key, revision: line.revision, body })
    }

    fn end(&mut self, trailer: &Trailer) -> Result<(), ArchiveError> {
        if trailer.documents != self.documents || trailer.sha256 != hex(self.digest.clone().finish().as_ref())
        {
            return Err(ArchiveError::Altered);
        }
        if !self.input.fill_buf()?.is_empty() {
            self.line += 1;
            return Err(self.wrong("something follows the end"));
        }
        self.ended = true;
        Ok(())
    }

    fn wrong(&self, reason: &str) -> ArchiveError {
        ArchiveError::Line { line: self.line, reason: reason.to_owned() }
    }
}

/// Places only: the parser's own message quotes what it found.
fn malformed(line: u64, error: &serde_json::Error) -> ArchiveError {
    ArchiveError::Line { line, reason: format!("it is not understood (column {})", error.column()) }
}

/// The next line with its end; `None` at the end of the file.
fn take_line(input: &mut impl BufRead, number: u64) -> Result<Option<Vec<u8>>, ArchiveError> {
    let mut line = Vec::new();
    input.take(MAX_LINE_BYTES as u64).read_until(b'\n', &mut line)?;
    match line.last() {
        None => Ok(None),
        Some(b'\n') => Ok(Some(line)),
        Some(_) if line.len() >= MAX_LINE_BYTES => {
            Err(ArchiveError::Line { line: number, reason: "it is too long".to_owned() })
        }
        Some(_) => Err(ArchiveError::CutOff { line: number }),
    }
}
