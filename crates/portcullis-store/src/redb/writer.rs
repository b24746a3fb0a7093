//! The one thread that writes. Work that waits is taken together into one transaction of redb (one sync for all of it),
//! each commit with its own conditions and its own revision.

use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use ::redb::{Durability, Table, WriteTransaction};

use super::Shared;
use super::open::Pages;
use super::tables::{DOCUMENTS, FACTS, HEADER, REVISION};
use crate::batch::{Batch, Write};
use crate::change::{Change, ChangeKind};
use crate::document::Revision;
use crate::error::{CommitError, StoreError};
use crate::limits::{MAX_QUEUED_BYTES, MAX_QUEUED_COMMITS};

/// Most work taken into one transaction: bounds its size, and how long the first of it waits for the last.
const MAX_GROUP: usize = 64;

/// A writer that had nothing to do for so long settles the file.
const SETTLE_AFTER: Duration = Duration::from_millis(100);

const TOO_MANY: &str = "too many commits are waiting";

/// Told once what became of the work; dropped untold when the writer ends before that.
pub(super) type Answer = Box<dyn FnOnce(Result<Revision, CommitError>) + Send>;

/// Something to write.
pub(super) enum Job {
    Commit(Batch),
    Fact { name: String, value: String },
}

impl Job {
    fn bytes(&self) -> usize {
        match self {
            Self::Commit(batch) => batch.bytes(),
            Self::Fact { name, value } => name.len() + value.len(),
        }
    }
}

/// The way to the writer.
pub(super) struct Queue {
    /// `None` once closed.
    sender: Mutex<Option<SyncSender<(Job, Answer)>>>,
    /// Bytes of the jobs that wait; only added to under the sender's lock.
    waiting: Arc<AtomicUsize>,
}

impl Queue {
    /// Hands work over without waiting.
    pub(super) fn push(&self, job: Job, answer: Answer) -> Result<(), CommitError> {
        let sender = self.sender.lock().unwrap_or_else(PoisonError::into_inner);
        let sender = sender.as_ref().ok_or_else(|| unavailable(&StoreError::Closed))?;
        let bytes = job.bytes();
        if self.waiting.load(Ordering::Relaxed) + bytes > MAX_QUEUED_BYTES {
            return Err(unavailable(&TOO_MANY));
        }
        // Before the writer can take it and subtract.
        self.waiting.fetch_add(bytes, Ordering::Relaxed);
        sender.try_send((job, answer)).map_err(|refused| {
            self.waiting.fetch_sub(bytes, Ordering::Relaxed);
            match refused {
                TrySendError::Full(_) => unavailable(&TOO_MANY),
                TrySendError::Disconnected(_) => unavailable(&"its writer has stopped"),
            }
        })
    }

    /// Lets the writer end when it has done what it was handed.
    pub(super) fn close(&self) {
        *self.sender.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

/// The answer when the writer ended without one: it may have been doing the work.
pub(super) fn gone() -> CommitError {
    CommitError::Unknown("its writer has stopped".to_owned())
}

fn unavailable(reason: &dyn std::fmt::Display) -> CommitError {
    CommitError::Unavailable(reason.to_string())
}

/// Starts the thread; it ends when the queue is closed.
pub(super) fn start(
    shared: Arc<Shared>,
    revision: Revision,
    pages: Pages,
) -> io::Result<(Queue, JoinHandle<()>)> {
    let (sender, receiver) = sync_channel(MAX_QUEUED_COMMITS);
    let waiting = Arc::<AtomicUsize>::default();
    let writer = Writer { shared, revision, waiting: Arc::clone(&waiting), broken: None, pages };
    let thread =
        thread::Builder::new().name("store-writer".to_owned()).spawn(move || writer.run(&receiver))?;
    Ok((Queue { sender: Mutex::new(Some(sender)), waiting }, thread))
}

struct Writer {
    shared: Arc<Shared>,
    /// The last one committed.
    revision: Revision,
    /// See [`Queue`].
    waiting: Arc<AtomicUsize>,
    /// Set for good by the first failure: what is on disk is unknown until a restart looks.
    broken: Option<CommitError>,
    /// Of the file as it was last written.
    pages: Pages,
}

/// What one piece of work came to, if the transaction is committed. The change is `None` when nothing changed.
type Outcome = Result<(Revision, Option<Change>), CommitError>;

impl Writer {
    fn run(mut self, receiver: &Receiver<(Job, Answer)>) {
        while let Some(first) = self.next(receiver) {
            let rest = receiver.try_iter().take(MAX_GROUP - 1);
            let (jobs, answers): (Vec<Job>, Vec<Answer>) = std::iter::once(first).chain(rest).unzip();
            self.waiting.fetch_sub(jobs.iter().map(Job::bytes).sum(), Ordering::Relaxed);
            match self.write(jobs) {
                Ok(outcomes) => {
                    for (outcome, answer) in outcomes.into_iter().zip(answers) {
                        answer(self.publish(outcome));
                    }
                }
                Err(error) => answers.into_iter().for_each(|answer| answer(Err(error.clone()))),
            }
        }
    }

    /// Waits for work; `None` when there will be none.
    fn next(&mut self, receiver: &Receiver<(Job, Answer)>) -> Option<(Job, Answer)> {
        if self.pages == Pages::Unlisted {
            match receiver.recv_timeout(SETTLE_AFTER) {
                Err(RecvTimeoutError::Timeout) => self.settle(),
                outcome => return outcome.ok(),
            }
        }
        receiver.recv().ok()
    }

    /// Writes down which pages are in use, with one commit more. After a kill redb walks the whole file to find that out,
    /// seconds where there are a million documents; with each commit it would cost a sync more for each. So only who is
    /// killed in the middle of writing pays for it.
    fn settle(&mut self) {
        // Whatever comes of it, it is not tried again before the next write.
        self.pages = Pages::Listed;
        if self.broken.is_some() {
            return;
        }
        let settle = |mut transaction: WriteTransaction| -> Result<(), ::redb::Error> {
            transaction.set_durability(Durability::Immediate)?;
            transaction.set_quick_repair(true);
            Ok(transaction.commit()?)
        };
        let begun = self.shared.begin_write();
        if let Err(error) = begun.and_then(|it| settle(it).map_err(StoreError::from)) {
            // Nothing that was answered rests on it. Whether the store takes writes still, the next one finds out.
            tracing::warn!(%error, "the store was not settled: after a kill the next start takes longer");
        }
    }

    /// Takes no more writes.
    fn break_off(&mut self, error: &dyn std::fmt::Display) {
        tracing::error!(%error, "the store takes no more writes until a restart");
        self.broken = Some(unavailable(&format_args!("an earlier write failed: {error}")));
    }

    /// Does all of a group durably, or nothing of it.
    fn write(&mut self, jobs: Vec<Job>) -> Result<Vec<Outcome>, CommitError> {
        if let Some(broken) = &self.broken {
            return Err(broken.clone());
        }
        self.pages = Pages::Unlisted;
        let (written, revision) = self.transact(jobs).inspect_err(|error| self.break_off(error))?;
        self.revision = revision;
        Ok(written)
    }

    /// The outcomes of the jobs and the revision of the last, all on disk and seen by readers.
    fn transact(&self, jobs: Vec<Job>) -> Result<(Vec<Outcome>, Revision), CommitError> {
        let mut transaction = self.shared.begin_write().map_err(not_written)?;
        // The default, said aloud: the sync before the answer rests on it.
        transaction
            .set_durability(Durability::Immediate)
            .map_err(|error| not_written(::redb::Error::from(error)))?;
        let (outcomes, revision, dirty) = fill(&transaction, jobs, self.revision).map_err(not_written)?;
        if dirty {
            transaction.commit().map_err(|error| match error.into() {
                ::redb::Error::Corrupted(reason) => CommitError::Corrupt(reason),
                error => CommitError::Unknown(error.to_string()),
            })?;
        } else {
            transaction.abort().map_err(|error| not_written(::redb::Error::from(error)))?;
        }
        Ok((outcomes, revision))
    }

    /// Puts into the feed what readers see by now.
    fn publish(&self, outcome: Outcome) -> Result<Revision, CommitError> {
        let (revision, change) = outcome?;
        if let Some(change) = change {
            self.shared.hub.publish(change);
        }
        Ok(revision)
    }
}

fn not_written(error: impl Into<StoreError>) -> CommitError {
    match error.into() {
        StoreError::Corrupt(reason) => CommitError::Corrupt(reason),
        other => unavailable(&other),
    }
}

/// Does the jobs within the transaction. Also answers the last revision and whether there is anything to commit.
fn fill(
    transaction: &WriteTransaction,
    jobs: Vec<Job>,
    mut revision: Revision,
) -> Result<(Vec<Outcome>, Revision, bool), ::redb::Error> {
    let mut documents = transaction.open_table(DOCUMENTS)?;
    let mut facts = transaction.open_table(FACTS)?;
    let before = revision;
    let mut dirty = false;
    let mut outcomes = Vec::with_capacity(jobs.len());
    for job in jobs {
        outcomes.push(match job {
            Job::Fact { name, value } => {
                facts.insert(name.as_str(), value.as_str())?;
                dirty = true;
                Ok((revision, None))
            }
            Job::Commit(batch) => apply(&mut documents, batch, revision)?,
        });
        if let Some(Ok((reached, _))) = outcomes.last() {
            revision = *reached;
        }
    }
    if revision != before {
        transaction.open_table(HEADER)?.insert(REVISION, revision.to_string().as_str())?;
        dirty = true;
    }
    Ok((outcomes, revision, dirty))
}

type Documents<'t> = Table<'t, (&'static str, &'static str), (u64, &'static [u8])>;

/// Looks at the conditions of one batch, then does its writes. `last` is the revision before it.
fn apply(documents: &mut Documents<'_>, batch: Batch, last: Revision) -> Result<Outcome, ::redb::Error> {
    use ::redb::ReadableTable;
    for condition in batch.conditions {
        let found = documents.get((condition.key.kind.as_str(), condition.key.id.as_str()))?;
        let actual = found.map(|value| Revision(value.value().0));
        if !condition.expected.holds(actual) {
            let (key, expected) = (condition.key, condition.expected);
            return Ok(Err(CommitError::Conflict { key, expected, actual }));
        }
    }
    let revision = Revision(last.0 + 1);
    let mut keys = Vec::with_capacity(batch.writes.len());
    for write in batch.writes {
        match write {
            Write::Put { key, body } => {
                documents.insert((key.kind.as_str(), key.id.as_str()), (revision.0, body.as_ref()))?;
                keys.push((key, ChangeKind::Put));
            }
            Write::Delete { key } => {
                if documents.remove((key.kind.as_str(), key.id.as_str()))?.is_some() {
                    keys.push((key, ChangeKind::Delete));
                }
            }
        }
    }
    if keys.is_empty() {
        return Ok(Ok((last, None)));
    }
    Ok(Ok((revision, Some(Change::of_documents(revision, keys)))))
}
