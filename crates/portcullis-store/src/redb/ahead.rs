//! Reading on. A walk through a file asks for one page after another, most often for one close behind the last: a system
//! call for each would be a third of the time that it takes.

use std::io;

use ::redb::StorageBackend;

/// Read at once at most, unless more is asked for, in bytes (128 KiB): it stays in the core's own cache.
const MOST: usize = 128 * 1024;

/// A read that begins so little behind what was read last (16 KiB) goes on from there: redb's pages lie in the order in
/// which they were written, and neighbours change places.
const NEAR: u64 = 16 * 1024;

/// Reads a file that does not change meanwhile. The longer the reads follow one another, the further it reads on.
#[derive(Debug)]
pub(super) struct Ahead {
    /// Length of the file.
    len: u64,
    /// Where `bytes` begins in it.
    at: u64,
    /// What was read last.
    bytes: Vec<u8>,
}

impl Ahead {
    /// For a file of this length.
    pub(super) fn in_file_of(len: u64) -> Self {
        Self { len, at: 0, bytes: Vec::new() }
    }

    /// Fills `out` with what the file holds from `offset` on, and with zeros behind its end.
    pub(super) fn read(&mut self, file: &impl StorageBackend, offset: u64, out: &mut [u8]) -> io::Result<()> {
        let there = usize::try_from(self.len.saturating_sub(offset)).unwrap_or(usize::MAX);
        let (out, behind) = out.split_at_mut(there.min(out.len()));
        behind.fill(0);
        if out.is_empty() {
            return Ok(());
        }
        if self.read_before(offset, out.len()).is_none() {
            self.refill(file, offset, out.len())?;
        }
        // Always there by now.
        out.copy_from_slice(self.read_before(offset, out.len()).ok_or(io::ErrorKind::UnexpectedEof)?);
        Ok(())
    }

    /// What is asked for, if it is in memory.
    fn read_before(&self, offset: u64, len: usize) -> Option<&[u8]> {
        let from = usize::try_from(offset.checked_sub(self.at)?).ok()?;
        self.bytes.get(from..from.checked_add(len)?)
    }

    /// Reads what is asked for; if that goes on from the last time, all that lies between, and twice as much as then.
    fn refill(&mut self, file: &impl StorageBackend, offset: u64, len: usize) -> io::Result<()> {
        let before = self.bytes.len();
        let end = self.at + before as u64;
        let (from, worth) = match offset.checked_sub(end) {
            Some(gap) if before > 0 && gap <= NEAR => (end, (2 * before).min(MOST)),
            _ => (offset, 0),
        };
        let there = usize::try_from(self.len - from).unwrap_or(usize::MAX);
        // What is asked for is within `there`.
        let asked = usize::try_from(offset - from).unwrap_or(usize::MAX).saturating_add(len);
        if self.take(file, from, asked.max(worth).min(there)).is_ok() {
            return Ok(());
        }
        // What cannot be read may be what nobody asked for.
        self.take(file, offset, len)
    }

    fn take(&mut self, file: &impl StorageBackend, from: u64, len: usize) -> io::Result<()> {
        self.at = from;
        self.bytes.resize(len, 0);
        let taken = file.read(from, &mut self.bytes);
        if taken.is_err() {
            self.bytes.clear();
        }
        taken
    }
}

#[cfg(test)]
mod tests;
