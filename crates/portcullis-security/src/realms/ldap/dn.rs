//! Names of entries (RFC 4514) that are made of what somebody typed, or of a domain's name.

use std::borrow::Cow;

use ldap3::dn_escape;

use super::filter::substitute;

#[cfg(test)]
mod tests;

/// Puts `username` into the place `{0}` of a `user_dn_templates`, escaped.
pub(super) fn from_template(template: &str, username: &str) -> String {
    let escaped: Cow<'_, str> = dn_escape(username);
    substitute(template, &[escaped])
}

/// `DC=example,DC=com` for `example.com`.
pub(super) fn of_domain(domain: &str) -> String {
    let labels = domain.split('.').filter(|label| !label.is_empty());
    labels.map(|label| format!("DC={}", dn_escape(label))).collect::<Vec<_>>().join(",")
}
