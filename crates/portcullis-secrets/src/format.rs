//! [`StoredHash`]: a hash as it stands in a document, a `users` file or a `service_tokens` file; read, verified and
//! made in the formats that Elasticsearch uses.
//!
//! What never lives here: the pool on which verifying belongs (`pool`), the hashes that caches keep (`cache_hash`),
//! and clear-text "hashes".

use std::fmt;
use std::hint::black_box;

use crate::{FormatError, HashError, Secret};

mod algorithm;
mod bcrypt;
mod pbkdf2;
pub(crate) mod sha;
#[cfg(test)]
mod tests;

pub use algorithm::{HashAlgorithm, Use, password_hash_refusal};

use algorithm::Kind;

/// The longest text that [`StoredHash::parse`] looks at, in characters. The longest hash that it accepts, a
/// PBKDF2 one with the longest salt, is well below.
const MAX_TEXT: usize = 2048;

/// A stored hash that is well formed, with its text.
///
/// | format | text |
/// |---|---|
/// | bcrypt | `$2a$<cost>$<22 characters of salt><31 of hash>`, also `2b` and `2y` |
/// | PBKDF2 with HMAC-SHA512 | `{PBKDF2}<iterations>$<base64 salt>$<base64 key>` |
/// | the same over the lower-case hex of SHA-512 of the secret | `{PBKDF2_STRETCH}…` |
/// | salted SHA-256, for random secrets only | `{SSHA256}<base64 of 8 bytes of salt><base64 of the digest>` |
///
/// The algorithm and its cost are those of the text, whatever is configured for new hashes.
#[derive(Clone)]
pub struct StoredHash {
    text: Box<str>,
    body: Body,
    stand_in: bool,
}

#[derive(Clone)]
enum Body {
    Bcrypt(bcrypt::Body),
    Pbkdf2(pbkdf2::Body),
    Ssha256(sha::Salted),
}

impl StoredHash {
    /// Reads a stored hash. It takes no more than 2048 characters, allocates no more than a copy, and never panics.
    ///
    /// Strict, because a hash that is misread locks a user out or lets somebody in: canonical base64 only, and the
    /// iteration counts and costs of the known names only.
    ///
    /// # Errors
    /// [`FormatError`] says what is wrong, in Elasticsearch's words where it has some. A text with no known prefix
    /// is [`FormatError::Unrecognised`]; nothing is ever taken for clear text.
    pub fn parse(text: &str) -> Result<Self, FormatError> {
        if text.len() > MAX_TEXT {
            return Err(FormatError::TooLong(MAX_TEXT));
        }
        let body = if text.starts_with(bcrypt::PREFIX) {
            Body::Bcrypt(bcrypt::Body::parse(text)?)
        } else if let Some(rest) = text.strip_prefix(pbkdf2::PREFIX) {
            Body::Pbkdf2(pbkdf2::Body::parse(pbkdf2::Input::Secret, rest)?)
        } else if let Some(rest) = text.strip_prefix(pbkdf2::STRETCH_PREFIX) {
            Body::Pbkdf2(pbkdf2::Body::parse(pbkdf2::Input::Stretched, rest)?)
        } else if let Some(rest) = text.strip_prefix(sha::SSHA256_PREFIX) {
            Body::Ssha256(sha::Salted::parse(rest)?)
        } else if text.starts_with("{SHA}") {
            return Err(FormatError::CacheOnly("sha1"));
        } else if text.starts_with("{MD5}") {
            return Err(FormatError::CacheOnly("md5"));
        } else {
            return Err(FormatError::Unrecognised);
        };
        Ok(Self { text: text.into(), body, stand_in: false })
    }

    /// A stand-in for the hash that an unknown user does not have: [`verify`](Self::verify) costs what it costs for a
    /// real hash of this algorithm, and is always false.
    ///
    /// For `sha1` and `md5`, which are never stored, the stand-in is one of `ssha256`.
    #[must_use]
    pub fn dummy(algorithm: HashAlgorithm) -> Self {
        let body = match algorithm.kind() {
            Kind::Bcrypt { cost } => Body::Bcrypt(bcrypt::Body::blank(cost)),
            Kind::Pbkdf2 { input, iterations } => Body::Pbkdf2(pbkdf2::Body::blank(input, iterations)),
            Kind::Ssha256 | Kind::Sha1 | Kind::Md5 => Body::Ssha256(sha::Salted::blank()),
        };
        Self { text: body.to_text().into(), body, stand_in: true }
    }

    /// The text, as parsed or as to be stored.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The algorithm, with its cost.
    #[must_use]
    pub fn algorithm(&self) -> HashAlgorithm {
        HashAlgorithm::of(match &self.body {
            Body::Bcrypt(body) => Kind::Bcrypt { cost: body.cost() },
            Body::Pbkdf2(body) => Kind::Pbkdf2 { input: body.input(), iterations: body.iterations() },
            Body::Ssha256(_) => Kind::Ssha256,
        })
    }

    /// Whether the secret is the one that was hashed. Compares in constant time.
    ///
    /// Slow on purpose (see [`HashAlgorithm::is_slow`]): up to a second of one core. Requests go through
    /// [`HashingPool::verify`](crate::HashingPool::verify). A secret longer than
    /// [`MAX_SECRET_BYTES`](crate::MAX_SECRET_BYTES) is wrong at once, for stand-ins as for real hashes.
    #[must_use]
    pub fn verify(&self, secret: &Secret) -> bool {
        if secret.is_too_long() {
            return false;
        }
        let secret = secret.expose();
        let right = match &self.body {
            Body::Bcrypt(body) => body.verify(secret),
            Body::Pbkdf2(body) => body.verify(secret),
            Body::Ssha256(body) => body.verify(secret),
        };
        // Looked at through the black box, or else the compiler might skip a stand-in's work.
        black_box(right) && !self.stand_in
    }
}

impl HashAlgorithm {
    /// Hashes a secret with a new random salt.
    ///
    /// As slow as [`StoredHash::verify`]; requests go through [`HashingPool::hash`](crate::HashingPool::hash).
    /// bcrypt looks at the first 72 bytes of the secret only.
    ///
    /// # Errors
    /// [`HashError::TooLong`] for a secret longer than [`MAX_SECRET_BYTES`](crate::MAX_SECRET_BYTES), and
    /// [`HashError::CacheOnly`] for `sha1` and `md5`.
    pub fn hash(self, secret: &Secret) -> Result<StoredHash, HashError> {
        if secret.is_too_long() {
            return Err(HashError::TooLong);
        }
        let secret = secret.expose();
        let body = match self.kind() {
            Kind::Bcrypt { cost } => Body::Bcrypt(bcrypt::Body::hash(cost, secret)),
            Kind::Pbkdf2 { input, iterations } => Body::Pbkdf2(pbkdf2::Body::hash(input, iterations, secret)),
            Kind::Ssha256 => Body::Ssha256(sha::Salted::hash(secret)),
            Kind::Sha1 | Kind::Md5 => return Err(HashError::CacheOnly),
        };
        Ok(StoredHash { text: body.to_text().into(), body, stand_in: false })
    }
}

impl Body {
    fn to_text(&self) -> String {
        match self {
            Self::Bcrypt(body) => body.to_text(),
            Self::Pbkdf2(body) => body.to_text(),
            Self::Ssha256(body) => body.to_text(),
        }
    }
}

/// Two are equal if their texts are and both or neither are stand-ins.
impl PartialEq for StoredHash {
    fn eq(&self, other: &Self) -> bool {
        self.stand_in == other.stand_in && crate::compare::equal(self.text.as_bytes(), other.text.as_bytes())
    }
}

impl Eq for StoredHash {}

/// Names the algorithm; neither salt nor hash end up in a log.
impl fmt::Debug for StoredHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "StoredHash({})", self.algorithm().name())
    }
}
