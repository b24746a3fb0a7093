//! What a remote directory is to this service: it says who somebody is there, and what groups they are in. What roles
//! that makes is [`super::mapped`]'s business, and how a directory is spoken to, that of each kind.

use std::sync::Arc;

use portcullis_model::subject::RealmRef;
use portcullis_secrets::Secret;
use serde_json::{Map, Value};

use super::RealmFuture;

/// A directory.
pub trait Directory: Send + Sync {
    /// Name and type of the realm that it stands behind.
    fn reference(&self) -> &RealmRef;

    /// Whether `username` with `password` is one of the directory's users.
    ///
    /// # Errors
    /// Only when the directory could not decide: it is away, slow, broken, or says something else than yes or no.
    fn authenticate<'a>(
        &'a self,
        username: &'a str,
        password: &'a Secret,
    ) -> RealmFuture<'a, DirectoryAnswer>;

    /// The user of this name, without a proof that anybody is that user (run-as).
    ///
    /// # Errors
    /// As [`Directory::authenticate`].
    fn lookup<'a>(&'a self, username: &'a str) -> RealmFuture<'a, Option<DirectoryUser>>;

    /// What the directory was asked, and how it is.
    fn stats(&self) -> DirectoryStats;
}

/// What a directory says to credentials.
#[derive(Clone, Debug, PartialEq)]
pub enum DirectoryAnswer {
    /// The name is not known there.
    Unknown,
    /// The name is known and this is a no.
    Refused,
    /// The credentials are right.
    Authenticated(DirectoryUser),
}

/// Somebody as the directory describes them.
#[derive(Clone, Debug, PartialEq)]
pub struct DirectoryUser {
    /// The name in this service, as it was sent.
    pub username: String,
    /// The entry's name in the directory.
    pub dn: String,
    /// Names (DNs) of the groups.
    pub groups: Vec<String>,
    /// For people to read.
    pub full_name: Option<String>,
    /// For people to read.
    pub email: Option<String>,
    /// Attributes that the settings ask for, beside `ldap_dn` and `ldap_groups`.
    pub metadata: Map<String, Value>,
}

/// What a directory was asked since the start, and how it is now.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DirectoryStats {
    /// Binds with the credentials of users.
    pub user_binds: u64,
    /// Binds of the service itself (`bind_dn`).
    pub service_binds: u64,
    /// Searches.
    pub searches: u64,
    /// Questions that could not be answered.
    pub undecided: u64,
    /// Questions that were not put because every server is being spared.
    pub spared: u64,
    /// Connections that are open.
    pub connections: u64,
    /// Why the last question has no answer although a server gave one, until a question has. Never a secret.
    pub last_error: Option<String>,
    /// The servers.
    pub servers: Vec<ServerStats>,
}

/// How one server of a directory is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ServerStats {
    /// Its URL.
    pub url: Arc<str>,
    /// Failures since the last answer; 0: it answers.
    pub failures: u32,
    /// For how long it will not be asked, in milliseconds; 0: it is.
    pub spared_for_millis: u64,
    /// What went wrong the last time, while `failures` is not 0. Never a secret.
    pub last_error: Option<String>,
}
