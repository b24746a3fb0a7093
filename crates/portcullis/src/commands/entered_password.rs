//! A password that somebody enters: asked for twice on a terminal, or read as one line from the standard input.
//!
//! Never here: what it is for, and how long it must be.

use std::io::{self, BufRead, IsTerminal};

use portcullis_secrets::{MAX_SECRET_BYTES, Secret};
use zeroize::Zeroizing;

use super::error::CommandError;

/// The end of a line, in bytes: CR and LF.
const LINE_END_BYTES: usize = 2;

/// The new password for `username`.
///
/// # Errors
/// When it cannot be read, is not UTF-8, is too long for any secret, or is not the same when it is entered again.
pub(super) fn enter(username: &str) -> Result<Secret, CommandError> {
    let stdin = io::stdin();
    let password = if stdin.is_terminal() { asked_twice(username)? } else { line(stdin.lock())? };
    if password.is_too_long() {
        return Err(CommandError::Data(format!("the password is longer than {MAX_SECRET_BYTES} bytes")));
    }
    if password.expose_str().is_none() {
        return Err(CommandError::Data("the password is not UTF-8".to_owned()));
    }
    Ok(password)
}

/// One line. Of one that is too long so much is read that it shows.
fn line(input: impl BufRead) -> io::Result<Secret> {
    let enough = MAX_SECRET_BYTES + LINE_END_BYTES;
    // Room from the start: a vector that grows leaves copies behind.
    let mut line = Zeroizing::new(Vec::with_capacity(enough));
    input.take(enough as u64).read_until(b'\n', &mut line)?;
    let end = line.iter().rposition(|it| !matches!(it, b'\n' | b'\r')).map_or(0, |last| last + 1);
    line.truncate(end);
    Ok(Secret::from_bytes(std::mem::take(&mut *line)))
}

fn asked_twice(username: &str) -> Result<Secret, CommandError> {
    let asked = |question: &str| {
        rpassword::prompt_password(format!("{question} for [{username}]: ")).map(Secret::from_string)
    };
    let first = asked("Enter password")?;
    if !first.equals(&asked("Re-enter password")?) {
        return Err(CommandError::Data("Passwords do not match.".to_owned()));
    }
    Ok(first)
}

#[cfg(test)]
mod tests;
