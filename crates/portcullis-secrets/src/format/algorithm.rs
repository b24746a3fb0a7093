//! [`HashAlgorithm`]: the names that settings use, in one table, and which of them may be used for what.
//!
//! What never lives here: hashing.

use super::pbkdf2::Input;
use crate::AlgorithmError;

#[cfg(test)]
mod tests;

/// A hash algorithm with its cost. Only those of the table of names exist.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct HashAlgorithm(Kind);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Kind {
    Bcrypt { cost: u32 },
    Pbkdf2 { input: Input, iterations: u32 },
    Ssha256,
    Sha1,
    Md5,
}

/// What a hash is for. It decides which algorithms will do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// Passwords at rest: slow, salted hashes only.
    Password,
    /// Secrets of API keys at rest: they are random, so a fast salted hash does too.
    ApiKey,
    /// Secrets of service tokens at rest: as for API keys.
    ServiceToken,
    /// The copy that a cache keeps in memory (`cache.hash_algo`): anything but clear text.
    Cache,
}

impl Use {
    fn words(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::ApiKey => "API key",
            Self::ServiceToken => "service token",
            Self::Cache => "cache",
        }
    }
}

const fn bcrypt(cost: u32) -> Kind {
    Kind::Bcrypt { cost }
}

const fn pbkdf2(iterations: u32) -> Kind {
    Kind::Pbkdf2 { input: Input::Secret, iterations }
}

const fn stretch(iterations: u32) -> Kind {
    Kind::Pbkdf2 { input: Input::Stretched, iterations }
}

/// Every name. The first name of an algorithm is the one it is called by.
const NAMES: [(&str, Kind); 29] = [
    ("bcrypt", bcrypt(10)),
    ("bcrypt4", bcrypt(4)),
    ("bcrypt5", bcrypt(5)),
    ("bcrypt6", bcrypt(6)),
    ("bcrypt7", bcrypt(7)),
    ("bcrypt8", bcrypt(8)),
    ("bcrypt9", bcrypt(9)),
    ("bcrypt10", bcrypt(10)),
    ("bcrypt11", bcrypt(11)),
    ("bcrypt12", bcrypt(12)),
    ("bcrypt13", bcrypt(13)),
    ("bcrypt14", bcrypt(14)),
    ("pbkdf2", pbkdf2(10_000)),
    ("pbkdf2_1000", pbkdf2(1000)),
    ("pbkdf2_10000", pbkdf2(10_000)),
    ("pbkdf2_50000", pbkdf2(50_000)),
    ("pbkdf2_100000", pbkdf2(100_000)),
    ("pbkdf2_500000", pbkdf2(500_000)),
    ("pbkdf2_1000000", pbkdf2(1_000_000)),
    ("pbkdf2_stretch", stretch(10_000)),
    ("pbkdf2_stretch_1000", stretch(1000)),
    ("pbkdf2_stretch_10000", stretch(10_000)),
    ("pbkdf2_stretch_50000", stretch(50_000)),
    ("pbkdf2_stretch_100000", stretch(100_000)),
    ("pbkdf2_stretch_500000", stretch(500_000)),
    ("pbkdf2_stretch_1000000", stretch(1_000_000)),
    ("ssha256", Kind::Ssha256),
    ("sha1", Kind::Sha1),
    ("md5", Kind::Md5),
];

/// Names of what Elasticsearch has and we refuse: the secret itself.
const CLEAR_TEXT: [&str; 2] = ["noop", "clear_text"];

impl HashAlgorithm {
    /// bcrypt of cost 10: the default for passwords.
    pub const BCRYPT: Self = Self(bcrypt(10));
    /// PBKDF2 of 10,000 iterations over a SHA-512 of the secret: the default for service tokens.
    pub const PBKDF2_STRETCH: Self = Self(stretch(10_000));
    /// Salted SHA-256: the default for API keys and for caches.
    pub const SSHA256: Self = Self(Kind::Ssha256);

    /// Looks up a name, in whatever case, for no use in particular.
    ///
    /// # Errors
    /// [`AlgorithmError::Unknown`]; [`AlgorithmError::ClearText`] for `noop` and `clear_text`.
    pub fn parse(name: &str) -> Result<Self, AlgorithmError> {
        if CLEAR_TEXT.iter().any(|clear| clear.eq_ignore_ascii_case(name)) {
            return Err(AlgorithmError::ClearText(name.to_owned()));
        }
        NAMES
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, kind)| Self(*kind))
            .ok_or_else(|| AlgorithmError::Unknown(name.to_owned()))
    }

    /// Looks up the name in a setting for one use.
    ///
    /// # Errors
    /// [`AlgorithmError::Invalid`] with the names that would do, if this one is unknown or not for this use;
    /// [`AlgorithmError::ClearText`] for `noop` and `clear_text`.
    pub fn parse_for(purpose: Use, name: &str) -> Result<Self, AlgorithmError> {
        match Self::parse(name) {
            Ok(algorithm) if algorithm.suits(purpose) => Ok(algorithm),
            Ok(_) | Err(AlgorithmError::Unknown(_)) => Err(AlgorithmError::Invalid {
                name: name.to_owned(),
                usage: purpose.words(),
                valid: Self::names(purpose).join(", "),
            }),
            Err(refused) => Err(refused),
        }
    }

    /// All names for one use, in the order in which messages list them.
    #[must_use]
    pub fn names(purpose: Use) -> Vec<&'static str> {
        NAMES.iter().filter(|(_, kind)| Self(*kind).suits(purpose)).map(|(name, _)| *name).collect()
    }

    /// The name that the algorithm is called by: `bcrypt` rather than `bcrypt10`.
    #[must_use]
    pub fn name(self) -> &'static str {
        NAMES.iter().find(|(_, kind)| *kind == self.0).map_or("", |(name, _)| name)
    }

    /// Whether the algorithm may be used for this.
    #[must_use]
    pub fn suits(self, purpose: Use) -> bool {
        match (self.0, purpose) {
            (Kind::Bcrypt { .. } | Kind::Pbkdf2 { .. }, _) | (_, Use::Cache) => true,
            (Kind::Ssha256, Use::ApiKey | Use::ServiceToken) => true,
            (Kind::Ssha256, Use::Password) | (Kind::Sha1 | Kind::Md5, _) => false,
        }
    }

    /// Whether one hash takes from one up to hundreds of milliseconds, so that it belongs on the pool. The others
    /// take less than a microsecond.
    #[must_use]
    pub fn is_slow(self) -> bool {
        matches!(self.0, Kind::Bcrypt { .. } | Kind::Pbkdf2 { .. })
    }

    pub(super) fn of(kind: Kind) -> Self {
        Self(kind)
    }

    pub(super) fn kind(self) -> Kind {
        self.0
    }

    pub(crate) fn is_sha1(self) -> bool {
        self.0 == Kind::Sha1
    }

    pub(crate) fn is_md5(self) -> bool {
        self.0 == Kind::Md5
    }
}

/// Whether a name for this exists, so that stored iteration counts and costs are bounded by the table.
pub(super) fn is_known(kind: Kind) -> bool {
    NAMES.iter().any(|(_, known)| *known == kind)
}

/// Elasticsearch's sentence for a `password_hash` that is no hash for passwords.
#[must_use]
pub fn password_hash_refusal() -> String {
    format!(
        "The provided password hash is not a hash or it could not be resolved to a supported hash algorithm. \
         The supported password hash algorithms are [{}]",
        HashAlgorithm::names(Use::Password).join(", ")
    )
}
