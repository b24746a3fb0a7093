//! The files of the configuration directory that hold users, roles and tokens: what is in force, and how a change
//! of a file comes into force. When to look is the executable's business.

pub mod roles;
pub mod service_tokens;
pub mod users;
pub mod users_roles;
mod watched;

use std::path::Path;
use std::sync::{Mutex, PoisonError};

use portcullis_cache::Why;

pub use watched::{FileContent, FileState, Outcome, Problem, Reading, Watched};

use crate::caches::Caches;
use crate::caches::affected::Source;
use roles::RolesFile;
use service_tokens::ServiceTokensFile;
use users::UsersFile;
use users_roles::UsersRolesFile;

/// The watched files.
pub struct Files {
    users: Watched<UsersFile>,
    users_roles: Watched<UsersRolesFile>,
    roles: Watched<RolesFile>,
    service_tokens: Watched<ServiceTokensFile>,
    /// Held from the first look to the last clear: whoever finds nothing changed must not be told so while somebody
    /// else has put a new content in force and not yet cleared its caches.
    taking_in: Mutex<()>,
}

impl Files {
    /// The files of `directory`, read for the first time. What cannot be read or parsed is empty and logged.
    pub(crate) fn open(directory: &Path) -> Self {
        Self {
            users: Watched::open(directory.join("users")),
            users_roles: Watched::open(directory.join("users_roles")),
            roles: Watched::open(directory.join("roles.yml")),
            service_tokens: Watched::open(directory.join("service_tokens")),
            taking_in: Mutex::default(),
        }
    }

    /// The file `users`.
    pub fn users(&self) -> &Watched<UsersFile> {
        &self.users
    }

    /// The file `users_roles`.
    pub fn users_roles(&self) -> &Watched<UsersRolesFile> {
        &self.users_roles
    }

    /// The file `roles.yml`.
    pub fn roles(&self) -> &Watched<RolesFile> {
        &self.roles
    }

    /// The file `service_tokens`.
    pub fn service_tokens(&self) -> &Watched<ServiceTokensFile> {
        &self.service_tokens
    }

    /// Takes in what has changed: the new content first, then its caches (I-3). When this returns, both are done for
    /// everything that was in the files before the call, whoever else takes in at the same time. `true` when a file
    /// looks as if somebody were still writing it: look again, with [`Reading::Second`], 100 ms later.
    pub(crate) fn take_in(&self, caches: &Caches, reading: Reading) -> bool {
        let _alone = self.taking_in.lock().unwrap_or_else(PoisonError::into_inner);
        let mut again = false;
        let users = [self.users.take_in(reading), self.users_roles.take_in(reading)];
        for outcome in users {
            match outcome {
                Outcome::Unchanged => {}
                Outcome::LookAgain => again = true,
                Outcome::Changed(_) => caches.changed(Source::UsersFiles, "", Why::File),
            }
        }
        match self.roles.take_in(reading) {
            Outcome::Unchanged => {}
            Outcome::LookAgain => again = true,
            Outcome::Changed(names) => {
                for name in names {
                    caches.changed(Source::RolesFile, &name, Why::File);
                }
            }
        }
        match self.service_tokens.take_in(reading) {
            Outcome::Unchanged => {}
            Outcome::LookAgain => again = true,
            Outcome::Changed(_) => caches.changed(Source::ServiceTokensFile, "", Why::File),
        }
        again
    }

    /// The state of each file, by name.
    pub fn states(&self) -> Vec<(&'static str, FileState)> {
        vec![
            ("users", self.users.state()),
            ("users_roles", self.users_roles.state()),
            ("roles.yml", self.roles.state()),
            ("service_tokens", self.service_tokens.state()),
        ]
    }
}
