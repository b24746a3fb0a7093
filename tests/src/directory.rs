//! A remote directory in the hands of a test: it has users with groups, can be away, and counts what it was asked. It tells
//! nobody what changes in it. What roles its users have is the service's business.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use portcullis_model::subject::RealmRef;
use portcullis_secrets::Secret;
use portcullis_security::{Directory, DirectoryAnswer, DirectoryStats, DirectoryUser, Failure, RealmFuture};

/// The directory. A clone is the same one.
#[derive(Clone)]
pub struct TestDirectory(Arc<Inner>);

struct Inner {
    realm: RealmRef,
    users: Mutex<BTreeMap<String, (String, DirectoryUser)>>,
    away: AtomicBool,
    asked: AtomicU64,
}

/// The name of a user's entry.
pub fn dn(username: &str) -> String {
    format!("uid={username},ou=people,dc=tests")
}

/// A user in no group, with nothing more to say of it.
pub fn user(username: &str) -> DirectoryUser {
    DirectoryUser {
        username: username.to_owned(),
        dn: dn(username),
        groups: Vec::new(),
        full_name: None,
        email: None,
        metadata: serde_json::Map::new(),
    }
}

impl TestDirectory {
    /// A directory without users behind a realm of this type and name.
    pub fn new(kind: &str, name: &str) -> Self {
        Self(Arc::new(Inner {
            realm: RealmRef::new(name, kind),
            users: Mutex::default(),
            away: AtomicBool::new(false),
            asked: AtomicU64::new(0),
        }))
    }

    /// Adds a user, or changes one.
    pub fn put(&self, user: DirectoryUser, password: &str) {
        self.users().insert(user.username.clone(), (password.to_owned(), user));
    }

    /// Removes a user.
    pub fn remove(&self, username: &str) {
        self.users().remove(username);
    }

    /// From now on nothing can be decided, or it can again.
    pub fn set_away(&self, away: bool) {
        self.0.away.store(away, Ordering::SeqCst);
    }

    /// How often it was asked for somebody.
    pub fn asked(&self) -> u64 {
        self.0.asked.load(Ordering::SeqCst)
    }

    /// What it says to credentials.
    ///
    /// # Errors
    /// While it is away.
    pub fn judge(&self, username: &str, password: &Secret) -> Result<DirectoryAnswer, Failure> {
        Ok(match self.entry(username)? {
            None => DirectoryAnswer::Unknown,
            Some((right, user)) if right.as_bytes() == password.expose() => {
                DirectoryAnswer::Authenticated(user)
            }
            Some(_) => DirectoryAnswer::Refused,
        })
    }

    /// The user of this name.
    ///
    /// # Errors
    /// While it is away.
    pub fn find(&self, username: &str) -> Result<Option<DirectoryUser>, Failure> {
        Ok(self.entry(username)?.map(|(_, user)| user))
    }

    fn entry(&self, username: &str) -> Result<Option<(String, DirectoryUser)>, Failure> {
        self.0.asked.fetch_add(1, Ordering::SeqCst);
        if self.0.away.load(Ordering::SeqCst) {
            return Err(Failure::unavailable("the directory does not answer"));
        }
        Ok(self.users().get(username).cloned())
    }

    fn users(&self) -> std::sync::MutexGuard<'_, BTreeMap<String, (String, DirectoryUser)>> {
        self.0.users.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Directory for TestDirectory {
    fn reference(&self) -> &RealmRef {
        &self.0.realm
    }

    fn authenticate<'a>(
        &'a self,
        username: &'a str,
        password: &'a Secret,
    ) -> RealmFuture<'a, DirectoryAnswer> {
        Box::pin(async move { self.judge(username, password) })
    }

    fn lookup<'a>(&'a self, username: &'a str) -> RealmFuture<'a, Option<DirectoryUser>> {
        Box::pin(async move { self.find(username) })
    }

    fn stats(&self) -> DirectoryStats {
        DirectoryStats { searches: self.asked(), ..DirectoryStats::default() }
    }
}
