//! Who is in the remote directory, as the owners of a history's subjects change it.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use super::door::Later;
use crate::slapd::{Slapd, content};

/// The users of a directory.
pub trait People: Send + Sync {
    /// The name of a user's entry.
    fn dn(&self, username: &str) -> String;

    /// Adds a user, or changes its password.
    fn put<'a>(&'a self, username: &'a str, password: &'a str) -> Later<'a, ()>;

    /// Removes a user.
    fn remove<'a>(&'a self, username: &'a str) -> Later<'a, ()>;
}

/// The users of a real directory.
pub struct Staff {
    slapd: Slapd,
    present: Mutex<BTreeSet<String>>,
}

impl Staff {
    /// Nobody beside those of the standard content.
    pub fn of(slapd: Slapd) -> Self {
        Self { slapd, present: Mutex::default() }
    }

    fn present(&self) -> std::sync::MutexGuard<'_, BTreeSet<String>> {
        self.present.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl People for Staff {
    fn dn(&self, username: &str) -> String {
        content::user(username)
    }

    fn put<'a>(&'a self, username: &'a str, password: &'a str) -> Later<'a, ()> {
        let is_new = self.present().insert(username.to_owned());
        Box::pin(async move {
            if is_new {
                self.slapd.add_user(username, password).await;
            } else {
                self.slapd.set_password(username, password).await;
            }
        })
    }

    fn remove<'a>(&'a self, username: &'a str) -> Later<'a, ()> {
        self.present().remove(username);
        Box::pin(self.slapd.remove_user(username))
    }
}
