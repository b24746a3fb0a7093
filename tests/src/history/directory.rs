//! A remote directory in the hands of a history: what it says is in hand when a request is stopped, and has not yet got
//! to whoever asked. It tells nobody what changes in it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use portcullis_model::subject::RealmRef;
use portcullis_secrets::Secret;
use portcullis_security::{Directory, DirectoryAnswer, DirectoryStats, DirectoryUser, RealmFuture};

use super::door::Later;
use super::people::People;
use super::stop::{Step, pass};

/// The realm's name.
pub const REALM: &str = "corp";

/// The directory. A clone is the same one.
#[derive(Clone)]
pub struct SteppedDirectory {
    realm: RealmRef,
    passwords: Arc<Mutex<BTreeMap<String, String>>>,
}

impl Default for SteppedDirectory {
    fn default() -> Self {
        Self { realm: RealmRef::new(REALM, "directory"), passwords: Arc::default() }
    }
}

fn dn(username: &str) -> String {
    format!("uid={username},ou=people,dc=tests")
}

impl People for SteppedDirectory {
    fn dn(&self, username: &str) -> String {
        dn(username)
    }

    fn put<'a>(&'a self, username: &'a str, password: &'a str) -> Later<'a, ()> {
        self.passwords().insert(username.to_owned(), password.to_owned());
        Box::pin(std::future::ready(()))
    }

    fn remove<'a>(&'a self, username: &'a str) -> Later<'a, ()> {
        self.passwords().remove(username);
        Box::pin(std::future::ready(()))
    }
}

impl SteppedDirectory {
    fn passwords(&self) -> MutexGuard<'_, BTreeMap<String, String>> {
        self.passwords.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn find(&self, username: &str) -> Option<String> {
        let found = self.passwords().get(username).cloned();
        pass(Step::Directory);
        found
    }
}

fn user(username: &str) -> DirectoryUser {
    DirectoryUser {
        username: username.to_owned(),
        dn: dn(username),
        groups: Vec::new(),
        full_name: None,
        email: None,
        metadata: serde_json::Map::new(),
    }
}

impl Directory for SteppedDirectory {
    fn reference(&self) -> &RealmRef {
        &self.realm
    }

    fn authenticate<'a>(
        &'a self,
        username: &'a str,
        password: &'a Secret,
    ) -> RealmFuture<'a, DirectoryAnswer> {
        Box::pin(async move {
            Ok(match self.find(username) {
                None => DirectoryAnswer::Unknown,
                Some(right) if right.as_bytes() == password.expose() => {
                    DirectoryAnswer::Authenticated(user(username))
                }
                Some(_) => DirectoryAnswer::Refused,
            })
        })
    }

    fn lookup<'a>(&'a self, username: &'a str) -> RealmFuture<'a, Option<DirectoryUser>> {
        Box::pin(async move { Ok(self.find(username).map(|_| user(username))) })
    }

    fn stats(&self) -> DirectoryStats {
        DirectoryStats::default()
    }
}
