//! Loss of power: a disk that forgets what was not synced, cut off at random calls, the last writes torn.

use std::collections::BTreeMap;

use super::disk::{Disk, Sync, new_store, open};
use super::*;
use crate::Write;

/// Keys are few, so that they are overwritten and deleted often.
const KEYS: usize = 24;

/// Far more than what a life has calls for, so that a store that writes nothing ends the test as well.
const MOST_COMMITS: usize = 500;

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
            Err(_) if disk.is_off() => tally.cut_while_opening += 1,
            Err(error) => return Err(at(error.to_string())),
        }
        image = disk.survives(&mut random);
    }
    let store = open(&Disk::new(image, usize::MAX, sync)).map_err(|error| error.to_string())?;
    promise.check(&store)?;
    Ok(tally)
}

/// Commits, at times several at once, until the disk answers no more: soon, if commits reach it.
fn write_until_cut(store: &RedbStore, promise: &mut Promise, random: &mut Random, tally: &mut Tally) {
    for _ in 0..MOST_COMMITS {
        let batches: Vec<_> = (0..1 + random.below(3)).map(|_| random_batch(random)).collect();
        let commits: Vec<_> = batches.iter().map(|batch| store.commit(batch.clone())).collect();
        for (batch, commit) in batches.into_iter().zip(commits) {
            match wait(commit) {
                Ok(committed) => {
                    promise.apply(&batch);
                    assert_eq!(committed.revision.0, promise.revision);
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
    // How many depends on how commits fall together, and so on the machine.
    assert!(total.unanswered_but_there > 0, "{total:?}");
}

/// The test above sees a store that does not sync.
#[test]
fn without_the_sync_the_loss_is_seen() {
    let losses = (0..5).filter(|seed| lives(*seed, 50, Sync::Ignored).is_err()).count();
    assert_eq!(losses, 5);
}
