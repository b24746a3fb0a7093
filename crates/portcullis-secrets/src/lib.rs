//! Everything that touches a plaintext secret: [`Secret`] itself, the stored hash formats, the compact hash that
//! caches keep, the keyed digest of refused credentials, random secrets, and the bounded pool on which slow
//! hashes run.
//!
//! What never lives here: `Debug`, `Display` or serialisation of a plaintext; users, keys, realms or any other
//! noun of the domain; HTTP; an async runtime (futures are answered through a channel and run anywhere).

pub mod compare;

mod cache_hash;
mod digest;
mod error;
mod format;
mod pool;
pub mod random;
mod secret;

pub use cache_hash::CacheHash;
pub use digest::DigestKey;
pub use error::{AlgorithmError, FormatError, HashError};
pub use format::{HashAlgorithm, StoredHash, Use, password_hash_refusal};
pub use pool::{HashingPool, PoolError, PoolFuture, PoolSettings, PoolStats};
pub use secret::{MAX_SECRET_BYTES, Secret};
