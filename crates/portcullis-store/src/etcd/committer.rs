//! Commits: conditional transactions whose outcome is found out, whatever becomes of the answers.
//!
//! Each commit owns a receipt for as long as it lasts: a key that its transaction expects as it is known and writes with
//! an id of its own. So of all its attempts one at most can succeed, late ones included, and whoever reads the receipt
//! knows whether one has. A commit that is refused after an attempt without an answer first writes the receipt itself:
//! then no late attempt can succeed any more, and "nothing was written" is true.
//!
//! A commit that is given up without an outcome may yet be done. What its caller expects at a revision is safe from it: by
//! then that has another one. What it creates would come back after it was created and deleted by others: so each deletion
//! leaves a trace, also one that finds nothing where nothing was expected, and to create something is refused where there
//! is one that this node had not seen when it asked.

use std::collections::BTreeSet;
use std::pin::Pin;
use std::time::Duration;

use bytes::Bytes;

use super::error::{EtcdError, Fate};
use super::follower::{records, revision, signed};
use super::keys::DELETIONS;
use super::line::Line;
use super::messages::kv::KeyRange;
use super::messages::range::{RangeRequest, RangeResponse};
use super::messages::txn::{Compare, Comparison, Operation, Outcome, TxnRequest, TxnResponse};
use super::receipts::{Receipt, Receipts};
use crate::batch::{Batch, Condition, Expected, Write};
use crate::document::{DocumentKey, Revision};
use crate::error::CommitError;
use crate::limits::MAX_BATCH_WRITES;
use crate::member::Committed;

/// A commit whose outcome is not known by then is given up, in terms of the setting's time-out.
const PATIENCE: u32 = 3;
/// Why something was not created.
const BEHIND: &str = "this node has not seen a deletion that its log holds";
/// The pause between attempts.
const PAUSE: Duration = Duration::from_millis(50);
/// What etcd takes in one transaction, unless it is told otherwise.
const OPERATIONS: usize = 128;
/// The members are read and the receipt is written with what is wanted.
const _: () = assert!(MAX_BATCH_WRITES + DELETIONS + 2 <= OPERATIONS);

/// For how long the outcome of one commit is looked for.
struct Patience(Pin<Box<tokio::time::Sleep>>);

impl Patience {
    fn new(line: &Line) -> Self {
        Self(Box::pin(tokio::time::sleep(line.timeout * PATIENCE)))
    }

    /// Waits for something, unless it is over first.
    async fn with<T>(&mut self, wait: impl Future<Output = T>) -> Option<T> {
        tokio::select! {
            biased;
            () = &mut self.0 => None,
            done = wait => Some(done),
        }
    }

    /// Waits a moment, unless it is over.
    async fn is_over(&mut self) -> bool {
        tokio::select! {
            biased;
            () = &mut self.0 => true,
            () = tokio::time::sleep(PAUSE) => false,
        }
    }
}

/// What is to be written.
pub(super) struct Wanted {
    pub(super) conditions: Vec<Condition>,
    pub(super) writes: Vec<Operation>,
    /// Where deletions of what it creates are told.
    pub(super) deletions: BTreeSet<Vec<u8>>,
}

/// What one attempt came to.
enum Attempt {
    Done(Committed),
    /// The receipt is another than was known; it is known now.
    Again,
    /// Something that it creates may have been deleted at this revision, which this node has not seen.
    Unseen(Revision),
    /// A condition does not hold, or the epoch has moved.
    Refused(Revision),
}

impl Wanted {
    /// A batch in etcd's words.
    fn of(line: &Line, batch: Batch) -> Self {
        let (mut writes, mut deletions, mut traces) = (Vec::new(), BTreeSet::new(), BTreeSet::new());
        for write in batch.writes {
            match write {
                Write::Put { key, body } => {
                    let is_new = |it: &Condition| it.key == key && it.expected == Expected::Absent;
                    if batch.conditions.iter().any(is_new) {
                        deletions.insert(line.keys.deletion(&key));
                    }
                    writes.push(Operation::put(line.keys.document(&key), body));
                }
                Write::Delete { key } => {
                    traces.insert(line.keys.deletion(&key));
                    writes.push(Operation::delete(KeyRange::one(line.keys.document(&key))));
                }
            }
        }
        writes.extend(traces.into_iter().map(|trace| Operation::put(trace, "")));
        Self { conditions: batch.conditions, writes, deletions }
    }
}

/// Commits a batch.
pub(super) async fn commit(line: &Line, receipts: &Receipts, batch: Batch) -> Result<Committed, CommitError> {
    // Who expects something of what is deleted knows already whether it is there.
    let is_known = |key: &DocumentKey| batch.conditions.iter().any(|it| it.key == *key);
    let deletes_unseen =
        batch.writes.iter().all(|write| matches!(write, Write::Delete { key } if !is_known(key)));
    if deletes_unseen && let Some(committed) = nothing_to_delete(line, &batch).await? {
        return Ok(committed);
    }
    write(line, receipts, Wanted::of(line, batch)).await
}

/// The latest revision, if nothing of what the batch deletes is there. It only reads, so it is asked again at will.
async fn nothing_to_delete(line: &Line, batch: &Batch) -> Result<Option<Committed>, CommitError> {
    let epoch = line.epoch().map_err(not_reached)?;
    let mut success = vec![Operation::range(RangeRequest::new(line.keys.members()))];
    success.extend(
        batch.writes.iter().map(|write| {
            Operation::range(RangeRequest::keys(KeyRange::one(line.keys.document(write.key()))))
        }),
    );
    let request = TxnRequest { compare: compares(line, epoch, &batch.conditions), success, failure: vec![] };
    let mut patience = Patience::new(line);
    loop {
        match line.commits.client.txn(request.clone()).await {
            Ok(answer) if answer.succeeded => {
                let revision = at(&answer);
                let mut found = ranges(answer);
                let members = found.next().unwrap_or_default();
                let none = found.all(|range| range.kvs.is_empty());
                let members = records(line, members.kvs);
                if none {
                    line.nudge(&line.commits.client, revision).await;
                }
                return Ok(none.then_some(Committed { revision, members }));
            }
            Ok(answer) => {
                let now = at(&answer);
                if let Some(refusal) = refusal(line, epoch, &batch.conditions, now).await? {
                    return Err(refusal);
                }
            }
            Err(error) if !error.may_pass() => return Err(refused(error)),
            Err(error) if patience.is_over().await => return Err(refused(error)),
            Err(_) => continue,
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// Does a conditional write, and finds out what became of it.
pub(super) async fn write(
    line: &Line,
    receipts: &Receipts,
    wanted: Wanted,
) -> Result<Committed, CommitError> {
    let epoch = line.epoch().map_err(not_reached)?;
    let id = uuid::Uuid::new_v4().simple().to_string();
    let mut receipt = receipts.take();
    let mut patience = Patience::new(line);
    // Whether an attempt may yet be done that was not answered.
    let mut open = false;
    loop {
        let error = match attempt(line, epoch, &wanted, &id, &mut receipt).await {
            Ok(Attempt::Done(committed)) => return Ok(committed),
            Ok(Attempt::Again) => continue,
            // It is on its way to this node, whatever became of earlier attempts.
            Ok(Attempt::Unseen(revision)) => match patience.with(line.reach(revision)).await {
                Some(()) => continue,
                None => return Err(given_up(BEHIND.to_owned(), open)),
            },
            Ok(Attempt::Refused(now)) if open => match seal(line, &mut receipt).await {
                Ok(true) => match refusal(line, epoch, &wanted.conditions, now).await {
                    Ok(Some(refusal)) => return Err(refusal),
                    Ok(None) => {
                        open = false;
                        continue;
                    }
                    Err(error) => return Err(error),
                },
                Ok(false) => continue,
                Err(error) => error,
            },
            Ok(Attempt::Refused(now)) => match refusal(line, epoch, &wanted.conditions, now).await? {
                Some(refusal) => return Err(refusal),
                // It holds by now.
                None if patience.is_over().await => return Err(given_up(BEHIND.to_owned(), open)),
                None => continue,
            },
            Err(error) => error,
        };
        open |= error.fate == Fate::Unknown;
        if !open && !error.may_pass() {
            return Err(refused(error));
        }
        if patience.is_over().await {
            return Err(given_up(error.to_string(), open));
        }
    }
}

async fn attempt(
    line: &Line,
    epoch: i64,
    wanted: &Wanted,
    id: &str,
    receipt: &mut Receipt<'_>,
) -> Result<Attempt, EtcdError> {
    let key = line.keys.receipt(&line.owner, &receipt.number.to_string());
    let own = KeyRange::one(key.clone());
    let mut compare = compares(line, epoch, &wanted.conditions);
    compare.push(Compare::mod_revision(own.clone(), Comparison::Equal, receipt.modified));
    let seen = signed(*line.seen.borrow());
    let unseen = |place: &Vec<u8>| {
        Compare::mod_revision(KeyRange::one(place.clone()), Comparison::Less, seen.saturating_add(1))
    };
    compare.extend(wanted.deletions.iter().map(unseen));
    let members = || Operation::range(RangeRequest::new(line.keys.members()));
    let mut success = vec![members()];
    success.extend(wanted.writes.iter().cloned());
    success.push(Operation::put(key, Bytes::copy_from_slice(id.as_bytes())));
    let mut failure = vec![members(), Operation::range(RangeRequest::new(own))];
    failure.extend(
        wanted.deletions.iter().map(|it| Operation::range(RangeRequest::keys(KeyRange::one(it.clone())))),
    );
    let answer = line.commits.client.txn(TxnRequest { compare, success, failure }).await?;
    let (succeeded, now) = (answer.succeeded, at(&answer));
    let mut found = ranges(answer);
    let members = records(line, found.next().unwrap_or_default().kvs);
    if succeeded {
        receipt.modified = i64::try_from(now.0).unwrap_or(i64::MAX);
        return Ok(Attempt::Done(Committed { revision: now, members }));
    }
    let held = found.next().unwrap_or_default().kvs.into_iter().next();
    let modified = held.as_ref().map_or(0, |kv| kv.mod_revision);
    if held.is_some_and(|kv| kv.value == id.as_bytes()) {
        receipt.modified = modified;
        return Ok(Attempt::Done(Committed { revision: revision(modified), members }));
    }
    if modified != receipt.modified {
        receipt.modified = modified;
        return Ok(Attempt::Again);
    }
    let deleted = found.flat_map(|range| range.kvs).map(|kv| kv.mod_revision).max().unwrap_or_default();
    Ok(if deleted > seen { Attempt::Unseen(revision(deleted)) } else { Attempt::Refused(now) })
}

/// What a receipt holds that is no commit's: another text each time, since the last write is what a log is known by.
fn nobodys() -> String {
    format!("-{}", uuid::Uuid::new_v4().simple())
}

/// Makes sure that no attempt so far can succeed any more. `false`: the receipt has changed, look again.
async fn seal(line: &Line, receipt: &mut Receipt<'_>) -> Result<bool, EtcdError> {
    let key = line.keys.receipt(&line.owner, &receipt.number.to_string());
    let own = KeyRange::one(key.clone());
    let request = TxnRequest {
        compare: vec![Compare::mod_revision(own, Comparison::Equal, receipt.modified)],
        success: vec![Operation::put(key, nobodys())],
        failure: vec![],
    };
    let answer = line.commits.client.txn(request).await?;
    if answer.succeeded {
        receipt.modified = i64::try_from(at(&answer).0).unwrap_or(i64::MAX);
    }
    Ok(answer.succeeded)
}

fn compares(line: &Line, epoch: i64, conditions: &[Condition]) -> Vec<Compare> {
    let ours = Compare::mod_revision(KeyRange::one(line.keys.epoch()), Comparison::Equal, epoch);
    let document = |condition: &Condition| {
        let key = KeyRange::one(line.keys.document(&condition.key));
        match condition.expected {
            Expected::Absent => Compare::version(key, Comparison::Equal, 0),
            Expected::Present => Compare::version(key, Comparison::Greater, 0),
            // What is not there has revision 0 to etcd; nothing is ever written at it.
            Expected::At(Revision::ZERO) => Compare::version(key, Comparison::Less, 0),
            Expected::At(Revision(at)) => {
                Compare::mod_revision(key, Comparison::Equal, i64::try_from(at).unwrap_or(i64::MAX))
            }
        }
    };
    std::iter::once(ours).chain(conditions.iter().map(document)).collect()
}

/// Why a transaction was refused at `now`: the first condition that did not hold then. `None`: all of them did.
async fn refusal(
    line: &Line,
    epoch: i64,
    conditions: &[Condition],
    now: Revision,
) -> Result<Option<CommitError>, CommitError> {
    let number = i64::try_from(now.0).unwrap_or(i64::MAX);
    if modified_at(line, line.keys.epoch(), number).await? != Some(epoch) {
        return Ok(Some(CommitError::Unavailable("the log was replaced".to_owned())));
    }
    for Condition { key, expected } in conditions {
        let actual = modified_at(line, line.keys.document(key), number).await?.map(revision);
        if !expected.holds(actual) {
            return Ok(Some(CommitError::Conflict { key: key.clone(), expected: *expected, actual }));
        }
    }
    Ok(None)
}

/// The revision of the last write of a key as it was at `number`; `None` where it was not there.
async fn modified_at(line: &Line, key: Vec<u8>, number: i64) -> Result<Option<i64>, CommitError> {
    let request = RangeRequest::keys(KeyRange::one(key)).at(number);
    let found = line.commits.client.range(&request, line.timeout).await;
    let found = found.map_err(|error| CommitError::Unavailable(error.to_string()))?;
    Ok(found.kvs.first().map(|kv| kv.mod_revision))
}

/// It was tried for long enough. `open`: an attempt may yet be done.
fn given_up(reason: String, open: bool) -> CommitError {
    if open { CommitError::Unknown(reason) } else { CommitError::Unavailable(reason) }
}

/// Nothing was written, and trying again is of no use, or is somebody else's business.
fn refused(error: EtcdError) -> CommitError {
    CommitError::Unavailable(error.to_string())
}

fn not_reached(error: crate::error::LogError) -> CommitError {
    CommitError::Unavailable(error.to_string())
}

fn at(answer: &TxnResponse) -> Revision {
    answer.header.map_or(Revision::ZERO, |it| revision(it.revision))
}

fn ranges(answer: TxnResponse) -> impl Iterator<Item = RangeResponse> {
    answer.responses.into_iter().filter_map(|it| match it.outcome {
        Some(Outcome::Range(range)) => Some(range),
        _ => None,
    })
}
