//! May this be done? Who acts, what they were given, and what is asked go in; yes or no comes out, and for a no the
//! sentence that the caller is told.
//!
//! Never in here: reading roles, or the clock: what is decided on comes in as arguments.

mod denial;
mod facts;
mod permission;
mod same_user;

#[cfg(test)]
mod tests;

pub use denial::{RoleNames, denial, run_as_denial};
pub use facts::{ApiKeyFacts, RequestFacts};
pub use permission::Permission;

use crate::authentication::Authentication;
use std::sync::Arc;

/// What somebody was given: by roles, or, acting with an API key, by the key and by what its owner had.
#[derive(Debug, Clone)]
pub struct Authority {
    granted: Arc<Permission>,
    /// Allows only what `granted` allows too.
    limit: Option<Arc<Permission>>,
}

/// The answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It may be done.
    Granted,
    /// It may not.
    Denied,
}

impl Authority {
    /// All that the roles grant.
    #[must_use]
    pub fn of_roles(roles: Arc<Permission>) -> Self {
        Self { granted: roles, limit: None }
    }

    /// What both the API key and its owner were granted. A key without descriptors of its own is only limited by
    /// what its owner had.
    #[must_use]
    pub fn of_api_key(key: Option<Arc<Permission>>, owner: Arc<Permission>) -> Self {
        match key {
            Some(key) => Self { granted: key, limit: Some(owner) },
            None => Self { granted: owner, limit: None },
        }
    }

    fn all(&self, allows: impl Fn(&Permission) -> bool) -> bool {
        allows(&self.granted) && self.limit.as_deref().is_none_or(allows)
    }

    /// Whether it was given the action.
    #[must_use]
    pub fn allows_cluster(
        &self,
        action: &str,
        facts: &RequestFacts,
        authentication: &Authentication,
    ) -> bool {
        self.all(|permission| permission.allows_cluster(action, facts, authentication))
    }

    /// Whether it was given to act in the name of the user `username`. Under run-as this is asked of the
    /// authenticating user's authority, and everything else of the effective user's.
    #[must_use]
    pub fn allows_run_as(&self, username: &str) -> bool {
        self.all(|permission| permission.allows_run_as(username))
    }
}

/// Decides on a cluster action, given what the effective user was given. Whether it may run as that user has been
/// decided before. Actions over indices are not done here, and so denied.
#[must_use]
pub fn decide(
    authentication: &Authentication,
    authority: &Authority,
    action: &str,
    facts: &RequestFacts,
) -> Verdict {
    let allowed = authority.allows_cluster(action, facts, authentication)
        || same_user::allows(authentication, action, facts);
    if allowed { Verdict::Granted } else { Verdict::Denied }
}
