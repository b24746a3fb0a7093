//! What the result codes of LDAP (RFC 4511, appendix A) mean for somebody who logs in. One table, and the sub-codes
//! that Active Directory puts into the text of a refusal.

use super::trouble::Trouble;

#[cfg(test)]
mod tests;

/// What a server says to a bind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// The password is right.
    Yes,
    /// It is not, or the account may not be used.
    No,
    /// There is no such entry.
    NoSuchEntry,
}

/// How a failed bind or search is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Meaning {
    No,
    NoSuchEntry,
    /// The server cannot serve now; another may.
    Unwell,
}

pub(super) const SUCCESS: u32 = 0;
pub(super) const SIZE_LIMIT_EXCEEDED: u32 = 4;
pub(super) const REFERRAL: u32 = 10;
pub(super) const NO_SUCH_OBJECT: u32 = 32;
const INVALID_CREDENTIALS: u32 = 49;

/// Codes that mean something. Any other is an answer that is neither yes nor no.
const CODES: [(u32, Meaning); 9] = [
    (19, Meaning::No), // constraintViolation: locked, by some directories
    (NO_SUCH_OBJECT, Meaning::NoSuchEntry),
    (34, Meaning::NoSuchEntry), // invalidDNSyntax: a name that no entry can have
    (48, Meaning::No),          // inappropriateAuthentication: the entry has no password
    (INVALID_CREDENTIALS, Meaning::No),
    (50, Meaning::No),     // insufficientAccessRights: may not bind
    (51, Meaning::Unwell), // busy
    (52, Meaning::Unwell), // unavailable
    (53, Meaning::No),     // unwillingToPerform: disabled, locked, expired
];

/// `data 525` in the text of an [`INVALID_CREDENTIALS`]: Active Directory knows no such user.
const AD_NO_SUCH_USER: &str = "data 525,";

fn meaning(code: u32) -> Option<Meaning> {
    CODES.iter().find(|(known, _)| *known == code).map(|(_, meaning)| *meaning)
}

/// What a bind that was answered with `code` and `text` says.
///
/// # Errors
/// When it says neither yes nor no.
pub(super) fn of_bind(code: u32, text: &str) -> Result<Verdict, Trouble> {
    if code == SUCCESS {
        return Ok(Verdict::Yes);
    }
    match meaning(code) {
        Some(Meaning::No) if code == INVALID_CREDENTIALS && text.contains(AD_NO_SUCH_USER) => {
            Ok(Verdict::NoSuchEntry)
        }
        Some(Meaning::No) => Ok(Verdict::No),
        Some(Meaning::NoSuchEntry) => Ok(Verdict::NoSuchEntry),
        Some(Meaning::Unwell) => Err(Trouble::server(told("the bind", code, text))),
        None => Err(Trouble::answer(told("the bind", code, text))),
    }
}

/// The trouble that a search below `base` ended in, which was answered with `code` and `text`.
pub(super) fn of_search(base: &str, code: u32, text: &str) -> Trouble {
    let base = shown(base);
    if code == NO_SUCH_OBJECT {
        // Servers say no more than the number, and it is what a wrong base_dn and a wrong access rule look like.
        return Trouble::answer(format!("there is no [{base}] to search below, or not for who searches"));
    }
    let reason = told(&format!("the search below [{base}]"), code, text);
    if meaning(code) == Some(Meaning::Unwell) { Trouble::server(reason) } else { Trouble::answer(reason) }
}

/// An answer as the log has it.
pub(super) fn told(operation: &str, code: u32, text: &str) -> String {
    format!("{operation} was answered with LDAP result {code} [{}]", shown(text))
}

/// What a log line has room for of words that a server may have chosen.
fn shown(text: &str) -> String {
    const CHARACTERS: usize = 200;
    text.chars().filter(|it| !it.is_control()).take(CHARACTERS).collect()
}
