//! What a template has rendered so far.

use super::MustacheError;
use std::io;

/// Most that a template may render, in bytes. A thousand names of usual length are a third of it.
pub const MAX_RENDERED_BYTES: usize = 65_536;

/// A text of limited length.
#[derive(Default)]
pub(super) struct Output {
    bytes: Vec<u8>,
}

impl Output {
    pub(super) fn push(&mut self, text: &str) -> Result<(), MustacheError> {
        self.push_bytes(text.as_bytes())
    }

    fn push_bytes(&mut self, bytes: &[u8]) -> Result<(), MustacheError> {
        if self.bytes.len() + bytes.len() > MAX_RENDERED_BYTES {
            return Err(MustacheError::TooLong);
        }
        self.bytes.extend_from_slice(bytes);
        Ok(())
    }

    /// Writes JSON, and stops as soon as it is too long.
    pub(super) fn push_json(&mut self, json: &serde_json::Value) -> Result<(), MustacheError> {
        serde_json::to_writer(self, json).map_err(|_| MustacheError::TooLong)
    }

    pub(super) fn into_text(self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }
}

impl io::Write for &mut Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.push_bytes(bytes).map(|()| bytes.len()).map_err(io::Error::other)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
