//! bcrypt: `$2a$<cost>$<salt><hash>`.
//!
//! What never lives here: other formats; the Blowfish rounds (the `bcrypt` crate's).

use base64::Engine;
use base64::alphabet::BCRYPT;
use base64::engine::general_purpose::{GeneralPurpose, NO_PAD};
use zeroize::Zeroizing;

use super::algorithm::{Kind, is_known};
use crate::{FormatError, compare, random};

#[cfg(test)]
mod tests;

/// How every bcrypt hash begins, whatever its revision.
pub(super) const PREFIX: &str = "$2";

/// bcrypt's own alphabet, without padding; spare bits must be zero.
const BASE64: GeneralPurpose = GeneralPurpose::new(&BCRYPT, NO_PAD);

/// How many bytes of the terminated secret bcrypt uses. The rest is ignored, as the algorithm has it.
const USED_BYTES: usize = 72;

/// Base64 characters of the 16 bytes of salt; the 23 bytes of hash that follow have 31.
const SALT_CHARS: usize = 22;

#[derive(Clone)]
pub(super) struct Body {
    cost: u32,
    salt: [u8; 16],
    hash: [u8; 23],
}

impl Body {
    pub(super) fn parse(text: &str) -> Result<Self, FormatError> {
        let malformed = |problem| FormatError::Malformed { format: "bcrypt", problem };
        let rest = text.strip_prefix(PREFIX).ok_or(FormatError::Unrecognised)?;
        let mut parts = rest.split('$');
        let (revision, cost, tail) = (parts.next(), parts.next(), parts.next());
        // `2` lacks the terminator and `2x` marks hashes of an implementation that was wrong for some secrets.
        if !matches!(revision, Some("a" | "b" | "y")) {
            return Err(FormatError::BcryptRevision);
        }
        let cost = cost
            .filter(|cost| cost.len() == 2 && cost.bytes().all(|digit| digit.is_ascii_digit()))
            .and_then(|cost| cost.parse().ok())
            .ok_or_else(|| malformed("the cost must be two digits"))?;
        if !is_known(Kind::Bcrypt { cost }) {
            return Err(FormatError::BcryptCost(cost));
        }
        let tail = tail.filter(|_| parts.next().is_none());
        let (salt, hash) = tail
            .and_then(|tail| tail.split_at_checked(SALT_CHARS))
            .ok_or_else(|| malformed("salt and hash must be 53 characters"))?;
        Ok(Self {
            cost,
            salt: decode(salt)
                .ok_or_else(|| malformed("the salt must be 22 characters of bcrypt's base64"))?,
            hash: decode(hash)
                .ok_or_else(|| malformed("the hash must be 31 characters of bcrypt's base64"))?,
        })
    }

    pub(super) fn hash(cost: u32, secret: &[u8]) -> Self {
        let salt = random::bytes();
        Self { cost, salt, hash: compute(cost, salt, secret) }
    }

    pub(super) fn blank(cost: u32) -> Self {
        Self { cost, salt: [0; 16], hash: [0; 23] }
    }

    pub(super) fn verify(&self, secret: &[u8]) -> bool {
        compare::equal(&compute(self.cost, self.salt, secret), &self.hash)
    }

    pub(super) fn to_text(&self) -> String {
        format!("$2a${:02}${}{}", self.cost, BASE64.encode(self.salt), BASE64.encode(self.hash))
    }

    pub(super) fn cost(&self) -> u32 {
        self.cost
    }
}

fn decode<const N: usize>(text: &str) -> Option<[u8; N]> {
    BASE64.decode(text).ok()?.try_into().ok()
}

/// The hash of the secret followed by a NUL, cut to 72 bytes.
///
/// A NUL within the secret is a byte like any other, as in the Java implementation that Elasticsearch has; the C ones
/// end the secret there. Either way the key repeats up to 72 bytes, so a secret and its own repetition around NULs
/// (`"a"` and `"a\0a"`) have the same hash: that is bcrypt, and no reason to refuse what others accept.
fn compute(cost: u32, salt: [u8; 16], secret: &[u8]) -> [u8; 23] {
    let mut key = Zeroizing::new([0_u8; USED_BYTES]);
    let used = secret.len().saturating_add(1).min(USED_BYTES);
    key.iter_mut().zip(secret).for_each(|(to, from)| *to = *from);
    let (key, _) = key.split_at(used);
    let [hash @ .., _] = ::bcrypt::bcrypt(cost, salt, key);
    hash
}
