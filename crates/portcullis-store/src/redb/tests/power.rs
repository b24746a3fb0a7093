//! Loss of power: a disk that forgets what was not synced, cut off at random calls, the last writes torn.

use std::collections::BTreeMap;
use std::io;
use std::sync::MutexGuard;

use ::redb::StorageBackend;

use super::super::open::{self, Check, Ready};
use super::super::{migrate, tables};
use super::*;
use crate::Write;

/// What a disk writes at once: smaller parts of a write are kept or lost whole.
const SECTOR: usize = 512;

/// Keys are few, so that they are overwritten and deleted often.
const KEYS: usize = 24;

/// Whether the disk heeds a sync.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Sync {
    Heeded,
    Ignored,
}

#[derive(Clone, Debug)]
struct Disk(Arc<Mutex<State>>);

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
    fn new(image: Vec<u8>, calls: usize, sync: Sync) -> Self {
        let state = State { synced: image.clone(), seen: image, unsynced: Vec::new(), left: calls, sync };
        Self(Arc::new(Mutex::new(state)))
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
    fn survives(&self, random: &mut Random) -> Vec<u8> {
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

/// The store on a disk, opened as the one in a folder is: judged on what stands for a copy, then opened.
fn open(disk: &Disk) -> Result<RedbStore, OpenError> {
    let path = Path::new("disk");
    let copy = Disk::new(disk.0.lock().unwrap().seen.clone(), usize::MAX, Sync::Heeded);
    open::judge(path, copy, Check::Whole, &migrate::FORMATS)?;
    let database = open::database(path, disk.clone(), Check::Quick)?;
    let header = tables::header(&database).map_err(|error| open::unreadable(path, error))?;
    RedbStore::start(Ready { file: path.to_owned(), database, lock: None, header })
}

/// An empty store, safe on disk.
fn new_store() -> Vec<u8> {
    let disk = Disk::new(Vec::new(), usize::MAX, Sync::Heeded);
    let database = open::database(Path::new("disk"), disk.clone(), Check::Quick).unwrap();
    open::fill(&database, &migrate::FORMATS).unwrap();
    database.close().unwrap();
    disk.survives(&mut Random(0))
}

/// What must be there: the documents at an acknowledged revision, and after it the batches that got no answer, of which any
/// number from the front may be there too.
#[derive(Default)]
struct Promise {
    revision: u64,
    documents: BTreeMap<String, Vec<u8>>,
    unanswered: Vec<Batch>,
}

impl Promise {
    fn apply(&mut self, batch: &Batch) {
        let mut changed = false;
        for write in &batch.writes {
            changed |= match write {
                Write::Put { key, body } => {
                    self.documents.insert(key.id.clone(), body.to_vec());
                    true
                }
                Write::Delete { key } => self.documents.remove(&key.id).is_some(),
            };
        }
        self.revision += u64::from(changed);
    }

    /// Compares with what was found, which is from then on what is there.
    fn check(&mut self, store: &RedbStore) -> Result<(), String> {
        let found: BTreeMap<_, _> = store
            .scan(&ROLE, None, usize::MAX)
            .map_err(|error| error.to_string())?
            .into_iter()
            .map(|document| (document.key.id, document.body.to_vec()))
            .collect();
        let revision = store.revision().0;
        let mut unanswered = std::mem::take(&mut self.unanswered).into_iter();
        loop {
            if self.revision == revision && self.documents == found {
                return Ok(());
            }
            let Some(next) = unanswered.next() else {
                return Err(format!("acknowledged revision {} at least, found {revision}", self.revision));
            };
            self.apply(&next);
        }
    }
}

fn random_batch(random: &mut Random) -> Batch {
    let first = random.below(KEYS);
    (0..1 + random.below(4)).fold(Batch::new(), |batch, n| {
        let key = role(format!("{:02}", (first + n) % KEYS));
        if random.below(4) == 0 {
            return batch.delete(key);
        }
        let len = if random.below(20) == 0 { random.below(20_000) } else { random.below(600) };
        batch.put(key, vec![random.next() as u8; len])
    })
}

/// How often things happened, so that the test knows what it has tested.
#[derive(Debug, Default)]
struct Tally {
    acknowledged: usize,
    cut_while_opening: usize,
    unanswered_but_there: usize,
}

/// Lives of one store, each until the power fails.
fn lives(seed: u64, lives: usize, sync: Sync) -> Result<Tally, String> {
    let mut random = Random(seed);
    let (mut promise, mut tally) = (Promise::default(), Tally::default());
    let mut image = new_store();
    for life in 0..lives {
        let at = |error: String| format!("seed {seed}, life {life}: {error}");
        let calls = 1 + random.below(150);
        let disk = Disk::new(image, calls, sync);
        match open(&disk) {
            Ok(store) => {
                let before = promise.revision;
                promise.check(&store).map_err(at)?;
                tally.unanswered_but_there += usize::from(promise.revision > before);
                write_until_cut(&store, &mut promise, &mut random, &mut tally);
            }
            Err(_) if disk.0.lock().unwrap().left == 0 => tally.cut_while_opening += 1,
            Err(error) => return Err(at(error.to_string())),
        }
        image = disk.survives(&mut random);
    }
    let store = open(&Disk::new(image, usize::MAX, sync)).map_err(|error| error.to_string())?;
    promise.check(&store)?;
    Ok(tally)
}

/// Commits, at times several at once, until the disk answers no more.
fn write_until_cut(store: &RedbStore, promise: &mut Promise, random: &mut Random, tally: &mut Tally) {
    loop {
        let batches: Vec<_> = (0..1 + random.below(3)).map(|_| random_batch(random)).collect();
        let commits: Vec<_> = batches.iter().map(|batch| store.commit(batch.clone())).collect();
        for (batch, commit) in batches.into_iter().zip(commits) {
            match wait(commit) {
                Ok(revision) => {
                    promise.apply(&batch);
                    assert_eq!(revision.0, promise.revision);
                    tally.acknowledged += 1;
                }
                Err(_) => promise.unanswered.push(batch),
            }
        }
        if !promise.unanswered.is_empty() {
            return;
        }
    }
}

/// 1,000 lives; each store has 50, so that what repair leaves is written on.
#[test]
fn nothing_acknowledged_is_lost_with_the_power() {
    let mut total = Tally::default();
    for seed in 0..20 {
        let tally = lives(seed, 50, Sync::Heeded).unwrap_or_else(|loss| panic!("{loss}"));
        total.acknowledged += tally.acknowledged;
        total.cut_while_opening += tally.cut_while_opening;
        total.unanswered_but_there += tally.unanswered_but_there;
    }
    println!("{total:?}");
    assert!(total.acknowledged > 1000, "{total:?}");
    assert!(total.cut_while_opening > 10, "{total:?}");
    assert!(total.unanswered_but_there > 10, "{total:?}");
}

/// The test above sees a store that does not sync.
#[test]
fn without_the_sync_the_loss_is_seen() {
    let losses = (0..5).filter(|seed| lives(*seed, 50, Sync::Ignored).is_err()).count();
    assert_eq!(losses, 5);
}
