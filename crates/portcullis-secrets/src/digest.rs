//! [`DigestKey`]: a keyed digest of a credential, the key under which refused credentials are remembered.
//!
//! What never lives here: hashes that are stored (`format`) or that prove a credential right (`cache_hash`).

use aws_lc_rs::hmac;
use zeroize::Zeroizing;

use crate::{Secret, random};

#[cfg(test)]
mod tests;

/// A key of one process's lifetime for [`digest`](Self::digest). It is never stored, so that a dump of the digests
/// without it is worth nothing.
pub struct DigestKey(hmac::Key);

impl DigestKey {
    /// A new random key of 256 bits.
    #[must_use]
    pub fn random() -> Self {
        let key = Zeroizing::new(random::bytes::<32>());
        Self(hmac::Key::new(hmac::HMAC_SHA256, key.as_slice()))
    }

    /// HMAC-SHA256 over kind, id and secret.
    ///
    /// The id's length stands before it, so no two different credentials give the same input: `("ab", "c")` and
    /// `("a", "bc")` are told apart. `kind` separates the namespaces of ids (passwords of which realm, API keys, …).
    #[must_use]
    pub fn digest(&self, kind: u8, id: &[u8], secret: &Secret) -> [u8; 32] {
        let id_length = (id.len() as u64).to_be_bytes();
        // Reserved at once: growing would leave copies of the secret behind.
        let mut input = Zeroizing::new(Vec::with_capacity(1 + id_length.len() + id.len() + secret.len()));
        input.push(kind);
        input.extend_from_slice(&id_length);
        input.extend_from_slice(id);
        input.extend_from_slice(secret.expose());
        let tag = hmac::sign(&self.0, &input);
        let mut digest = [0; 32];
        digest.iter_mut().zip(tag.as_ref()).for_each(|(to, from)| *to = *from);
        digest
    }
}
