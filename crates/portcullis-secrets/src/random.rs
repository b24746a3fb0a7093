//! Random secrets, ids and salts, all from the operating system's generator by way of `aws-lc-rs`.
//!
//! What never lives here: a seedable generator, or a clock (the time in an id is an argument).

use std::sync::atomic::{AtomicU16, Ordering};

use aws_lc_rs::rand;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use zeroize::Zeroizing;

use crate::Secret;

#[cfg(test)]
mod tests;

/// Characters of a generated password: the letters and digits, and five signs that need no quoting in a shell.
const PASSWORD_ALPHABET: &[u8; 67] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789*-_=+";

/// Fills an array with random bytes.
#[must_use]
pub fn bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    fill(&mut bytes);
    bytes
}

fn fill(bytes: &mut [u8]) {
    if rand::fill(bytes).is_err() {
        // Without randomness there are no salts, secrets or ids, and an error that somebody could ignore would be
        // a predictable secret. (aws-lc itself already aborts when the system's generator fails.)
        std::process::abort();
    }
}

/// A new secret of 128 bits: 22 characters of URL-safe base64 without padding.
#[must_use]
pub fn random_secret() -> Secret {
    let raw = Zeroizing::new(bytes::<16>());
    // `encode` allocates the final size at once and the secret takes that allocation over: no copy stays behind.
    Secret::from_string(URL_SAFE_NO_PAD.encode(*raw))
}

/// A new id: 20 characters of URL-safe base64 (15 bytes): six bytes of the time, then two of a sequence and seven
/// random ones.
///
/// `millis` are milliseconds since the epoch. Ids are told apart by the sequence within one process and millisecond (up
/// to 65,536 of them) and by 56 random bits otherwise. They are names, not secrets, and their order means nothing.
#[must_use]
pub fn time_based_id(millis: i64) -> String {
    static SEQUENCE: AtomicU16 = AtomicU16::new(0);
    let [_, _, time @ ..] = millis.to_be_bytes();
    let sequence = SEQUENCE.fetch_add(1, Ordering::Relaxed).to_be_bytes();
    let mut id = Vec::with_capacity(15);
    id.extend_from_slice(&time);
    id.extend_from_slice(&sequence);
    id.extend_from_slice(&bytes::<7>());
    URL_SAFE_NO_PAD.encode(id)
}

/// A new password of `length` characters out of letters, digits and `*-_=+`, about six bits each.
#[must_use]
pub fn password(length: usize) -> Secret {
    let mut text = Vec::with_capacity(length);
    let mut throws = Zeroizing::new([0_u8; 64]);
    while text.len() < length {
        fill(throws.as_mut_slice());
        text.extend(throws.iter().copied().filter_map(character).take(length - text.len()));
    }
    Secret::from_bytes(text)
}

/// The character for one random byte, or `None` if the byte lies above the largest multiple of the alphabet's size: it is
/// thrown again, so that no character is more likely than another.
fn character(throw: u8) -> Option<u8> {
    let throw = usize::from(throw);
    let fair = 256 / PASSWORD_ALPHABET.len() * PASSWORD_ALPHABET.len();
    if throw < fair { PASSWORD_ALPHABET.get(throw % PASSWORD_ALPHABET.len()).copied() } else { None }
}
