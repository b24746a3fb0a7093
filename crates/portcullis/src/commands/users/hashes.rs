//! The lines of the file `users`: `name:hash`.
//!
//! Never here: which names may be given to new users, and how a hash comes about.

use portcullis_secrets::StoredHash;

use super::lines;

/// The file's name in the configuration folder.
pub(super) const FILE: &str = "users";

/// Whether a line is about this user, be its hash good or not.
pub(super) fn names(text: &str, username: &str) -> bool {
    lines::of(text).any(|line| is_of(line, username))
}

/// The text with a line for a user that it does not name.
pub(super) fn with(text: &str, username: &str, hash: &StoredHash) -> String {
    lines::with(text, &format!("{username}:{}", hash.as_str()))
}

/// The text with another hash in the user's line. Of several lines one is left.
pub(super) fn replaced(text: &str, username: &str, hash: &StoredHash) -> String {
    let mut new = String::with_capacity(text.len());
    let mut done = false;
    for line in lines::of(text) {
        match lines::split(line).filter(|_| is_of(line, username)) {
            None => new.push_str(line),
            Some(_) if done => {}
            Some((name, rest)) => {
                let (_, end) = rest.split_at(rest.trim_end().len());
                new.extend([name, ":", hash.as_str(), end]);
                done = true;
            }
        }
    }
    new
}

/// The text without the user's lines.
pub(super) fn without(text: &str, username: &str) -> String {
    lines::of(text).filter(|line| !is_of(line, username)).collect()
}

fn is_of(line: &str, username: &str) -> bool {
    lines::split(line).is_some_and(|(name, _)| name.trim_start() == username)
}

#[cfg(test)]
mod tests;
