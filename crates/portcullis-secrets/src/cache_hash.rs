//! [`CacheHash`]: the salted hash of a proven secret that a cache keeps instead of the secret.
//!
//! What never lives here: a form that is stored or sent; a cache.

use std::fmt;

use crate::format::sha::{self, Salted};
use crate::{HashAlgorithm, Secret, StoredHash, compare};

#[cfg(test)]
mod tests;

/// A hash in memory, with the algorithm of `cache.hash_algo`.
///
/// With `ssha256`, the default, it is 40 bytes inline and [`matches`](Self::matches) is one SHA-256 over one block
/// without any allocation (for secrets of up to 120 bytes). The other algorithms are behind a pointer; the slow ones
/// are as slow here as anywhere, and whoever configures them wants that.
#[derive(Clone)]
pub struct CacheHash(Inner);

#[derive(Clone)]
enum Inner {
    Ssha256(Salted),
    Other(Box<Other>),
}

#[derive(Clone)]
enum Other {
    Sha1([u8; 20]),
    Md5([u8; 16]),
    Slow(StoredHash),
    /// A secret that is never right, because it is longer than any that is verified.
    Nothing,
}

impl CacheHash {
    /// Hashes a secret that has proved right. With a slow algorithm this belongs on a thread that may block.
    #[must_use]
    pub fn new(algorithm: HashAlgorithm, secret: &Secret) -> Self {
        if algorithm == HashAlgorithm::SSHA256 {
            return Self(Inner::Ssha256(Salted::hash(secret.expose())));
        }
        let other = if algorithm.is_sha1() {
            Other::Sha1(sha::sha1(secret.expose()))
        } else if algorithm.is_md5() {
            Other::Md5(sha::md5(secret.expose()))
        } else {
            algorithm.hash(secret).map_or(Other::Nothing, Other::Slow)
        };
        Self(Inner::Other(Box::new(other)))
    }

    /// Whether this is the secret. Compares in constant time.
    #[must_use]
    pub fn matches(&self, secret: &Secret) -> bool {
        match &self.0 {
            Inner::Ssha256(hash) => hash.verify(secret.expose()),
            Inner::Other(other) => match &**other {
                Other::Sha1(hash) => compare::equal(&sha::sha1(secret.expose()), hash),
                Other::Md5(hash) => compare::equal(&sha::md5(secret.expose()), hash),
                Other::Slow(hash) => hash.verify(secret),
                Other::Nothing => false,
            },
        }
    }

    /// Whether [`matches`](Self::matches) takes milliseconds, so that it does not belong on a request's thread.
    #[must_use]
    pub fn is_slow(&self) -> bool {
        matches!(&self.0, Inner::Other(other) if matches!(**other, Other::Slow(_)))
    }
}

/// Says nothing but what it is.
impl fmt::Debug for CacheHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CacheHash")
    }
}
