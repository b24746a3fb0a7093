//! What is read of a user's entry, and the user that it makes.

use serde_json::Value;

use super::entry::Entry;
use super::groups;
use super::logon::USER_PRINCIPAL_NAME;
use crate::realms::directory::DirectoryUser;
use crate::settings::directory::{Groups, LdapSettings, Users};

#[cfg(test)]
mod tests;

/// Attributes that the settings name.
pub(super) struct Profile {
    full_name: String,
    email: String,
    metadata: Vec<String>,
    /// What is needed to know who it is, and in which groups.
    needed: Vec<String>,
}

impl Profile {
    pub(super) fn new(settings: &LdapSettings, groups: &Groups) -> Self {
        let mut needed = groups::attributes(groups);
        if matches!(settings.users, Users::ActiveDirectory(_)) {
            needed.push(USER_PRINCIPAL_NAME.to_owned());
        }
        Self {
            full_name: settings.full_name_attribute.clone(),
            email: settings.email_attribute.clone(),
            metadata: settings.metadata.clone(),
            needed,
        }
    }

    /// What a search for a user asks for.
    pub(super) fn attributes(&self) -> Vec<String> {
        let names = [&self.full_name, &self.email].into_iter().chain(&self.metadata).chain(&self.needed);
        let names: Vec<String> = names.filter(|name| !name.is_empty()).cloned().collect();
        // An empty list would ask for all.
        if names.is_empty() { vec![super::query::NO_ATTRIBUTES.to_owned()] } else { names }
    }

    /// The user called `username` whose entry is `entry`.
    pub(super) fn user(&self, username: &str, entry: &Entry, groups: Vec<String>) -> DirectoryUser {
        let first = |name: &str| entry.texts(name).next().map(str::to_owned);
        DirectoryUser {
            username: username.to_owned(),
            dn: entry.dn.clone(),
            groups,
            full_name: first(&self.full_name),
            email: first(&self.email),
            metadata: self
                .metadata
                .iter()
                .filter_map(|name| Some((name.clone(), value(entry, name)?)))
                .collect(),
        }
    }
}

/// One value as a string, several as an array, values that are no text not at all.
fn value(entry: &Entry, name: &str) -> Option<Value> {
    let mut values: Vec<Value> = entry.texts(name).map(Value::from).collect();
    match values.len() {
        0 => None,
        1 => values.pop(),
        _ => Some(Value::Array(values)),
    }
}
