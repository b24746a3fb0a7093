//! The lines of the file `users_roles`: `role:user1,user2`, the role first.
//!
//! Never here: which names are good ones, and whether a role exists.

use super::lines;

/// The file's name in the configuration folder.
pub(super) const FILE: &str = "users_roles";

/// Whether a line gives this user a role.
pub(super) fn names(text: &str, username: &str) -> bool {
    lines::of(text).any(|line| lines::split(line).is_some_and(|(_, users)| lists(users, username)))
}

/// Whether the user has this role.
pub(super) fn has(text: &str, username: &str, role: &str) -> bool {
    lines::of(text).filter_map(|line| users_of(line, role)).any(|users| lists(users, username))
}

/// The text in which the user has this role.
pub(super) fn with(text: &str, username: &str, role: &str) -> String {
    if has(text, username, role) {
        return text.to_owned();
    }
    let Some(first) = lines::of(text).position(|line| users_of(line, role).is_some()) else {
        return lines::with(text, &format!("{role}:{username}"));
    };
    let mut new = String::with_capacity(text.len() + username.len() + 1);
    for (index, line) in lines::of(text).enumerate() {
        if index == first {
            let (users, end) = line.split_at(line.trim_end().len());
            let comma = if users.ends_with([':', ',']) { "" } else { "," };
            new.extend([users, comma, username, end]);
        } else {
            new.push_str(line);
        }
    }
    new
}

/// The text in which the user has none of the roles that `gone` names. A role without users loses its line.
pub(super) fn without(text: &str, username: &str, gone: impl Fn(&str) -> bool) -> String {
    let mut new = String::with_capacity(text.len());
    for line in lines::of(text) {
        let concerned = |(role, users): &(&str, &str)| gone(role.trim()) && lists(users, username);
        match lines::split(line).filter(concerned) {
            None => new.push_str(line),
            Some((role, users)) => {
                let (users, end) = users.split_at(users.trim_end().len());
                let kept: Vec<&str> = users.split(',').filter(|it| it.trim() != username).collect();
                if kept.iter().any(|it| !it.trim().is_empty()) {
                    new.extend([role, ":", &kept.join(","), end]);
                }
            }
        }
    }
    new
}

fn users_of<'a>(line: &'a str, role: &str) -> Option<&'a str> {
    lines::split(line).filter(|(it, _)| it.trim() == role).map(|(_, users)| users)
}

fn lists(users: &str, username: &str) -> bool {
    users.split(',').any(|it| it.trim() == username)
}

#[cfg(test)]
mod tests;
