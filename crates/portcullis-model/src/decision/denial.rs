//! The sentences for a no.

use super::RequestFacts;
use crate::authentication::{Authentication, AuthenticationKind};
use crate::privilege::cluster::granted_by;

/// The names of a user's roles, once they were looked up; in any order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RoleSummary {
    /// Those that exist.
    pub found: Vec<String>,
    /// Those that do not.
    pub missing: Vec<String>,
}

/// A request that is refused, and what its sentence is made of.
#[derive(Debug, Clone)]
pub struct Denial<'a> {
    /// What was asked for.
    pub action: &'a str,
    /// Who asked.
    pub authentication: &'a Authentication,
    /// The roles that did not allow it: the effective user's, or, where run-as itself is refused, the authenticating
    /// one's. `None` for whoever has no roles: API keys and service accounts.
    pub roles: Option<RoleSummary>,
    /// What the request is about.
    pub facts: &'a RequestFacts,
}

impl Denial<'_> {
    /// Why the action is refused, and which privileges would have allowed it.
    #[must_use]
    pub fn sentence(&self) -> String {
        let Self { action, authentication, facts, .. } = self;
        let mut sentence = format!("action [{action}] is unauthorized for {}", self.authenticating());
        if authentication.is_run_as() {
            sentence.push_str(&format!(" run as [{}]", authentication.effective.username));
        }
        sentence.push_str(&self.with_roles());
        let privileges = granted_by(action, facts, authentication);
        if !privileges.is_empty() {
            let privileges = privileges.join(",");
            sentence.push_str(&format!(", this action is granted by the cluster privileges [{privileges}]"));
        }
        sentence
    }

    /// Why the authenticating user is refused to run as `target`, be it that there is no such user.
    #[must_use]
    pub fn run_as_sentence(&self, target: &str) -> String {
        let (action, subject, roles) = (self.action, self.authenticating(), self.with_roles());
        format!(
            "action [{action}] is unauthorized for {subject}{roles}, because {subject} is unauthorized to run as [{target}]"
        )
    }

    fn authenticating(&self) -> String {
        let username = &self.authentication.authenticating_user().username;
        match &self.authentication.kind {
            AuthenticationKind::ApiKey { id, .. } => format!("API key id [{id}] of user [{username}]"),
            AuthenticationKind::ServiceToken { .. } => format!("service account [{username}]"),
            AuthenticationKind::Realm | AuthenticationKind::Anonymous => format!("user [{username}]"),
        }
    }

    fn with_roles(&self) -> String {
        let Some(RoleSummary { found, missing }) = &self.roles else { return String::new() };
        let found = format!(" with effective roles [{}]", sorted(found));
        if missing.is_empty() {
            return found;
        }
        format!("{found} (assigned roles [{}] were not found)", sorted(missing))
    }
}

fn sorted(names: &[String]) -> String {
    let mut names: Vec<&str> = names.iter().map(String::as_str).collect();
    names.sort_unstable();
    names.join(",")
}
