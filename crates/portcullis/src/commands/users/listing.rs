//! `users list` and `users roles`: who is in the files and with which roles, as a node takes them from there.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::Path;

use portcullis_security::files::users::UsersFile;
use portcullis_security::files::users_roles::UsersRolesFile;
use portcullis_security::files::{FileContent, Problem};

use super::known_roles::KnownRoles;
use super::{Output, assignments, hashes, lines, no_such_user};
use crate::commands::CommandError;
use crate::commands::file_edit::content;

/// The column in which roles begin, as in Elasticsearch's listing.
const NAME_WIDTH: usize = 15;

/// Prints the users and their roles, sorted; of one user only, if one is named. Lines that count for nothing are told.
///
/// # Errors
/// When the named user is not there, or a file cannot be read.
pub fn list(
    config: &Path,
    username: Option<&str>,
    output: &mut Output<impl Write, impl Write>,
) -> Result<(), CommandError> {
    let mut problems = Vec::new();
    let text = content(config, hashes::FILE)?;
    let users = parsed::<UsersFile>(config, hashes::FILE, &text, &mut problems)?;
    let roles_text = content(config, assignments::FILE)?;
    let roles = parsed::<UsersRolesFile>(config, assignments::FILE, &roles_text, &mut problems)?;
    for problem in problems {
        writeln!(output.asides, "portcullis: {problem}")?;
    }
    let in_lines = lines::of(&text).filter_map(lines::split).map(|(name, _)| name.trim_start());
    let mut names: BTreeSet<&str> = in_lines.filter(|name| users.hash(name).is_some()).collect();
    if let Some(username) = username {
        names.retain(|name| *name == username);
        if names.is_empty() {
            return Err(no_such_user(username));
        }
    }
    if names.is_empty() {
        let path = config.join(hashes::FILE);
        writeln!(output.asides, "portcullis: there are no users in [{}]", path.display())?;
    }
    rows(&names, &roles, &KnownRoles::read(config), &mut output.out)?;
    Ok(())
}

fn rows(
    names: &BTreeSet<&str>,
    roles: &UsersRolesFile,
    known: &KnownRoles,
    out: &mut impl Write,
) -> std::io::Result<()> {
    let mut unknown = false;
    for name in names {
        let marked = roles.roles(name).into_iter().map(|role| {
            if known.has(&role) {
                return role;
            }
            unknown = true;
            role + "*"
        });
        let marked: Vec<String> = marked.collect();
        let marked = if marked.is_empty() { "-".to_owned() } else { marked.join(",") };
        writeln!(out, "{name:<NAME_WIDTH$}: {marked}")?;
    }
    if unknown {
        writeln!(out, "\n [*]   The role is {}.", known.of_others())?;
    }
    Ok(())
}

/// What a node would take from the file, and what it would leave out.
fn parsed<T: FileContent>(
    config: &Path,
    file: &str,
    text: &str,
    told: &mut Vec<String>,
) -> Result<T, CommandError> {
    let path = config.join(file);
    let mut problems: Vec<Problem> = Vec::new();
    let content = T::parse(text, &mut problems)
        .map_err(|reason| CommandError::Refused(format!("[{}]: {reason}", path.display())))?;
    told.extend(problems.iter().map(|it| {
        let place = it.line.map_or_else(|| "an entry".to_owned(), |line| format!("line {line}"));
        format!("{place} of [{}] counts for nothing: {}", path.display(), it.reason)
    }));
    Ok(content)
}

#[cfg(test)]
mod tests;
