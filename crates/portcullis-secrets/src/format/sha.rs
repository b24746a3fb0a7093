//! The fast hashes: `{SSHA256}<salt><digest>` for random secrets, and the unsalted SHA-1 and MD5 that nothing but a
//! cache may use because its configuration says so.
//!
//! What never lives here: anything for passwords at rest.

use aws_lc_rs::digest;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use md5::{Digest as _, Md5};
use sha1::Sha1;
use zeroize::{Zeroize, Zeroizing};

use crate::{FormatError, compare, random};

pub(super) const SSHA256_PREFIX: &str = "{SSHA256}";

/// Bytes of salt.
const SALT: usize = 8;
/// Base64 characters of the salt, padding included.
const SALT_CHARS: usize = 12;
/// Secrets of up to this many bytes are hashed from the stack: every generated secret and nearly every password.
const ON_STACK: usize = 120;

/// A salted SHA-256, without any allocation.
#[derive(Clone)]
pub(crate) struct Salted {
    salt: [u8; SALT],
    digest: [u8; 32],
}

impl Salted {
    /// Reads what follows the prefix.
    pub(super) fn parse(text: &str) -> Result<Self, FormatError> {
        let malformed = |problem| FormatError::Malformed { format: "ssha256", problem };
        let (salt, digest) =
            text.split_at_checked(SALT_CHARS).ok_or_else(|| malformed("salt and digest must follow"))?;
        Ok(Self {
            salt: decode(salt).ok_or_else(|| malformed("the salt must be 8 bytes in base64"))?,
            digest: decode(digest).ok_or_else(|| malformed("the digest must be 32 bytes in base64"))?,
        })
    }

    pub(crate) fn hash(secret: &[u8]) -> Self {
        let salt = random::bytes();
        Self { salt, digest: compute(salt, secret) }
    }

    pub(super) fn blank() -> Self {
        Self { salt: [0; SALT], digest: [0; 32] }
    }

    pub(crate) fn verify(&self, secret: &[u8]) -> bool {
        compare::equal(&compute(self.salt, secret), &self.digest)
    }

    pub(super) fn to_text(&self) -> String {
        format!("{SSHA256_PREFIX}{}{}", STANDARD.encode(self.salt), STANDARD.encode(self.digest))
    }
}

fn decode<const N: usize>(text: &str) -> Option<[u8; N]> {
    STANDARD.decode(text).ok()?.try_into().ok()
}

/// SHA-256 of secret and salt, in one call over one piece of memory.
fn compute(salt: [u8; SALT], secret: &[u8]) -> [u8; 32] {
    let length = secret.len() + SALT;
    let mut on_stack = [0_u8; ON_STACK + SALT];
    let result = if let Some(input) = on_stack.get_mut(..length) {
        join(input, secret, salt)
    } else {
        join(&mut Zeroizing::new(vec![0; length]), secret, salt)
    };
    on_stack.zeroize();
    result
}

fn join(input: &mut [u8], secret: &[u8], salt: [u8; SALT]) -> [u8; 32] {
    if let Some((of_secret, of_salt)) = input.split_at_mut_checked(secret.len()) {
        of_secret.copy_from_slice(secret);
        of_salt.copy_from_slice(&salt);
    }
    let mut digest = [0; 32];
    digest.iter_mut().zip(digest::digest(&digest::SHA256, input).as_ref()).for_each(|(to, from)| *to = *from);
    digest
}

/// SHA-1, for caches that are configured so.
pub(crate) fn sha1(secret: &[u8]) -> [u8; 20] {
    Sha1::digest(secret).into()
}

/// MD5, for caches that are configured so.
pub(crate) fn md5(secret: &[u8]) -> [u8; 16] {
    Md5::digest(secret).into()
}
