//! Anonymous access as it is configured, and what the operator is told of it at the start.
//!
//! Never here: what the anonymous user may do.

use portcullis_model::anonymous::{Anonymous, Denied};
use portcullis_model::credential::{FILE_NAME_MAX, validate_role_name, validate_user_name};
use portcullis_model::reserved_user;
use portcullis_model::role::reserved::SUPERUSER;

use super::build::problem_at;
use super::error::Problem;
use super::settings::Settings;

#[cfg(test)]
mod tests;

const ROLES: &str = "xpack.security.authc.anonymous.roles";
const USERNAME: &str = "xpack.security.authc.anonymous.username";
const EXCEPTION: &str = "xpack.security.authc.anonymous.authz_exception";

/// Reads `xpack.security.authc.anonymous.*`.
///
/// # Errors
/// A name that cannot be the anonymous user's, or one that cannot be a role's.
pub(super) fn read(settings: &Settings) -> Result<Anonymous, Problem> {
    let username = settings.text(USERNAME)?;
    let roles = settings.texts(ROLES).unwrap_or_default();
    let denied = if settings.boolean(EXCEPTION)? { Denied::Forbidden } else { Denied::Unauthenticated };
    check_username(&username).map_err(|reason| problem_at(settings, USERNAME, &reason))?;
    for role in &roles {
        validate_role_name(role, FILE_NAME_MAX)
            .map_err(|rule| problem_at(settings, ROLES, &format!("setting [{ROLES}]: [{role}]: {rule}")))?;
    }
    Ok(Anonymous::new(username, roles, denied))
}

/// A built-in user of this name could never log in again.
fn check_username(username: &str) -> Result<(), String> {
    if reserved_user::find(username).is_some() || reserved_user::is_internal(username) {
        return Err(format!("setting [{USERNAME}]: [{username}] is the name of a built-in user"));
    }
    validate_user_name(username, FILE_NAME_MAX).map_err(|rule| format!("setting [{USERNAME}]: {rule}"))
}

/// Who comes in without credentials, and with what.
pub(super) fn warning(anonymous: &Anonymous) -> Option<String> {
    let roles = anonymous.roles();
    if !anonymous.is_on() {
        return None;
    }
    if roles.iter().any(|role| role == SUPERUSER) {
        return Some(format!(
            "ANYBODY WHO REACHES THIS NODE MAY DO EVERYTHING, WITHOUT A PASSWORD: [{ROLES}] has [{SUPERUSER}]. Take it out"
        ));
    }
    Some(format!(
        "anonymous access is on: requests without credentials, and all users, have the roles [{}] ([{ROLES}])",
        roles.join(", ")
    ))
}
