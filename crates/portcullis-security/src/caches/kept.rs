//! What a cache keeps of a secret that has proved right: a salted hash, never the secret. Where `cache.hash_algo` is a slow
//! one, its hashes are computed on the pool like any other, and not on the threads that answer requests.

use std::sync::Arc;

use portcullis_secrets::{CacheHash, HashAlgorithm, Secret, StoredHash};

use crate::core::Core;
use crate::error::Failure;

/// The hash of a secret.
pub(crate) enum Kept {
    Fast(CacheHash),
    Slow(Arc<StoredHash>),
}

impl Kept {
    /// Hashes a secret that has proved right.
    ///
    /// # Errors
    /// When the hashing pool could not do it.
    pub(crate) async fn new(
        core: &Core,
        principal: &str,
        algorithm: HashAlgorithm,
        secret: &Secret,
    ) -> Result<Self, Failure> {
        if algorithm.is_slow() {
            let hash = core.hash_password(principal, &algorithm, secret.clone()).await?;
            return Ok(Self::Slow(Arc::new(hash)));
        }
        Ok(Self::Fast(CacheHash::new(algorithm, secret)))
    }

    /// Whether this is the secret.
    ///
    /// # Errors
    /// When the hashing pool could not tell.
    pub(crate) async fn matches(
        &self,
        core: &Core,
        principal: &str,
        secret: &Secret,
    ) -> Result<bool, Failure> {
        match self {
            Self::Fast(hash) => Ok(hash.matches(secret)),
            Self::Slow(hash) => Box::pin(core.verify(principal, Some(Arc::clone(hash)), secret)).await,
        }
    }
}

#[cfg(test)]
mod tests;
