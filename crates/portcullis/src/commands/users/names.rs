//! Which names the tool takes: those that the node takes from the files, as far as a line can hold them.

use std::collections::BTreeSet;

use portcullis_model::anonymous::Anonymous;
use portcullis_model::credential::{self, FILE_NAME_MAX};
use portcullis_model::reserved_user;

use crate::commands::CommandError;

/// Checks the name of a new user.
///
/// # Errors
/// The rule that it breaks.
pub(super) fn check_new_user(username: &str, anonymous: &Anonymous) -> Result<(), CommandError> {
    let invalid = |rule: &str| data("username", username, rule);
    credential::validate_user_name(username, FILE_NAME_MAX).map_err(|rule| invalid(&rule))?;
    let is_reserved = reserved_user::find(username).is_some() || reserved_user::is_internal(username);
    if is_reserved || anonymous.is_named(username) {
        return Err(invalid(&format!("Username [{username}] is reserved and may not be used.")));
    }
    if username.starts_with('#') || username.contains([':', ',']) {
        return Err(invalid("In the files a user name cannot begin with # nor contain a colon or a comma."));
    }
    Ok(())
}

/// Checks the name of a user who is about to be given a role.
///
/// # Errors
/// The rule that it breaks.
pub(super) fn check_role_holder(username: &str) -> Result<(), CommandError> {
    if username.contains(',') {
        return Err(data("username", username, "In users_roles a user name cannot contain a comma."));
    }
    Ok(())
}

/// The roles of a list as it was given, without blanks around them.
///
/// # Errors
/// The rule that one of them breaks.
pub(super) fn roles(given: &[String]) -> Result<BTreeSet<&str>, CommandError> {
    let roles = given.iter().flat_map(|it| it.split(',')).map(str::trim).filter(|it| !it.is_empty());
    roles.map(|role| check_role(role).map(|()| role)).collect()
}

fn check_role(role: &str) -> Result<(), CommandError> {
    credential::validate_role_name(role, FILE_NAME_MAX).map_err(|rule| data("role", role, &rule))?;
    if role.starts_with('#') || role.contains(':') {
        let rule = "In users_roles a role name cannot begin with # nor contain a colon.";
        return Err(data("role", role, rule));
    }
    Ok(())
}

fn data(noun: &str, name: &str, rule: &str) -> CommandError {
    // The name may hold anything, also what a terminal obeys.
    CommandError::Data(format!("Invalid {noun} [{}]... {rule}", name.escape_debug()))
}

#[cfg(test)]
mod tests;
