//! What can be wrong with an algorithm's name, with a stored hash or with a secret to hash.
//!
//! What never lives here: the pool's errors (`pool`), HTTP statuses, and any text of a secret or of a hash.

/// A name that is no hash algorithm, or not one for the use asked for. Its text is for a start-up failure.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AlgorithmError {
    /// Nothing has this name.
    #[error("unknown hash function [{0}]")]
    Unknown(String),
    /// `noop` and `clear_text`, which Elasticsearch knows.
    #[error("hash function [{0}] keeps secrets in clear text, which is not supported")]
    ClearText(String),
    /// Known or not, it is not among the algorithms for this use.
    #[error("Invalid algorithm: {name}. Valid values for {usage} hashing are [{valid}]")]
    Invalid {
        /// The name as given.
        name: String,
        /// What it was to be used for, in words.
        usage: &'static str,
        /// The names that would do, separated by comma and space.
        valid: String,
    },
}

/// Why a text is not a stored hash. It never quotes the hash.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FormatError {
    /// No known prefix. Elasticsearch would take this for a clear-text password; here it is an error.
    #[error("no known hash format (clear-text passwords are not supported)")]
    Unrecognised,
    /// A format that is too weak for anything that is stored.
    #[error("hash format [{0}] can only be used by caches, in memory")]
    CacheOnly(&'static str),
    /// Longer than any hash of a known format can be.
    #[error("the hash is longer than [{0}] characters")]
    TooLong(usize),
    /// An iteration count which is not among the known names.
    #[error("unknown hash function [{0}]")]
    UnknownFunction(String),
    /// PBKDF2 without a number between prefix and first `$`.
    #[error("The number of iterations could not be determined from the provided PBKDF2 hash.")]
    Iterations,
    /// PBKDF2 key of no or an odd length.
    #[error("PBKDF2 key length must be positive and multiple of [128 bits]")]
    KeyLength,
    /// PBKDF2 key that would multiply the cost of each check.
    #[error("PBKDF2 key length must be at most [{0} bits]")]
    KeyTooLong(usize),
    /// PBKDF2 salt that is too short.
    #[error("PBKDF2 salt must be at least [8 bytes] long")]
    SaltLength,
    /// A part that is missing, of the wrong length, or not base64.
    #[error("malformed {format} hash: {problem}")]
    Malformed {
        /// Name of the format.
        format: &'static str,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// bcrypt of another revision than `2a`, `2b` and `2y`.
    #[error("unsupported bcrypt revision, must be one of [2a, 2b, 2y]")]
    BcryptRevision,
    /// bcrypt cost below what bcrypt defines, or so high that one check would occupy a core for seconds to days.
    #[error("bcrypt cost [{0}] is not supported, must be between [4] and [14]")]
    BcryptCost(u32),
}

/// Why a secret was not hashed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HashError {
    /// Longer than [`MAX_SECRET_BYTES`](crate::MAX_SECRET_BYTES).
    #[error("secret is longer than [{max}] bytes", max = crate::MAX_SECRET_BYTES)]
    TooLong,
    /// The algorithm must not be used for anything that is stored.
    #[error("the hash algorithm can only be used by caches, in memory")]
    CacheOnly,
}
