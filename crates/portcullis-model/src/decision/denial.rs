//! The sentences for a no.

use super::RequestFacts;
use crate::authentication::{Authentication, AuthenticationKind};
use crate::privilege::cluster::granted_by;

/// The names of a user's roles, as far as they are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RoleNames<'a> {
    /// The roles were looked up.
    Resolved {
        /// Those that exist, in any order.
        effective: &'a [String],
        /// Those that do not.
        missing: &'a [String],
    },
    /// The roles could not be looked up; these are the user's.
    Assigned(&'a [String]),
}

/// Why the action is refused. `roles` are those of the effective user.
#[must_use]
pub fn denial(
    authentication: &Authentication,
    roles: RoleNames<'_>,
    action: &str,
    facts: &RequestFacts,
) -> String {
    let mut sentence = format!("action [{action}] is unauthorized for {}", authenticating(authentication));
    if authentication.is_run_as() {
        sentence.push_str(&format!(" run as [{}]", authentication.effective.username));
    }
    if authentication.is_run_as() || has_roles(authentication) {
        sentence.push_str(&roles.describe());
    }
    let privileges = granted_by(action, facts, authentication);
    if !privileges.is_empty() {
        let privileges = privileges.join(",");
        sentence.push_str(&format!(", this action is granted by the cluster privileges [{privileges}]"));
    }
    sentence
}

/// Why `authentication`, which is not yet run as anybody, is refused to run as `target`, be it that there is no such
/// user. `roles` are those of the authenticating user.
#[must_use]
pub fn run_as_denial(
    authentication: &Authentication,
    roles: RoleNames<'_>,
    action: &str,
    target: &str,
) -> String {
    let subject = authenticating(authentication);
    let roles = if has_roles(authentication) { roles.describe() } else { String::new() };
    format!(
        "action [{action}] is unauthorized for {subject}{roles}, because {subject} is unauthorized to run as [{target}]"
    )
}

fn authenticating(authentication: &Authentication) -> String {
    let username = &authentication.authenticating_user().username;
    match &authentication.kind {
        AuthenticationKind::ApiKey { id, .. } => format!("API key id [{id}] of user [{username}]"),
        AuthenticationKind::ServiceToken { .. } => format!("service account [{username}]"),
        AuthenticationKind::Realm | AuthenticationKind::Anonymous => format!("user [{username}]"),
    }
}

/// Whether the authenticating subject has what it may do from roles.
fn has_roles(authentication: &Authentication) -> bool {
    match authentication.kind {
        AuthenticationKind::Realm | AuthenticationKind::Anonymous => true,
        AuthenticationKind::ApiKey { .. } | AuthenticationKind::ServiceToken { .. } => false,
    }
}

impl RoleNames<'_> {
    fn describe(self) -> String {
        match self {
            Self::Assigned(names) => format!(" with assigned roles [{}]", sorted(names)),
            Self::Resolved { effective, missing: [] } => {
                format!(" with effective roles [{}]", sorted(effective))
            }
            Self::Resolved { effective, missing } => format!(
                " with effective roles [{}] (assigned roles [{}] were not found)",
                sorted(effective),
                sorted(missing)
            ),
        }
    }
}

fn sorted(names: &[String]) -> String {
    let mut names: Vec<&str> = names.iter().map(String::as_str).collect();
    names.sort_unstable();
    names.join(",")
}
