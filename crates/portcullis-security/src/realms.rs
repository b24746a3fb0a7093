//! Realms: where users come from. A realm says *not mine*, *authenticated* or *refused*; only "could not decide"
//! is an error. It may take seconds and may be unreachable; whoever asks it waits alone.

pub(crate) mod caching;
pub(crate) mod chain;
pub(crate) mod directory;
pub(crate) mod file;
pub(crate) mod internal;
pub(crate) mod ldap;
pub(crate) mod mapped;
pub(crate) mod native;
pub(crate) mod reserved;
pub(crate) mod verify;

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use portcullis_model::subject::{RealmRef, User};
use portcullis_secrets::Secret;
use portcullis_store::Condition;

use crate::authn::proven::Proven;
use crate::caches::kept::Kept;
use crate::error::Failure;
use directory::DirectoryStats;

/// What a realm's methods return: an answer that may take its time.
pub type RealmFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T, Failure>> + Send + 'a>>;

/// A source of users.
pub trait Realm: Send + Sync {
    /// Name and type, as they stand in answers and settings.
    fn reference(&self) -> &RealmRef;

    /// Whether `username` with `password` is one of this realm's users.
    ///
    /// # Errors
    /// Only when the realm could not decide. That is neither yes nor no, and the client is told so.
    fn authenticate<'a>(&'a self, username: &'a str, password: &'a Secret) -> RealmFuture<'a, Answer>;

    /// The user of this name, without a proof that anybody is that user (run-as).
    ///
    /// # Errors
    /// As [`Realm::authenticate`].
    fn lookup<'a>(&'a self, username: &'a str) -> RealmFuture<'a, Option<ResolvedUser>>;

    /// Whether a look into memory is enough to know that no user has this name. Its password is not loaded then.
    fn lacks(&self, _username: &str) -> bool {
        false
    }

    /// Whether this realm's refusals may be remembered: only where each change of its users is told to us.
    fn tells_changes(&self) -> bool;

    /// How the remote directory behind this realm is, where there is one.
    fn directory(&self) -> Option<DirectoryStats> {
        None
    }
}

/// What a realm says to credentials.
#[derive(Clone)]
pub enum Answer {
    /// The name is not known here; other realms may know it.
    NotMine,
    /// The credentials are right and the user is enabled.
    Authenticated(Arc<ResolvedUser>),
    /// The name is known and this is a no. A realm of this service has spent one slow hash on it.
    Refused(Reach),
}

/// What became of credentials that a realm was asked about: its [`Answer`], or the cache's in front of it.
#[derive(Clone)]
pub(crate) enum RealmDecision {
    NotMine,
    Proven(Arc<Proven>),
    Refused(Reach),
}

impl From<Answer> for RealmDecision {
    fn from(answer: Answer) -> Self {
        match answer {
            Answer::NotMine => Self::NotMine,
            Answer::Authenticated(user) => Self::Proven(Arc::new(Proven::of_user(&user))),
            Answer::Refused(reach) => Self::Refused(reach),
        }
    }
}

/// How far a refusal reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Realms after this one may still say yes.
    ThisRealm,
    /// No other realm is asked: the name is reserved.
    Chain,
}

/// A user as a realm knows it.
#[derive(Clone)]
pub struct ResolvedUser {
    /// The user.
    pub user: Arc<User>,
    /// The realm that knows it.
    pub realm: RealmRef,
    /// The documents it rests on, at the revisions that were read: none for a user of a file, the role mappings that
    /// gave it a role for one of a directory.
    pub proof: Vec<Condition>,
}

/// A user whose password was right, as the user cache keeps it.
pub(crate) struct VerifiedUser {
    pub(crate) hash: Kept,
    pub(crate) proven: Arc<Proven>,
}

/// What waiters of one load are told.
#[derive(Clone)]
pub(crate) enum RealmVerdict {
    Decided(RealmDecision),
    Undecided(Failure),
}

/// What waiters of one lookup are told.
#[derive(Clone)]
pub(crate) enum LookupVerdict {
    Decided(Option<Arc<ResolvedUser>>),
    Undecided(Failure),
}
