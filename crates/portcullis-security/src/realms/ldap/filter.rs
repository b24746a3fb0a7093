//! Search filters (RFC 4515) with a place for what somebody typed. What is put in can never change what the filter asks.

use std::borrow::Cow;

use ldap3::{ldap_escape, parse_filter};

#[cfg(test)]
mod tests;

/// Puts `values` into the places `{0}`, `{1}`, … of `template`, escaped.
pub(super) fn fill(template: &str, values: &[&str]) -> String {
    let escaped: Vec<Cow<'_, str>> = values.iter().map(|value| ldap_escape(*value)).collect();
    substitute(template, &escaped)
}

/// Puts `values` into the places `{0}`, `{1}`, … of `template`, as they are, in one pass: a value that looks like a place is
/// none.
pub(super) fn substitute(template: &str, values: &[Cow<'_, str>]) -> String {
    let mut text = String::with_capacity(template.len() + values.iter().map(|it| it.len()).sum::<usize>());
    let mut rest = template;
    while let Some(at) = rest.find('{') {
        let (before, after) = rest.split_at(at);
        text.push_str(before);
        let place = values.iter().enumerate().find_map(|(number, value)| {
            after.strip_prefix(&format!("{{{number}}}")).map(|remaining| (value, remaining))
        });
        rest = match place {
            Some((value, remaining)) => {
                text.push_str(value);
                remaining
            }
            None => {
                text.push('{');
                after.strip_prefix('{').unwrap_or_default()
            }
        };
    }
    text.push_str(rest);
    text
}

/// Octets as they stand in a filter.
pub(super) fn octets(value: &[u8]) -> String {
    value.iter().map(|octet| format!("\\{octet:02x}")).collect()
}

/// Whether a filter of the settings is one, whatever is put into it.
///
/// # Errors
/// A sentence for the operator.
pub(super) fn check(template: &str) -> Result<(), String> {
    match parse_filter(fill(template, &["x", "x"])) {
        Ok(_) => Ok(()),
        Err(()) => Err(format!("[{template}] is no LDAP filter")),
    }
}
