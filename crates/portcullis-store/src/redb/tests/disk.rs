//! A disk of the tests: it forgets what was not synced when its power fails, which it does after a number of calls.

use std::io;
use std::sync::MutexGuard;

use ::redb::StorageBackend;

use super::super::migrate;
use super::super::open::{self, Check};
use super::*;

/// What a disk writes at once: smaller parts of a write are kept or lost whole.
const SECTOR: usize = 512;

/// Whether the disk heeds a sync.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Sync {
    Heeded,
    Ignored,
}

#[derive(Clone, Debug)]
pub(super) struct Disk(Arc<Mutex<State>>);

#[derive(Debug)]
struct State {
    /// What is safe.
    synced: Vec<u8>,
    /// What the machine reads while it has power.
    seen: Vec<u8>,
    /// What was done since the last sync.
    unsynced: Vec<Op>,
    /// Calls until the power fails.
    left: usize,
    sync: Sync,
}

#[derive(Debug)]
enum Op {
    Len(usize),
    Write(usize, Vec<u8>),
}

impl Disk {
    pub(super) fn new(image: Vec<u8>, calls: usize, sync: Sync) -> Self {
        let state = State { synced: image.clone(), seen: image, unsynced: Vec::new(), left: calls, sync };
        Self(Arc::new(Mutex::new(state)))
    }

    pub(super) fn cut(&self) {
        self.0.lock().unwrap().left = 0;
    }

    pub(super) fn is_off(&self) -> bool {
        self.0.lock().unwrap().left == 0
    }

    fn powered(&self) -> io::Result<MutexGuard<'_, State>> {
        let state = self.0.lock().unwrap();
        if state.left == 0 { Err(io::Error::other("no power")) } else { Ok(state) }
    }

    /// Counts a call that changes something. The one at which the power fails leaves its mark, but gets no answer.
    fn change(&self, change: impl FnOnce(&mut State)) -> io::Result<()> {
        let mut state = self.powered()?;
        change(&mut state);
        state.left -= 1;
        if state.left == 0 { Err(io::Error::other("the power failed")) } else { Ok(()) }
    }

    /// What is found when the power is back: of what was not synced, any part.
    pub(super) fn survives(&self, random: &mut Random) -> Vec<u8> {
        let mut state = self.0.lock().unwrap();
        state.left = 0;
        let mut image = std::mem::take(&mut state.synced);
        // Most often some is lost, at times all or nothing.
        let kept_of_ten = random.below(11);
        for op in std::mem::take(&mut state.unsynced) {
            match op {
                Op::Len(len) if random.below(10) < kept_of_ten => image.resize(len, 0),
                Op::Len(_) => {}
                Op::Write(offset, data) => {
                    for (n, sector) in data.chunks(SECTOR).enumerate() {
                        let at = offset + n * SECTOR;
                        if random.below(10) < kept_of_ten {
                            place(&mut image, at, sector);
                        }
                    }
                }
            }
        }
        image
    }
}

fn place(image: &mut Vec<u8>, at: usize, data: &[u8]) {
    if image.len() < at + data.len() {
        image.resize(at + data.len(), 0);
    }
    image[at..at + data.len()].copy_from_slice(data);
}

impl StorageBackend for Disk {
    fn len(&self) -> io::Result<u64> {
        Ok(self.powered()?.seen.len() as u64)
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        let state = self.powered()?;
        let offset = offset as usize;
        let found = state.seen.get(offset..offset + out.len()).ok_or(io::ErrorKind::UnexpectedEof)?;
        out.copy_from_slice(found);
        Ok(())
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        self.change(|state| {
            state.seen.resize(len as usize, 0);
            state.unsynced.push(Op::Len(len as usize));
        })
    }

    fn sync_data(&self) -> io::Result<()> {
        // A sync during which the power fails has not happened.
        self.change(|state| {
            if state.sync == Sync::Heeded && state.left > 1 {
                state.synced.clone_from(&state.seen);
                state.unsynced.clear();
            }
        })
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        self.change(|state| {
            place(&mut state.seen, offset as usize, data);
            state.unsynced.push(Op::Write(offset as usize, data.to_vec()));
        })
    }
}

/// The store on a disk, opened as the one in a folder is.
pub(super) fn open(disk: &Disk) -> Result<RedbStore, OpenError> {
    begin(disk.clone(), Check::Whole)
}

/// The store on a backend that holds a sound one.
pub(super) fn start(backend: impl StorageBackend) -> Result<RedbStore, OpenError> {
    begin(backend, Check::Quick)
}

fn begin(backend: impl StorageBackend, check: Check) -> Result<RedbStore, OpenError> {
    let path = Path::new("disk");
    RedbStore::start(open::judge(path, backend, check, &open::SINGLE, &migrate::FORMATS)?.ready(path)?)
}

/// An empty store, safe on disk.
pub(super) fn new_store() -> Vec<u8> {
    let disk = Disk::new(Vec::new(), usize::MAX, Sync::Heeded);
    open::fill(disk.clone(), &open::SINGLE, &migrate::FORMATS).unwrap();
    disk.survives(&mut Random(0))
}
