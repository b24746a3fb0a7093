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

pub use denial::{Denial, RoleSummary};
pub use facts::{ApiKeyFacts, RequestFacts};
pub use permission::Permission;

use crate::authentication::Authentication;

/// Whether a cluster action may be done: all of the permissions allow it, or it is one that everybody may do for their
/// own account. Without any permission only the latter counts.
///
/// The permissions are those of whoever acts: the roles of a user, or, for an API key, what the key was given (if it
/// was given anything of its own) and what its owner had. Under run-as they are the effective user's, and that one may
/// run as that user has been decided before, with [`Permission::allows_run_as`] of the authenticating one's.
///
/// Actions over indices are not done here, and so refused.
#[must_use]
pub fn allows(
    permissions: &[&Permission],
    action: &str,
    facts: &RequestFacts,
    authentication: &Authentication,
) -> bool {
    let allowed = !permissions.is_empty()
        && permissions.iter().all(|permission| permission.allows_cluster(action, facts, authentication));
    allowed || same_user::allows(authentication, action, facts)
}
