//! The reserved users, as a table. Only their password and whether they are enabled can be changed.
//!
//! Never in here: their passwords, nor where those come from.

use crate::subject::User;
use serde_json::{Map, Value};

#[cfg(test)]
mod tests;

/// One reserved user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReservedUser {
    /// The name.
    pub username: &'static str,
    /// Names of its roles.
    pub roles: &'static [&'static str],
    /// Whom to use in its place, if it is on its way out.
    pub replaced_by: Option<&'static str>,
}

/// The superuser, the only reserved user that can have a password before anybody set one.
pub const ELASTIC: &str = "elastic";

/// All reserved users.
pub static RESERVED_USERS: [ReservedUser; 7] = [
    ReservedUser::new(ELASTIC, &["superuser"]),
    ReservedUser { replaced_by: Some("kibana_system"), ..ReservedUser::new("kibana", &["kibana_system"]) },
    ReservedUser::new("kibana_system", &["kibana_system"]),
    ReservedUser::new("logstash_system", &["logstash_system"]),
    ReservedUser::new("beats_system", &["beats_system"]),
    ReservedUser::new("apm_system", &["apm_system"]),
    ReservedUser::new("remote_monitoring_user", &["remote_monitoring_collector", "remote_monitoring_agent"]),
];

/// Users that act inside a cluster and that nobody can log in as or manage.
pub const INTERNAL_USERS: [&str; 11] = [
    "_system",
    "_xpack",
    "_xpack_security",
    "_async_search",
    "_security_profile",
    "_storage",
    "_data_stream_lifecycle",
    "_synonyms",
    "_lazy_rollover",
    "_reindex_data_stream",
    "_cross_project_search",
];

/// The reserved user of that name.
#[must_use]
pub fn find(username: &str) -> Option<&'static ReservedUser> {
    RESERVED_USERS.iter().find(|user| user.username == username)
}

/// Whether the name belongs to an internal user.
#[must_use]
pub fn is_internal(username: &str) -> bool {
    INTERNAL_USERS.contains(&username)
}

impl ReservedUser {
    const fn new(username: &'static str, roles: &'static [&'static str]) -> Self {
        Self { username, roles, replaced_by: None }
    }

    /// The user as the rest of the service knows it; whether it is enabled is told by its document, if there is one.
    #[must_use]
    pub fn user(&self, enabled: bool) -> User {
        let mut metadata = Map::new();
        if let Some(instead) = self.replaced_by {
            metadata.insert("_deprecated".to_owned(), Value::Bool(true));
            metadata.insert(
                "_deprecated_reason".to_owned(),
                Value::String(format!("Please use the [{instead}] user instead.")),
            );
        }
        metadata.insert("_reserved".to_owned(), Value::Bool(true));
        User { metadata, enabled, ..User::new(self.username, self.roles.iter().copied()) }
    }

    /// What a caller who logs in as this user is warned of, if the user is on its way out.
    #[must_use]
    pub fn deprecation(&self) -> Option<String> {
        let instead = self.replaced_by?;
        let username = self.username;
        Some(format!(
            "The user [{username}] is deprecated and will be removed in a future version of Elasticsearch. Please use \
             the [{instead}] user instead."
        ))
    }
}
