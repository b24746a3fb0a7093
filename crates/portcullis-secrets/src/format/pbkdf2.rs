//! PBKDF2 with HMAC-SHA512: `{PBKDF2}<iterations>$<salt>$<key>` and `{PBKDF2_STRETCH}…`.
//!
//! What never lives here: other formats.

use std::num::NonZeroU32;

use aws_lc_rs::{digest, pbkdf2};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use super::algorithm::{Kind, is_known};
use crate::{FormatError, compare, random};

#[cfg(test)]
mod tests;

pub(super) const PREFIX: &str = "{PBKDF2}";
pub(super) const STRETCH_PREFIX: &str = "{PBKDF2_STRETCH}";

/// Length of salt and key of new hashes, in bytes.
const NEW_BYTES: usize = 32;
/// The shortest salt that is read, in bytes.
const MIN_SALT: usize = 8;
/// A key is a multiple of this long, in bytes (128 bits).
const KEY_UNIT: usize = 16;
/// The longest key that is read, in bytes: one output of SHA-512. Each further one would cost all the iterations
/// again, so a stored hash could hold a core for as long as it likes.
const MAX_KEY: usize = 64;

/// What goes into PBKDF2.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Input {
    /// The secret.
    Secret,
    /// The lower-case hex of the SHA-512 of the secret.
    Stretched,
}

impl Input {
    fn prefix(self) -> &'static str {
        match self {
            Self::Secret => PREFIX,
            Self::Stretched => STRETCH_PREFIX,
        }
    }

    fn function(self) -> &'static str {
        match self {
            Self::Secret => "pbkdf2",
            Self::Stretched => "pbkdf2_stretch",
        }
    }
}

#[derive(Clone)]
pub(super) struct Body {
    input: Input,
    iterations: u32,
    salt: Box<[u8]>,
    key: Box<[u8]>,
}

impl Body {
    /// Reads what follows the prefix.
    pub(super) fn parse(input: Input, text: &str) -> Result<Self, FormatError> {
        let malformed = |problem| FormatError::Malformed { format: input.function(), problem };
        let mut parts = text.split('$');
        let iterations = parts
            .next()
            .filter(|count| count.bytes().all(|digit| digit.is_ascii_digit()))
            .and_then(|count| count.parse().ok())
            .ok_or(FormatError::Iterations)?;
        if !is_known(Kind::Pbkdf2 { input, iterations }) {
            return Err(FormatError::UnknownFunction(format!("{}_{iterations}", input.function())));
        }
        let (Some(salt), Some(key), None) = (parts.next(), parts.next(), parts.next()) else {
            return Err(malformed("salt and key must follow the iterations"));
        };
        let decode = |text| STANDARD.decode(text).map(Vec::into_boxed_slice);
        let salt = decode(salt).map_err(|_| malformed("the salt is not base64"))?;
        let key = decode(key).map_err(|_| malformed("the key is not base64"))?;
        if key.is_empty() || key.len() % KEY_UNIT != 0 {
            return Err(FormatError::KeyLength);
        }
        if key.len() > MAX_KEY {
            return Err(FormatError::KeyTooLong(MAX_KEY * 8));
        }
        if salt.len() < MIN_SALT {
            return Err(FormatError::SaltLength);
        }
        Ok(Self { input, iterations, salt, key })
    }

    pub(super) fn hash(input: Input, iterations: u32, secret: &[u8]) -> Self {
        let salt = random::bytes::<NEW_BYTES>();
        let key = derive(input, iterations, &salt, secret, NEW_BYTES);
        Self { input, iterations, salt: salt.into(), key: key.as_slice().into() }
    }

    pub(super) fn blank(input: Input, iterations: u32) -> Self {
        Self { input, iterations, salt: [0; NEW_BYTES].into(), key: [0; NEW_BYTES].into() }
    }

    pub(super) fn verify(&self, secret: &[u8]) -> bool {
        compare::equal(&derive(self.input, self.iterations, &self.salt, secret, self.key.len()), &self.key)
    }

    pub(super) fn to_text(&self) -> String {
        let Self { input, iterations, salt, key } = self;
        format!("{}{iterations}${}${}", input.prefix(), STANDARD.encode(salt), STANDARD.encode(key))
    }

    pub(super) fn input(&self) -> Input {
        self.input
    }

    pub(super) fn iterations(&self) -> u32 {
        self.iterations
    }
}

fn derive(input: Input, iterations: u32, salt: &[u8], secret: &[u8], length: usize) -> Zeroizing<Vec<u8>> {
    let mut key = Zeroizing::new(vec![0; length]);
    // Never zero: the table of names bounds it. One iteration would be wrong, not unsafe.
    let iterations = NonZeroU32::new(iterations).unwrap_or(NonZeroU32::MIN);
    let derive = |input: &[u8], key: &mut [u8]| {
        pbkdf2::derive(pbkdf2::PBKDF2_HMAC_SHA512, iterations, salt, input, key);
    };
    match input {
        Input::Secret => derive(secret, &mut key),
        Input::Stretched => derive(sha512_hex(secret).as_slice(), &mut key),
    }
    key
}

fn sha512_hex(secret: &[u8]) -> Zeroizing<Vec<u8>> {
    let digit = |nibble: u8| if nibble < 10 { b'0' + nibble } else { b'a' + nibble - 10 };
    let digest = digest::digest(&digest::SHA512, secret);
    let mut hex = Zeroizing::new(Vec::with_capacity(2 * digest.as_ref().len()));
    hex.extend(digest.as_ref().iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]));
    hex
}
