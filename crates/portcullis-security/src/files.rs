//! The files of the configuration directory that hold users, roles and tokens: what is in force, and how a change
//! of a file comes into force. When to look is the executable's business.

pub mod role_mapping;
pub mod roles;
pub mod service_tokens;
pub mod users;
pub mod users_roles;
mod watched;
mod yaml;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use portcullis_cache::Why;

pub use watched::{FileContent, FileState, Outcome, Problem, Reading, Watched};

use crate::caches::Caches;
use crate::caches::affected::Source;
use role_mapping::RoleMappingFile;
use roles::RolesFile;
use service_tokens::ServiceTokensFile;
use users::UsersFile;
use users_roles::UsersRolesFile;

/// The name of the file of role mappings, unless `files.role_mapping` says otherwise.
pub(crate) const ROLE_MAPPING_FILE: &str = "role_mapping.yml";

/// How long after the first look at a file that may be half-written the second follows.
const SECOND_LOOK: Duration = Duration::from_millis(100);

/// The watched files.
pub struct Files {
    users: Watched<UsersFile>,
    users_roles: Watched<UsersRolesFile>,
    roles: Watched<RolesFile>,
    service_tokens: Watched<ServiceTokensFile>,
    /// One for each name that a realm has for it.
    role_mappings: Vec<Watched<RoleMappingFile>>,
    /// Held from the first look to the last clear: whoever finds nothing changed must not be told so while somebody
    /// else has put a new content in force and not yet cleared its caches.
    taking_in: Mutex<()>,
    /// Changes of users, of their roles and of tokens that were taken in, caches cleared.
    people_changes: AtomicU64,
    /// Changes of `roles.yml`, likewise.
    role_changes: AtomicU64,
    /// Changes of the files of role mappings, likewise.
    mapping_changes: AtomicU64,
}

/// How many changes of the files had been taken in when a decision began. Files have no revisions that a transaction could
/// compare; this is what a write compares instead. `None`: the decision does not rest on it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Seen {
    pub(crate) people: Option<u64>,
    pub(crate) roles: Option<u64>,
    pub(crate) mappings: Option<u64>,
}

impl Files {
    /// The files of `directory`, and those of role mappings, read for the first time. What cannot be read or parsed is
    /// empty and logged.
    pub(crate) fn open(directory: &Path, role_mappings: &[PathBuf]) -> Self {
        Self {
            users: Watched::open(directory.join("users")),
            users_roles: Watched::open(directory.join("users_roles")),
            roles: Watched::open(directory.join("roles.yml")),
            service_tokens: Watched::open(directory.join("service_tokens")),
            role_mappings: role_mappings.iter().cloned().map(Watched::open).collect(),
            taking_in: Mutex::default(),
            people_changes: AtomicU64::new(0),
            role_changes: AtomicU64::new(0),
            mapping_changes: AtomicU64::new(0),
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

    /// What is in force of a file of role mappings.
    pub(crate) fn role_mapping(&self, path: &Path) -> Arc<RoleMappingFile> {
        let found = self.role_mappings.iter().find(|it| it.path() == path);
        found.map_or_else(Arc::default, Watched::content)
    }

    /// What a decision that begins now has seen.
    pub(crate) fn seen(&self) -> Seen {
        let count = |it: &AtomicU64| Some(it.load(Ordering::Acquire));
        Seen {
            people: count(&self.people_changes),
            roles: count(&self.role_changes),
            mappings: count(&self.mapping_changes),
        }
    }

    /// Whether nothing was taken in since, of what the decision rests on.
    pub(crate) fn unchanged(&self, seen: Seen) -> bool {
        let now = self.seen();
        (seen.people.is_none() || seen.people == now.people)
            && (seen.roles.is_none() || seen.roles == now.roles)
            && (seen.mappings.is_none() || seen.mappings == now.mappings)
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
                Outcome::Changed(_) => {
                    caches.changed(Source::UsersFiles, "", Why::File);
                    self.people_changes.fetch_add(1, Ordering::AcqRel);
                }
            }
        }
        match self.roles.take_in(reading) {
            Outcome::Unchanged => {}
            Outcome::LookAgain => again = true,
            Outcome::Changed(names) => {
                for name in names {
                    caches.changed(Source::RolesFile, &name, Why::File);
                }
                self.role_changes.fetch_add(1, Ordering::AcqRel);
            }
        }
        for file in &self.role_mappings {
            match file.take_in(reading) {
                Outcome::Unchanged => {}
                Outcome::LookAgain => again = true,
                Outcome::Changed(_) => {
                    caches.changed(Source::RoleMappingFile, "", Why::File);
                    self.mapping_changes.fetch_add(1, Ordering::AcqRel);
                }
            }
        }
        match self.service_tokens.take_in(reading) {
            Outcome::Unchanged => {}
            Outcome::LookAgain => again = true,
            Outcome::Changed(_) => {
                caches.changed(Source::ServiceTokensFile, "", Why::File);
                self.people_changes.fetch_add(1, Ordering::AcqRel);
            }
        }
        again
    }

    /// As [`Files::take_in`], and a file that looks as if somebody were still writing it is looked at again after 100 ms:
    /// blocks for so long then.
    pub(crate) fn take_in_now(&self, caches: &Caches) {
        if self.take_in(caches, Reading::First) {
            std::thread::sleep(SECOND_LOOK);
            // Still being written: then its last whole content is what is in force.
            self.take_in(caches, Reading::Second);
        }
    }

    /// The state of each file, by name: without its folder where that is the configuration folder.
    pub fn states(&self) -> Vec<(String, FileState)> {
        let directory = self.users.path().parent().unwrap_or(Path::new(""));
        let name = |path: &Path| path.strip_prefix(directory).unwrap_or(path).display().to_string();
        let mut states = vec![
            (name(self.users.path()), self.users.state()),
            (name(self.users_roles.path()), self.users_roles.state()),
            (name(self.roles.path()), self.roles.state()),
            (name(self.service_tokens.path()), self.service_tokens.state()),
        ];
        states.extend(self.role_mappings.iter().map(|it| (name(it.path()), it.state())));
        states
    }
}
