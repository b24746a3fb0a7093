//! `portcullis users`: keeps the files `users` and `users_roles` of the file realm. Other lines, comments too, stay as
//! they are. When it says that it is done, a node that runs has taken the change in.
//!
//! Two files cannot change at once, and a tool can be killed between them. So the order of the two is such that what
//! is there in between gives nobody more than what was before or what comes after.

mod assignments;
mod hashes;
mod known_roles;
mod lines;
mod listing;
mod names;

use std::io::Write;

use portcullis_model::anonymous::Anonymous;
use portcullis_model::credential;
use portcullis_secrets::{Secret, StoredHash};

pub use listing::list;

use super::entered_password;
use super::error::CommandError;
use super::file_edit::{Locked, content, edit, make_folder};
use super::place::Place;
use known_roles::KnownRoles;

/// Where the tool writes.
pub struct Output<O: Write, A: Write> {
    /// What was asked for.
    pub out: O,
    /// What the user should know besides.
    pub asides: A,
}

/// Adds a user with these roles and no other. Without a password, one is asked for.
///
/// # Errors
/// When a name or the password is not one, the user exists, or a file cannot be written.
pub fn add(
    place: &Place<'_>,
    anonymous: &Anonymous,
    username: &str,
    password: Option<Secret>,
    roles: &[String],
    asides: &mut impl Write,
) -> Result<(), CommandError> {
    names::check_new_user(username, anonymous)?;
    let roles = names::roles(roles)?;
    let is_new = |users: &str| {
        if hashes::names(users, username) {
            return Err(CommandError::Refused(format!("User [{username}] already exists")));
        }
        Ok(())
    };
    // Nobody wants to think of a password first.
    is_new(&content(place.config, hashes::FILE)?)?;
    let hash = hashed(place, username, password)?;
    make_folder(place.config)?;
    let folder = Locked::wait_for(place.config)?;
    is_new(&content(place.config, hashes::FILE)?)?;
    // Somebody of this name who is gone from the file may still get in, and would have the new roles.
    place.known(hashes::FILE)?;
    // The roles first, and in force: they are nobody's until the user is there. The other way round the new user would
    // have for a moment what an old line grants to this name.
    folder.edit(assignments::FILE, |old| {
        let none = assignments::without(old, username, |_| true);
        let new = roles.iter().fold(none, |text, role| assignments::with(&text, username, role));
        Ok::<_, CommandError>(changed(old, new))
    })?;
    place
        .in_force(assignments::FILE)
        .map_err(|error| CommandError::Refused(format!("{error}. User [{username}] is not added")))?;
    folder.edit(hashes::FILE, |old| Ok::<_, CommandError>(Some(hashes::with(old, username, &hash))))?;
    drop(folder);
    place.in_force(hashes::FILE)?;
    tell_unknown(place, roles, asides)
}

/// Sets the user's password. Without one, it is asked for.
///
/// # Errors
/// When there is no such user, the password is too short, or the file cannot be written.
pub fn set_password(place: &Place<'_>, username: &str, password: Option<Secret>) -> Result<(), CommandError> {
    must_be_in(&content(place.config, hashes::FILE)?, username)?;
    let hash = hashed(place, username, password)?;
    edit(place.config, hashes::FILE, |old| {
        must_be_in(old, username)?;
        Ok::<_, CommandError>(Some(hashes::replaced(old, username, &hash)))
    })?;
    place.in_force(hashes::FILE)
}

/// Gives the user some roles and takes others away.
///
/// # Errors
/// When there is no such user, no role is named, one is none or in both lists, or the file cannot be written.
pub fn change_roles(
    place: &Place<'_>,
    username: &str,
    add: &[String],
    remove: &[String],
    asides: &mut impl Write,
) -> Result<(), CommandError> {
    let (add, remove) = (names::roles(add)?, names::roles(remove)?);
    if let Some(role) = add.intersection(&remove).next() {
        return Err(CommandError::Usage(format!("Role [{role}] cannot be both added and removed")));
    }
    if add.is_empty() && remove.is_empty() {
        return Err(CommandError::Usage("No role is named".to_owned()));
    }
    if !add.is_empty() {
        names::check_role_holder(username)?;
    }
    must_be_in(&content(place.config, hashes::FILE)?, username)?;
    let folder = Locked::wait_for(place.config)?;
    // Whoever was removed meanwhile must not leave roles to the next of that name.
    must_be_in(&content(place.config, hashes::FILE)?, username)?;
    if !add.is_empty() {
        // Whoever replaced somebody of this name by hand gives roles to the new one.
        place.known(hashes::FILE)?;
    }
    let mut never_had = Vec::new();
    folder.edit(assignments::FILE, |old| {
        never_had = remove.iter().copied().filter(|role| !assignments::has(old, username, role)).collect();
        let kept = assignments::without(old, username, |role| remove.contains(role));
        let new = add.iter().fold(kept, |text, role| assignments::with(&text, username, role));
        Ok::<_, CommandError>(changed(old, new))
    })?;
    drop(folder);
    place.in_force(assignments::FILE)?;
    // Whoever mistypes a role must not believe that it is gone.
    if !never_had.is_empty() {
        writeln!(asides, "portcullis: [{username}] did not have [{}].", never_had.join(", "))?;
    }
    tell_unknown(place, add, asides)
}

/// Removes the user, and what was left of one.
///
/// # Errors
/// When neither file names the user, or one of them cannot be written.
pub fn remove(place: &Place<'_>, username: &str) -> Result<(), CommandError> {
    let is_anywhere = || {
        Ok::<_, CommandError>(
            hashes::names(&content(place.config, hashes::FILE)?, username)
                || assignments::names(&content(place.config, assignments::FILE)?, username),
        )
    };
    if !is_anywhere()? {
        return Err(no_such_user(username));
    }
    let folder = Locked::wait_for(place.config)?;
    if !is_anywhere()? {
        return Err(no_such_user(username));
    }
    // The user first: once nobody can log in by that name, its roles are nobody's, and a second try removes them.
    folder.edit(hashes::FILE, |old| Ok::<_, CommandError>(changed(old, hashes::without(old, username))))?;
    let unassigned = folder.edit(assignments::FILE, |old| {
        Ok::<_, CommandError>(changed(old, assignments::without(old, username, |_| true)))
    });
    drop(folder);
    // Whatever became of the roles: nobody gets in by that name from here on.
    place.in_force(hashes::FILE)?;
    unassigned.map_err(|error| {
        CommandError::Refused(format!(
            "User [{username}] is removed, but its roles are not: {error}. Try again"
        ))
    })?;
    place.in_force(assignments::FILE)
}

/// The hash of the password. It takes its time, so nobody else is kept waiting meanwhile.
fn hashed(place: &Place<'_>, username: &str, password: Option<Secret>) -> Result<StoredHash, CommandError> {
    let password = match password {
        Some(password) => password,
        None => entered_password::enter(username)?,
    };
    let invalid = |rule: String| CommandError::Data(format!("Invalid password... {rule}"));
    credential::validate_password_length(password.characters()).map_err(invalid)?;
    place.algorithm.hash(&password).map_err(|error| invalid(error.to_string()))
}

fn must_be_in(users: &str, username: &str) -> Result<(), CommandError> {
    if hashes::names(users, username) { Ok(()) } else { Err(no_such_user(username)) }
}

fn no_such_user(username: &str) -> CommandError {
    CommandError::Missing(format!("User [{}] doesn't exist", username.escape_debug()))
}

fn changed(old: &str, new: String) -> Option<String> {
    (new != old).then_some(new)
}

/// Names the roles that may be a slip of the pen. They are given all the same: a role may come later.
fn tell_unknown<'a>(
    place: &Place<'_>,
    given: impl IntoIterator<Item = &'a str>,
    asides: &mut impl Write,
) -> Result<(), CommandError> {
    let known = KnownRoles::read(place.config);
    let mut unknown = given.into_iter().filter(|role| !known.has(role)).peekable();
    if unknown.peek().is_some() {
        let unknown: Vec<&str> = unknown.collect();
        writeln!(asides, "portcullis: given, but [{}] is {}.", unknown.join(", "), known.of_others())?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
