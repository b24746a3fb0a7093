//! Names of users, roles and credentials, and the rules for them.
//!
//! Never in here: a secret.

use std::fmt;

#[cfg(test)]
mod tests;

/// Longest name of a native user or role, in characters.
pub const NATIVE_NAME_MAX: usize = 507;
/// Longest name of a user or role in a file, in characters.
pub const FILE_NAME_MAX: usize = 1024;
/// Longest name of a service token, in characters.
pub const TOKEN_NAME_MAX: usize = 256;
/// Shortest password, in characters.
pub const PASSWORD_MIN: usize = 6;

/// The rule for names of service tokens, as the user is told it.
const TOKEN_NAME_RULE: &str = "service account token name must have at least 1 character and at most 256 characters that are \
     alphanumeric (A-Z, a-z, 0-9) or hyphen (-) or underscore (_). It must not begin with an underscore (_).";

/// Checks the name of a user against the rule for users, with at most `max` characters.
///
/// # Errors
/// The rule, as a sentence for the user.
pub fn validate_user_name(name: &str, max: usize) -> Result<(), String> {
    if is_valid_name(name, max) { Ok(()) } else { Err(name_rule("User", max)) }
}

/// Checks the name of a role against the rule for roles, with at most `max` characters.
///
/// # Errors
/// The rule, as a sentence for the user.
pub fn validate_role_name(name: &str, max: usize) -> Result<(), String> {
    if is_valid_name(name, max) { Ok(()) } else { Err(name_rule("Role", max)) }
}

/// Checks the name of a service token.
///
/// # Errors
/// A sentence for the user that has the name and the rule in it.
pub fn validate_token_name(name: &str) -> Result<(), String> {
    if is_token_name(name) {
        Ok(())
    } else {
        Err(format!("invalid service token name [{name}]. {TOKEN_NAME_RULE}"))
    }
}

/// Checks the length of a password, which is all that is asked of one. Only the number of characters comes in here.
///
/// # Errors
/// The rule, as a sentence for the user.
pub fn validate_password_length(characters: usize) -> Result<(), String> {
    if characters >= PASSWORD_MIN {
        Ok(())
    } else {
        Err(format!("passwords must be at least [{PASSWORD_MIN}] characters long"))
    }
}

/// Printable ASCII, no blank at either end.
fn is_valid_name(name: &str, max: usize) -> bool {
    !name.is_empty()
        && name.len() <= max
        && name.bytes().all(|b| (b' '..=b'~').contains(&b))
        && !name.starts_with(' ')
        && !name.ends_with(' ')
}

fn name_rule(noun: &str, max: usize) -> String {
    format!(
        "{noun} names must be at least 1 and no more than {max} characters. They can contain alphanumeric characters \
         (a-z, A-Z, 0-9), spaces, punctuation, and printable symbols in the Basic Latin (ASCII) block. Leading or \
         trailing whitespace is not allowed."
    )
}

fn is_token_name(name: &str) -> bool {
    !name.is_empty()
        && name.len() <= TOKEN_NAME_MAX
        && !name.starts_with('_')
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}

/// The id of an API key, which is also the id of its document.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ApiKeyId(String);

impl ApiKeyId {
    /// Takes any text: an id that does not exist is not an error here.
    #[must_use]
    pub fn new(id: impl Into<String>) -> Self {
        Self(id.into())
    }

    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ApiKeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Which token of which service account: `namespace/service/name`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ServiceTokenId {
    /// The account's namespace; the built-in accounts' is `elastic`.
    pub namespace: String,
    /// The account's name within its namespace.
    pub service: String,
    /// The token's name within its account.
    pub name: String,
}

impl ServiceTokenId {
    /// Puts one together; nothing is checked.
    #[must_use]
    pub fn new(namespace: impl Into<String>, service: impl Into<String>, name: impl Into<String>) -> Self {
        Self { namespace: namespace.into(), service: service.into(), name: name.into() }
    }

    /// Reads `namespace/service/name`: exactly three pieces, none empty, and a name that follows the rule. Anything
    /// else is not the id of a service token, and `None`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut pieces = text.split('/');
        let (namespace, service, name) = (pieces.next()?, pieces.next()?, pieces.next()?);
        let whole = pieces.next().is_none() && !namespace.is_empty() && !service.is_empty();
        (whole && is_token_name(name)).then(|| Self::new(namespace, service, name))
    }

    /// The account's principal: `namespace/service`.
    #[must_use]
    pub fn principal(&self) -> String {
        format!("{}/{}", self.namespace, self.service)
    }
}

impl fmt::Display for ServiceTokenId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}", self.namespace, self.service, self.name)
    }
}
