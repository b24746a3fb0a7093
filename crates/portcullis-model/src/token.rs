//! The text of a service account's bearer token, taken apart and put together.
//!
//! base64 is the caller's business, and so is the secret: here it is only ever a borrowed slice.

use crate::credential::ServiceTokenId;

#[cfg(test)]
mod tests;

/// What every such token begins with, once decoded.
const PREFIX: [u8; 4] = [0, 1, 0, 1];

/// Shortest secret that is looked at, in bytes.
pub const SECRET_MIN: usize = 10;

/// What a name made by the service begins with; a time-based id follows.
pub const GENERATED_NAME_PREFIX: &str = "token_";

/// Takes the decoded bytes of a bearer token apart. `None` if they are not those of a service account's token, which
/// may still be a token of another kind. How long the secret must be is not checked here.
#[must_use]
pub fn split(decoded: &[u8]) -> Option<(ServiceTokenId, &[u8])> {
    let rest = decoded.strip_prefix(&PREFIX)?;
    let colon = rest.iter().position(|byte| *byte == b':')?;
    let (id, secret) = rest.split_at_checked(colon)?;
    let id = ServiceTokenId::parse(std::str::from_utf8(id).ok()?)?;
    Some((id, secret.get(1..)?))
}

/// What stands before the secret in the bytes of this token; the secret's own bytes follow.
#[must_use]
pub fn before_secret(id: &ServiceTokenId) -> Vec<u8> {
    let mut bytes = PREFIX.to_vec();
    bytes.extend(id.to_string().into_bytes());
    bytes.push(b':');
    bytes
}
