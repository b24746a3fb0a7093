//! Credentials that were refused a moment ago, so that repeating them costs nothing. They live in a cache of their
//! own: a spray of wrong passwords fills this one and cannot evict a good entry. Same fence, same clearing.

use std::sync::Arc;

use portcullis_cache::{Keep, ScopeKey, Start, Ticket};
use portcullis_model::authentication::TokenSource;
use portcullis_model::lifetime::Clock;
use portcullis_secrets::{DigestKey, Secret};

use crate::caches::{RefusedCache, refused_scopes};
use crate::realms::Reach;

/// Whose credentials they are. Each family has a scope, and each subject of it has one.
#[derive(Clone, Copy)]
pub(crate) enum Family<'a> {
    /// Passwords in the realm of this type.
    Realm(&'a str),
    /// Passwords of names that no realm knows.
    Nobody(&'a [&'a str]),
    /// API keys.
    ApiKey,
    /// Service account tokens of this store.
    ServiceToken(TokenSource),
}

/// Why they were refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// The password is wrong, or the user is disabled or has none.
    Password(Reach),
    /// No realm knows the name.
    Nobody,
    /// There is no such API key.
    KeyNotFound,
    /// The secret is not that of the API key.
    KeySecret,
    /// The secret is right and the API key was invalidated.
    KeyInvalidated,
    /// The service account has no such token, or the secret is wrong.
    Token,
}

/// The keyed digest of one credential.
#[derive(Clone, Copy)]
pub(crate) struct CredentialDigest([u8; 32]);

impl CredentialDigest {
    /// What tells loads of one name with different secrets apart.
    pub(crate) fn variant(&self) -> u128 {
        let mut half = [0; 16];
        half.iter_mut().zip(self.0).for_each(|(to, from)| *to = from);
        u128::from_be_bytes(half)
    }
}

/// The cache and the key of its digests.
pub(crate) struct Refused {
    key: DigestKey,
    cache: Arc<RefusedCache>,
    clock: Arc<dyn Clock>,
}

impl Refused {
    pub(crate) fn new(cache: Arc<RefusedCache>, clock: Arc<dyn Clock>) -> Self {
        Self { key: DigestKey::random(), cache, clock }
    }

    pub(crate) fn digest(&self, family: Family<'_>, name: &str, secret: &Secret) -> CredentialDigest {
        let kind = match family {
            Family::Realm("reserved") => 0,
            Family::Realm("file") => 1,
            Family::Realm("native") => 2,
            Family::Nobody(_) => 3,
            Family::ApiKey => 4,
            Family::ServiceToken(TokenSource::Index) => 5,
            Family::ServiceToken(TokenSource::File) => 6,
            Family::Realm(_) => 7,
        };
        CredentialDigest(self.key.digest(kind, name.as_bytes(), secret))
    }

    pub(crate) fn get(&self, digest: &CredentialDigest) -> Option<Refusal> {
        self.cache.get(&digest.0, self.clock.boot().0)
    }

    /// Begins a decision that may end in a refusal. Call it before anything is read.
    pub(crate) fn begin(&self, digest: &CredentialDigest, family: Family<'_>, name: &str) -> Refusing {
        let scopes: Vec<ScopeKey> = match family {
            Family::Realm(kind) => refused_scopes(&format!("realm/{kind}"), name).into(),
            Family::Nobody(kinds) => {
                kinds.iter().flat_map(|kind| refused_scopes(&format!("realm/{kind}"), name)).collect()
            }
            Family::ApiKey => refused_scopes("api_key", name).into(),
            Family::ServiceToken(TokenSource::Index) => refused_scopes("index_token", name).into(),
            Family::ServiceToken(TokenSource::File) => refused_scopes("file_token", name).into(),
        };
        match self.cache.begin(digest.0, 0, &scopes, self.clock.boot().0) {
            Start::Lead(ticket) => Refusing(Some(ticket)),
            // Somebody is deciding the same; one record of it is enough.
            Start::Follow(_) => Refusing(None),
        }
    }
}

/// A decision under way that may end in a refusal.
pub(crate) struct Refusing(Option<Ticket<[u8; 32], Refusal, ()>>);

impl Refusing {
    /// Remembers the refusal, unless its subject has changed since the decision began.
    pub(crate) fn remember(self, refusal: Refusal, now_millis: u64) {
        if let Some(ticket) = self.0 {
            // Refused or not: this request began before whatever refused it.
            let _kept = ticket.finish((), Some(Keep { value: refusal, bytes: 0 }), now_millis);
        }
    }
}
