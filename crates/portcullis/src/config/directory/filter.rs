//! Whether a search filter of the settings can be one.
//!
//! Never here: what a filter matches, and putting a username into it.

use crate::config::error::Problem;
use crate::config::realms::Named;

#[cfg(test)]
mod tests;

/// A filter that a username is put into, in one of these places at least.
pub(super) fn of_a_user(named: &Named<'_>, key: &str, places: &[&str]) -> Result<String, Problem> {
    let filter = read(named, key)?;
    // Without it every name finds the same entry.
    if !places.iter().any(|place| filter.contains(place)) {
        let (name, places) = (named.setting(key), places.join("] or ["));
        return Err(
            named.problem_at(key, format!("setting [{name}] must have the username in it, as [{places}]"))
        );
    }
    Ok(filter)
}

/// Any filter.
pub(super) fn read(named: &Named<'_>, key: &str) -> Result<String, Problem> {
    let name = named.setting(key);
    let filter = named.settings.text(&name)?;
    if !is_balanced(&filter) {
        let reason = format!(
            "setting [{name}] is not a search filter: it must be in parentheses, as [(uid={{0}})], and each of them \
             closed"
        );
        return Err(named.problem_at(key, reason));
    }
    Ok(filter)
}

/// Whether `filter` is one pair of parentheses with closed ones inside. A parenthesis that is meant as such is
/// written `\28` or `\29` (RFC 4515), so each one counts.
fn is_balanced(filter: &str) -> bool {
    let mut open = 0_usize;
    for (at, c) in filter.char_indices() {
        match c {
            '(' => open += 1,
            ')' => match open.checked_sub(1) {
                Some(left) => open = left,
                None => return false,
            },
            _ => {}
        }
        if open == 0 && at + 1 < filter.len() {
            return false;
        }
    }
    open == 0 && filter.len() > 2
}
