//! Anonymous access: who a request without credentials is, and what everybody else has of it.
//!
//! Never in here: which requests are without credentials, and what the roles grant.

use crate::authentication::{Authentication, AuthenticationKind};
use crate::subject::{RealmRef, User};
use serde_json::Value;
use std::borrow::Cow;
use std::sync::Arc;

#[cfg(test)]
mod tests;

/// The anonymous user's name, unless it is configured.
pub const DEFAULT_NAME: &str = "_anonymous";

/// What the anonymous user is told that may not do something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Denied {
    /// That it may not: 403.
    Forbidden,
    /// That credentials are needed: 401.
    Unauthenticated,
}

/// The anonymous user. Its name is nobody else's, whether it may come in or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Anonymous {
    username: String,
    /// Each once, in the order in which they are configured.
    roles: Vec<String>,
    denied: Denied,
}

impl Default for Anonymous {
    /// One that may not come in.
    fn default() -> Self {
        Self::new(DEFAULT_NAME, Vec::new(), Denied::Forbidden)
    }
}

impl Anonymous {
    /// The anonymous user with these roles; without roles, anonymous access is off.
    #[must_use]
    pub fn new(username: impl Into<String>, roles: Vec<String>, denied: Denied) -> Self {
        Self { username: username.into(), roles: joined(Vec::new(), &roles), denied }
    }

    /// Whether requests without credentials are let in.
    #[must_use]
    pub fn is_on(&self) -> bool {
        !self.roles.is_empty()
    }

    /// Whether `username` is the anonymous user's name.
    #[must_use]
    pub fn is_named(&self, username: &str) -> bool {
        self.username == username
    }

    /// Its roles.
    #[must_use]
    pub fn roles(&self) -> &[String] {
        &self.roles
    }

    /// What it is told that may not do something.
    #[must_use]
    pub fn denied(&self) -> Denied {
        self.denied
    }

    /// The user, if it may come in.
    #[must_use]
    pub fn user(&self) -> Option<User> {
        self.is_on().then(|| User {
            metadata: [("_reserved".to_owned(), Value::Bool(true))].into_iter().collect(),
            ..User::new(&self.username, &self.roles)
        })
    }

    /// Who a request without credentials is; `None` where anonymous access is off.
    #[must_use]
    pub fn authentication(&self) -> Option<Authentication> {
        let user = Arc::new(self.user()?);
        Some(Authentication::direct(user, RealmRef::anonymous(), AuthenticationKind::Anonymous))
    }

    /// The roles of a user with these: where everybody without credentials may do something, a user may do it too.
    #[must_use]
    pub fn added_to<'a>(&self, roles: &'a [String]) -> Cow<'a, [String]> {
        if self.roles.iter().all(|role| roles.contains(role)) {
            return Cow::Borrowed(roles);
        }
        Cow::Owned(joined(roles.to_vec(), &self.roles))
    }

    /// The roles that `_authenticate` tells of somebody. An acting API key has none.
    #[must_use]
    pub fn shown_roles<'a>(&self, authentication: &'a Authentication) -> Cow<'a, [String]> {
        let roles = authentication.effective.roles.as_slice();
        match authentication.acting_api_key() {
            Some(_) => Cow::Borrowed(roles),
            None => self.added_to(roles),
        }
    }
}

/// `roles` and those of `more` that are not among them.
fn joined(mut roles: Vec<String>, more: &[String]) -> Vec<String> {
    for role in more {
        if !roles.contains(role) {
            roles.push(role.clone());
        }
    }
    roles
}
