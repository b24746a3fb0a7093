//! One order of everything that is tried and changed, and the oracle over it.
//!
//! A credential is good or bad; a change of that begins and is acknowledged at two moments of the order, and in between
//! it may be either. An attempt, too, has a beginning and an end. It may have been accepted only if at some moment in
//! between the credential may have been good, and refused only if it may have been bad. That is all, and it says: no
//! success that began after the acknowledgement of what killed the credential; no refusal of one that was valid
//! throughout; and acceptance by the very first request after it was made good.

use std::future::Future;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::{Duration, Instant};

use super::door::{Door, Later, Proof};
use super::faults::Faults;
use super::subject::Kind;

/// What became of an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Let in, and allowed what it asked for.
    Accepted,
    /// 401 or 403.
    Refused,
    /// 503 or 429: neither yes nor no.
    Undecided,
}

/// A change, from its sending to its acknowledgement, and what the credential is from then on.
#[derive(Clone, Copy, Debug)]
struct Change {
    begin: u64,
    end: u64,
    good: bool,
}

/// An answer that cannot have been right.
#[derive(Clone, Debug)]
pub struct Violation {
    /// What the credential lets in.
    pub kind: Kind,
    /// The attempt, and the last change before it.
    pub told: String,
}

/// An attempt, from its sending to its answer.
#[derive(Clone, Copy, Debug)]
pub struct Attempt {
    begin: u64,
    end: u64,
    times: (Instant, Instant),
    /// What became of it.
    pub outcome: Outcome,
}

/// One secret, as a client presents it.
pub struct Credential {
    /// What it lets in.
    pub kind: Kind,
    /// The name of the subject that it lets in.
    pub owner: String,
    /// What is presented, and what for.
    pub proof: Proof,
    order: Arc<AtomicU64>,
    /// Whether it was good when it was entered.
    good_at_first: bool,
    /// What happened to it then, in order.
    changes: Mutex<Vec<Change>>,
    attempts: Mutex<Vec<Attempt>>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Credential {
    fn tick(&self) -> u64 {
        self.order.fetch_add(1, Ordering::SeqCst)
    }

    /// Tries it. The attempt begins when this is first polled.
    pub fn attempt(self: &Arc<Self>, door: &Arc<dyn Door>) -> Later<'static, Attempt> {
        let (credential, door) = (Arc::clone(self), Arc::clone(door));
        self.attempt_by(async move { door.attempt(&credential.proof).await })
    }

    /// Tries it by a way in of the caller's choice. The attempt begins when this is first polled.
    pub fn attempt_by(
        self: &Arc<Self>,
        way: impl Future<Output = Outcome> + Send + 'static,
    ) -> Later<'static, Attempt> {
        let credential = Arc::clone(self);
        Box::pin(async move {
            let (begin, from) = (credential.tick(), Instant::now());
            let outcome = way.await;
            let times = (from, Instant::now());
            let attempt = Attempt { begin, end: credential.tick(), times, outcome };
            lock(&credential.attempts).push(attempt);
            attempt
        })
    }

    /// How many attempts had this outcome.
    pub fn count(&self, outcome: Outcome) -> usize {
        lock(&self.attempts).iter().filter(|it| it.outcome == outcome).count()
    }

    /// What was answered and cannot have been right.
    pub fn violations(&self) -> Vec<Violation> {
        let changes = lock(&self.changes);
        let wrong = |it: &&Attempt| match it.outcome {
            Outcome::Accepted => !self.may_have_been(&changes, true, it),
            Outcome::Refused => !self.may_have_been(&changes, false, it),
            Outcome::Undecided => false,
        };
        let tell = |it: &Attempt| {
            let last = changes.iter().rev().find(|change| change.begin < it.end);
            let told = format!("{:?} {}: {it:?} after {last:?}", self.kind, self.owner);
            Violation { kind: self.kind, told }
        };
        lock(&self.attempts).iter().filter(wrong).map(tell).collect()
    }

    /// What was answered with neither yes nor no, while nothing was wrong nor had been within `after`.
    fn unexplained(&self, faults: &Faults, after: Duration) -> Vec<Violation> {
        let wrong = |it: &&Attempt| {
            it.outcome == Outcome::Undecided && faults.explain(it.times.0, it.times.1, after).is_none()
        };
        let told = |it: &Attempt| Violation {
            kind: self.kind,
            told: format!("{:?} {}: {it:?}, and nothing was wrong", self.kind, self.owner),
        };
        lock(&self.attempts).iter().filter(wrong).map(told).collect()
    }

    /// Whether at some moment of the attempt it may have been as `good` says.
    fn may_have_been(&self, changes: &[Change], good: bool, attempt: &Attempt) -> bool {
        let at_first = Change { begin: 0, end: 0, good: self.good_at_first };
        let states = std::iter::once(&at_first).chain(changes);
        let ends = changes.iter().map(|next| next.end).chain([u64::MAX]);
        states
            .zip(ends)
            .any(|(state, end)| state.good == good && state.begin < attempt.end && attempt.begin < end)
    }
}

/// All credentials of a run.
#[derive(Default)]
pub struct Ledger {
    order: Arc<AtomicU64>,
    credentials: RwLock<Vec<Arc<Credential>>>,
    /// What was done to the nodes.
    pub faults: Faults,
}

impl Ledger {
    /// Enters a credential that is good or bad from before anybody can try it.
    pub fn enter(&self, kind: Kind, owner: &str, proof: Proof, good: bool) -> Arc<Credential> {
        let credential = Arc::new(Credential {
            kind,
            owner: owner.to_owned(),
            proof,
            order: Arc::clone(&self.order),
            good_at_first: good,
            changes: Mutex::default(),
            attempts: Mutex::default(),
        });
        self.credentials.write().unwrap_or_else(PoisonError::into_inner).push(Arc::clone(&credential));
        credential
    }

    /// Makes a change, which is acknowledged when `change` ends, and makes each of these credentials good or bad.
    pub async fn change<T>(&self, effects: &[(&Credential, bool)], change: impl Future<Output = T>) -> T {
        for (credential, good) in effects {
            let begin = credential.tick();
            lock(&credential.changes).push(Change { begin, end: u64::MAX, good: *good });
        }
        let done = change.await;
        for (credential, _) in effects {
            let end = credential.tick();
            lock(&credential.changes).last_mut().unwrap().end = end;
        }
        done
    }

    /// All credentials so far.
    pub fn credentials(&self) -> Vec<Arc<Credential>> {
        self.credentials.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// What was answered with neither yes nor no, while nothing was wrong nor had been within `after`.
    pub fn unexplained(&self, after: Duration) -> Vec<Violation> {
        self.credentials().iter().flat_map(|it| it.unexplained(&self.faults, after)).collect()
    }

    /// What was answered and cannot have been right.
    pub fn violations(&self) -> Vec<Violation> {
        self.credentials().iter().flat_map(|it| it.violations()).collect()
    }
}

#[cfg(test)]
mod tests;
