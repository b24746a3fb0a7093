//! A remote directory in the hands of a history: what it says is in hand when a request is stopped, and has not yet got
//! to whoever asked. It tells nobody what changes in it.

use portcullis_model::subject::RealmRef;
use portcullis_secrets::Secret;
use portcullis_security::{Directory, DirectoryAnswer, DirectoryStats, DirectoryUser, RealmFuture};

use super::door::Later;
use super::people::People;
use super::stop::{Step, pass};
use crate::directory::{TestDirectory, dn, user};

/// The realm's name.
pub const REALM: &str = "corp";

/// The directory. A clone is the same one.
#[derive(Clone)]
pub struct SteppedDirectory(TestDirectory);

impl Default for SteppedDirectory {
    fn default() -> Self {
        Self(TestDirectory::new("directory", REALM))
    }
}

impl People for SteppedDirectory {
    fn dn(&self, username: &str) -> String {
        dn(username)
    }

    fn put<'a>(&'a self, username: &'a str, password: &'a str) -> Later<'a, ()> {
        self.0.put(user(username), password);
        Box::pin(std::future::ready(()))
    }

    fn remove<'a>(&'a self, username: &'a str) -> Later<'a, ()> {
        self.0.remove(username);
        Box::pin(std::future::ready(()))
    }
}

impl Directory for SteppedDirectory {
    fn reference(&self) -> &RealmRef {
        self.0.reference()
    }

    fn authenticate<'a>(
        &'a self,
        username: &'a str,
        password: &'a Secret,
    ) -> RealmFuture<'a, DirectoryAnswer> {
        Box::pin(async move {
            let answer = self.0.judge(username, password);
            pass(Step::Directory);
            answer
        })
    }

    fn lookup<'a>(&'a self, username: &'a str) -> RealmFuture<'a, Option<DirectoryUser>> {
        Box::pin(async move {
            let found = self.0.find(username);
            pass(Step::Directory);
            found
        })
    }

    fn stats(&self) -> DirectoryStats {
        self.0.stats()
    }
}
