//! A file under redb that is only looked at: what redb writes stays in memory and is forgotten.
//!
//! Opening a database writes to it (repair, marks in its header). A file that turns out to be damaged, or of another
//! version, must be left as it is, so it is first opened through this.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use ::redb::StorageBackend;

/// The file with redb's writes laid over it.
#[derive(Debug)]
pub(super) struct Overlay {
    file: File,
    layers: Mutex<Layers>,
}

#[derive(Debug)]
struct Layers {
    /// The length that redb believes in.
    len: u64,
    /// How far the file itself still shows through: cut by a shorter length, never extended again.
    shown: u64,
    /// Offset and content, the later ones on top. Opening writes little, so this stays short.
    writes: Vec<(u64, Vec<u8>)>,
}

impl Overlay {
    pub(super) fn new(file: File) -> io::Result<Self> {
        let len = file.metadata()?.len();
        Ok(Self { file, layers: Mutex::new(Layers { len, shown: len, writes: Vec::new() }) })
    }

    fn layers(&self) -> MutexGuard<'_, Layers> {
        self.layers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl StorageBackend for Overlay {
    fn len(&self) -> io::Result<u64> {
        Ok(self.layers().len)
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        let layers = self.layers();
        let end = offset.checked_add(out.len() as u64).ok_or(io::ErrorKind::UnexpectedEof)?;
        if end > layers.len {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        out.fill(0);
        let shown = layers.shown.saturating_sub(offset).min(out.len() as u64);
        if let Some(below) = usize::try_from(shown).ok().and_then(|shown| out.get_mut(..shown)) {
            self.file.read_exact_at(below, offset)?;
        }
        for (at, content) in &layers.writes {
            lay(*at, content, offset, out);
        }
        Ok(())
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        let mut layers = self.layers();
        layers.len = len;
        layers.shown = layers.shown.min(len);
        for (at, content) in &mut layers.writes {
            let kept = usize::try_from(len.saturating_sub(*at)).unwrap_or(usize::MAX);
            content.truncate(kept);
        }
        Ok(())
    }

    fn sync_data(&self) -> io::Result<()> {
        Ok(())
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        let mut layers = self.layers();
        layers.len = layers.len.max(offset.saturating_add(data.len() as u64));
        layers.writes.push((offset, data.to_vec()));
        Ok(())
    }
}

/// Copies the part of `content`, which begins at `at`, that falls into `out`, which begins at `offset`.
fn lay(at: u64, content: &[u8], offset: u64, out: &mut [u8]) {
    let skip_content = usize::try_from(offset.saturating_sub(at)).unwrap_or(usize::MAX);
    let skip_out = usize::try_from(at.saturating_sub(offset)).unwrap_or(usize::MAX);
    let (Some(from), Some(to)) = (content.get(skip_content..), out.get_mut(skip_out..)) else { return };
    for (to, from) in to.iter_mut().zip(from) {
        *to = *from;
    }
}

#[cfg(test)]
mod tests;
