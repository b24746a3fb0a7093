//! Credentials that were refused a moment ago, so that repeating them costs nothing. They live in a cache of their
//! own: a spray of wrong passwords fills this one and cannot evict a good entry. Same fence, same clearing.

use std::sync::Arc;

use portcullis_cache::{Keep, ScopeKey, Start, Ticket, Waiter};
use portcullis_model::authentication::TokenSource;
use portcullis_model::lifetime::Clock;
use portcullis_model::subject::RealmRef;
use portcullis_secrets::{DigestKey, Secret};

use crate::caches::{RefusedCache, refused_scopes, tokens_name};
use crate::realms::Reach;

/// Whose credentials they are. Each family has a scope, and each subject of it has one.
#[derive(Clone, Copy)]
pub(crate) enum Family<'a> {
    /// Passwords in this realm.
    Realm(&'a RealmRef),
    /// Passwords of names that none of these realms knows.
    Nobody(&'a [&'a RealmRef]),
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
    /// The secret is right and the API key is not for this API.
    KeyType,
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
        let digest = |kind, name: &str| CredentialDigest(self.key.digest(kind, name.as_bytes(), secret));
        match family {
            // Two realms may be of one type. No name of a realm holds a NUL.
            Family::Realm(realm) => digest(0, &format!("{}\0{}\0{name}", realm.kind, realm.name)),
            Family::Nobody(_) => digest(1, name),
            Family::ApiKey => digest(2, name),
            Family::ServiceToken(TokenSource::Index) => digest(3, name),
            Family::ServiceToken(TokenSource::File) => digest(4, name),
        }
    }

    pub(crate) fn get(&self, digest: &CredentialDigest) -> Option<Refusal> {
        self.cache.get(&digest.0, self.clock.boot().0)
    }

    /// Begins a decision that may end in a refusal. Call it before anything is read.
    pub(crate) fn begin(&self, digest: &CredentialDigest, family: Family<'_>, name: &str) -> Refusing {
        let of = |realm: &RealmRef| refused_scopes(&format!("realm/{}", realm.kind), name);
        let scopes: Vec<ScopeKey> = match family {
            Family::Realm(realm) => of(realm).into(),
            Family::Nobody(realms) => realms.iter().flat_map(|realm| of(realm)).collect(),
            Family::ApiKey => refused_scopes("api_key", name).into(),
            Family::ServiceToken(source) => refused_scopes(tokens_name(source), name).into(),
        };
        match self.cache.begin(digest.0, 0, &scopes, self.clock.boot().0) {
            Start::Lead(ticket) => Refusing::Leads(ticket),
            Start::Follow(waiter) => Refusing::Follows(waiter),
        }
    }
}

/// A decision under way that may end in a refusal.
pub(crate) enum Refusing {
    /// It is the one that is remembered.
    Leads(Ticket<[u8; 32], Refusal, ()>),
    /// Somebody is deciding the same; one record of it is enough. The wait is over when that one is remembered.
    Follows(Waiter<()>),
}

impl Refusing {
    /// Remembers the refusal, unless its subject has changed since the decision began.
    pub(crate) fn remember(self, refusal: Refusal, now_millis: u64) {
        if let Self::Leads(ticket) = self {
            // Refused or not: this request began before whatever refused it.
            let _kept = ticket.finish((), Some(Keep { value: refusal, bytes: 0 }), now_millis);
        }
    }
}

#[cfg(test)]
mod tests;
