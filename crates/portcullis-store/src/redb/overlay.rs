//! A file under redb that is first only looked at: what redb writes stays in memory until the file is accepted.
//!
//! Opening a database writes to it (repair, marks in its header). A file that turns out to be damaged, or of another
//! version, must be left as it is. So it is opened through this, judged, and, if it is sound, accepted: then all that was
//! held back is done to it, in its order, and what follows goes straight through. To open it twice, once for each, would
//! take twice the time, which after a kill is that of walking through all of it.

use std::io;
use std::ops::Bound;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use ::redb::{BackendError, StorageBackend};

use super::ahead::Ahead;

/// A file with redb's writes laid over it. Its clones are the same.
#[derive(Debug)]
pub(super) struct Overlay<B>(Arc<State<B>>);

#[derive(Debug)]
struct State<B> {
    below: B,
    /// Set once there is nothing to hold back any more.
    accepted: AtomicBool,
    held: Mutex<Held>,
}

/// What has not reached the file.
#[derive(Debug)]
struct Held {
    /// The length that redb believes in.
    len: u64,
    /// In their order. Opening writes little, so this stays short.
    changes: Vec<Change>,
    ahead: Ahead,
}

#[derive(Debug)]
enum Change {
    Write(u64, Vec<u8>),
    Len(u64),
    Sync,
}

impl<B> Clone for Overlay<B> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<B: StorageBackend> Overlay<B> {
    pub(super) fn over(below: B) -> io::Result<Self> {
        let len = below.len()?;
        let held = Held { len, changes: Vec::new(), ahead: Ahead::in_file_of(len) };
        Ok(Self(Arc::new(State { below, accepted: AtomicBool::new(false), held: Mutex::new(held) })))
    }

    /// Does to the file what was held back, syncs among it. If that fails, it goes on holding back, and the file is as one
    /// whose opening was cut off.
    pub(super) fn accept(&self) -> io::Result<()> {
        let Some(mut held) = self.held() else { return Ok(()) };
        for change in &held.changes {
            match change {
                Change::Write(offset, data) => self.0.below.write(*offset, data)?,
                Change::Len(len) => self.0.below.set_len(*len)?,
                Change::Sync => self.0.below.sync_data()?,
            }
        }
        *held = Held { len: 0, changes: Vec::new(), ahead: Ahead::in_file_of(0) };
        // Whoever sees it sees the file as it was left above.
        self.0.accepted.store(true, Ordering::Release);
        Ok(())
    }

    /// `None` once the file was accepted.
    fn held(&self) -> Option<MutexGuard<'_, Held>> {
        if self.0.accepted.load(Ordering::Acquire) {
            return None;
        }
        let held = self.0.held.lock().unwrap_or_else(PoisonError::into_inner);
        // It may have been while this waited.
        (!self.0.accepted.load(Ordering::Acquire)).then_some(held)
    }
}

impl Held {
    fn read(&mut self, below: &impl StorageBackend, offset: u64, out: &mut [u8]) -> io::Result<()> {
        let end = offset.checked_add(out.len() as u64).ok_or(io::ErrorKind::UnexpectedEof)?;
        if end > self.len {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.ahead.read(below, offset, out)?;
        for change in &self.changes {
            match change {
                Change::Write(at, data) => lay(*at, data, offset, out),
                // What was cut off is gone, however long the file becomes afterwards.
                Change::Len(len) => {
                    let kept = usize::try_from(len.saturating_sub(offset)).unwrap_or(usize::MAX);
                    out.iter_mut().skip(kept).for_each(|byte| *byte = 0);
                }
                Change::Sync => {}
            }
        }
        Ok(())
    }
}

impl<B: StorageBackend> StorageBackend for Overlay<B> {
    fn len(&self) -> io::Result<u64> {
        match self.held() {
            Some(held) => Ok(held.len),
            None => self.0.below.len(),
        }
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        match self.held() {
            Some(mut held) => held.read(&self.0.below, offset, out),
            None => self.0.below.read(offset, out),
        }
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        let Some(mut held) = self.held() else { return self.0.below.set_len(len) };
        held.len = len;
        held.changes.push(Change::Len(len));
        Ok(())
    }

    fn sync_data(&self) -> io::Result<()> {
        let Some(mut held) = self.held() else { return self.0.below.sync_data() };
        held.changes.push(Change::Sync);
        Ok(())
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        let Some(mut held) = self.held() else { return self.0.below.write(offset, data) };
        held.len = held.len.max(offset.saturating_add(data.len() as u64));
        held.changes.push(Change::Write(offset, data.to_vec()));
        Ok(())
    }

    fn close(&self) -> io::Result<()> {
        self.0.below.close()
    }

    // Locks change nothing in the file: they are taken at once.

    fn try_lock_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<bool, BackendError> {
        self.0.below.try_lock_range(start, end)
    }

    fn try_lock_shared_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<bool, BackendError> {
        self.0.below.try_lock_shared_range(start, end)
    }

    fn lock_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<(), BackendError> {
        self.0.below.lock_range(start, end)
    }

    fn lock_shared_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<(), BackendError> {
        self.0.below.lock_shared_range(start, end)
    }

    fn unlock_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<(), BackendError> {
        self.0.below.unlock_range(start, end)
    }

    fn query_lock_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<bool, BackendError> {
        self.0.below.query_lock_range(start, end)
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
