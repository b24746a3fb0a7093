//! Writing an archive, line by line.

use std::io::{self, Write};

use aws_lc_rs::digest::{Context, SHA256};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use portcullis_store::Document;
use serde::Serialize;

use super::{Header, Line, Trailer, hex};

/// An archive that is being written. Without [`Writer::finish`] it has no trailer, and is refused as cut off.
pub struct Writer<W> {
    out: W,
    digest: Context,
    documents: u64,
}

impl<W: Write> Writer<W> {
    /// Begins an archive.
    ///
    /// # Errors
    /// What `out` says.
    pub fn begin(out: W, header: &Header) -> io::Result<Self> {
        let mut writer = Self { out, digest: Context::new(&SHA256), documents: 0 };
        writer.line(header)?;
        Ok(writer)
    }

    /// Adds a document; they come in the order of their keys.
    ///
    /// # Errors
    /// What `out` says.
    pub fn document(&mut self, document: &Document) -> io::Result<()> {
        let text = std::str::from_utf8(&document.body).ok().map(str::to_owned);
        let base64 = text.is_none().then(|| STANDARD.encode(&document.body));
        let (kind, id) = (document.key.kind.as_str().to_owned(), document.key.id.clone());
        self.line(&Line { kind, id, revision: document.revision.0, text, base64 })?;
        self.documents += 1;
        Ok(())
    }

    /// Ends the archive. How many documents are in it, and where it went.
    ///
    /// # Errors
    /// What `out` says.
    pub fn finish(mut self) -> io::Result<(u64, W)> {
        let sha256 = hex(self.digest.clone().finish().as_ref());
        let documents = self.documents;
        self.line(&Trailer { documents, sha256 })?;
        self.out.flush()?;
        Ok((documents, self.out))
    }

    fn line(&mut self, line: &impl Serialize) -> io::Result<()> {
        let mut bytes = serde_json::to_vec(line)?;
        bytes.push(b'\n');
        self.digest.update(&bytes);
        self.out.write_all(&bytes)
    }
}
