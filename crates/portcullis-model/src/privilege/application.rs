//! Privileges over other applications: the rules for names of applications and for what a role grants over them.
//!
//! Which privileges an application has is data of the application's own, kept in documents, not in a table here.

#[cfg(test)]
mod tests;

/// Shortest prefix of an application's name, in characters. The prefix ends before the first `-` or `_`.
const PREFIX_MIN: usize = 3;

/// What an application's name may not have after its prefix: what cannot be part of a file's name.
const NOT_IN_SUFFIX: [char; 10] = ['\\', '/', '*', '?', '"', '<', '>', '|', ' ', ','];

/// Whether the name may stand for several applications.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wildcards {
    /// In roles and in requests for what there is: `*` at the end.
    Allowed,
    /// Where one application is meant.
    Refused,
}

/// Checks the name of an application.
///
/// # Errors
/// A sentence for the user.
pub fn validate_application_name(name: &str, wildcards: Wildcards) -> Result<(), String> {
    if name.trim().is_empty() {
        return Err("Application names cannot be blank".to_owned());
    }
    let asterisk = name.find('*');
    if asterisk.is_some() && wildcards == Wildcards::Refused {
        return Err(format!("Application names may not contain '*' (found '{name}')"));
    }
    if name == "*" {
        return Ok(());
    }
    if asterisk.is_some_and(|at| at + 1 != name.len()) {
        return Err(format!("Application name patterns only support trailing wildcards (found '{name}')"));
    }
    if name.chars().any(char::is_whitespace) {
        return Err(format!("Application names may not contain whitespace (found '{name}')"));
    }
    let without = name.trim_end_matches('*');
    let (prefix, suffix) = match without.find(['-', '_']) {
        Some(at) => without.split_at_checked(at).unwrap_or((without, "")),
        None => (without, ""),
    };
    let mut characters = prefix.chars();
    let begins = characters.next().is_some_and(|c| c.is_ascii_lowercase());
    if !begins || !characters.all(|c| c.is_ascii_alphanumeric()) {
        return Err(format!(
            "An application name prefix must match the pattern ^[a-z][A-Za-z0-9]*$ (found '{prefix}')"
        ));
    }
    if prefix.len() < PREFIX_MIN && asterisk.is_none() {
        return Err(format!(
            "An application name prefix must be at least {PREFIX_MIN} characters long (found '{prefix}')"
        ));
    }
    if suffix.contains(NOT_IN_SUFFIX) {
        let list: String = NOT_IN_SUFFIX.iter().collect();
        return Err(format!(
            "An application name suffix may not contain any of the characters '{list}' (found '{suffix}')"
        ));
    }
    Ok(())
}

/// Checks what a role grants over an application: the name of a privilege, or a pattern of actions.
///
/// # Errors
/// A sentence for the user.
pub fn validate_privilege_or_action(text: &str) -> Result<(), String> {
    if text.chars().all(is_visible) {
        return Ok(());
    }
    Err(format!(
        "Application privilege names and actions must match the pattern ^\\p{{Graph}}*$ (found '{text}')"
    ))
}

/// A character that can be seen: not a blank, not a control.
fn is_visible(c: char) -> bool {
    c.is_ascii_graphic()
}
