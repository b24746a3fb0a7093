//! [`Secret`]: the one type that carries a plaintext. It cannot be printed or serialised and is wiped when dropped.
//!
//! What never lives here: `Debug`, `Display`, serde, `PartialEq` (see [`Secret::equals`]), hashing.

use zeroize::Zeroizing;

use crate::compare;

#[cfg(test)]
mod tests;

/// The longest secret that is hashed or verified, in bytes.
///
/// It bounds the work that one request can ask for: the slow hashes read the whole secret once before their rounds
/// begin. Generated secrets have 22 bytes and nobody types 4096, so a longer one is refused
/// ([`HashError::TooLong`](crate::HashError::TooLong)) or, when verified, is simply wrong, at no cost.
pub const MAX_SECRET_BYTES: usize = 4096;

/// A plaintext secret: password, API key secret, service token secret.
///
/// All of the allocation is overwritten with zeros on drop, also that of a clone. It has no `Debug`:
///
/// ```compile_fail,E0277
/// let secret = portcullis_secrets::Secret::from_string("s3krit".to_owned());
/// let _ = format!("{secret:?}");
/// ```
///
/// nor `Display`:
///
/// ```compile_fail,E0277
/// let secret = portcullis_secrets::Secret::from_string("s3krit".to_owned());
/// let _ = format!("{secret}");
/// ```
#[derive(Clone)]
pub struct Secret(Zeroizing<Vec<u8>>);

impl Secret {
    /// Takes over a string; its allocation becomes the secret's, so no copy stays behind.
    pub fn from_string(text: String) -> Self {
        Self::from_bytes(text.into_bytes())
    }

    /// Takes over bytes; their allocation becomes the secret's, so no copy stays behind.
    pub fn from_bytes(bytes: Vec<u8>) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// The plaintext. Whoever calls this must neither log nor keep it.
    pub fn expose(&self) -> &[u8] {
        &self.0
    }

    /// The plaintext as text, or `None` if it is not UTF-8.
    ///
    /// Not an empty string in that case: an empty password means "anonymous" to an LDAP directory.
    pub fn expose_str(&self) -> Option<&str> {
        std::str::from_utf8(&self.0).ok()
    }

    /// Length in bytes.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Length as Elasticsearch counts the characters of a password: in UTF-16 code units, in bytes where it is no text.
    pub fn characters(&self) -> usize {
        self.expose_str().map_or(self.len(), |text| text.encode_utf16().count())
    }

    /// Whether there are no bytes at all.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether both are the same, in time that depends on the lengths only.
    pub fn equals(&self, other: &Self) -> bool {
        compare::equal(&self.0, &other.0)
    }

    /// Whether the secret is longer than [`MAX_SECRET_BYTES`].
    pub fn is_too_long(&self) -> bool {
        self.len() > MAX_SECRET_BYTES
    }
}
