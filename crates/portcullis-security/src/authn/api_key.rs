//! `Authorization: ApiKey`: a key's id and secret. The cached hash decides; a miss reads the key's document.

use std::sync::Arc;

use portcullis_cache::{Keep, Start};
use portcullis_model::api_key::{ApiKeyRecord, ApiKeyType};
use portcullis_model::authentication::Authentication;
use portcullis_secrets::Secret;
use portcullis_store::{Condition, Expected};

use super::proven::Proven;
use super::refused::{Family, Refusal};
use super::soft_failure;
use crate::authz::granted::Granted;
use crate::authz::key_permissions::KeyPermissions;
use crate::caches::ApiKeyCache;
use crate::caches::kept::Kept;
use crate::core::Core;
use crate::documents;
use crate::error::{Failure, Kind};
use crate::fence::{Basis, Reading};
use crate::realms::internal::hash;
use crate::realms::verify::{Stored, verify};

/// What a cached key weighs beside its entry: a guess that the statistics are made of.
const KEY_BYTES: usize = 512;

/// A key whose secret was right, as the cache keeps it.
pub(crate) struct CachedApiKey {
    hash: Kept,
    /// Milliseconds since the epoch.
    expiration: Option<i64>,
    proven: Arc<Proven>,
}

/// What waiters of one load are told.
#[derive(Clone)]
pub(crate) enum KeyVerdict {
    Good(Arc<CachedApiKey>),
    Refused(Refusal),
    Undecided(Failure),
}

/// Verifies the key. See [`super::authenticate`] for the errors.
pub(crate) async fn authenticate(
    core: &Core,
    id: &str,
    secret: &Secret,
    reading: &mut Reading,
) -> Result<Arc<Proven>, Failure> {
    if !core.settings().api_key.enabled.is_on() {
        return Err(soft_failure("API key", "api keys are not enabled"));
    }
    reading.note_credentials(core, "api_key", id);
    reading.rests_on(Basis::Index);
    let key = match find(core, id, secret).await {
        KeyVerdict::Good(key) => key,
        KeyVerdict::Refused(refusal) => return Err(refused(id, refusal)),
        KeyVerdict::Undecided(failure) => return Err(failure),
    };
    // Expiry is a question to the clock, so it is asked each time.
    if key.expiration.is_some_and(|it| it <= core.now().0) {
        return Err(soft_failure("API key", "api key is expired"));
    }
    Ok(Arc::clone(&key.proven))
}

async fn find(core: &Core, id: &str, secret: &Secret) -> KeyVerdict {
    let Some(cache) = &core.caches().api_keys else {
        return Box::pin(load(core, id, secret)).await;
    };
    if let Some(entry) = cache.get(id, core.boot().0) {
        return match entry.hash.matches(core, id, secret).await {
            Ok(true) => KeyVerdict::Good(entry),
            Ok(false) => KeyVerdict::Refused(Refusal::KeySecret),
            Err(failure) => KeyVerdict::Undecided(failure),
        };
    }
    Box::pin(find_anew(core, cache, id, secret)).await
}

/// The key is not cached. Kept out of [`find`], so that a hit does not carry the future of a load around.
async fn find_anew(core: &Core, cache: &ApiKeyCache, id: &str, secret: &Secret) -> KeyVerdict {
    let digest = core.refused().digest(Family::ApiKey, id, secret);
    if let Some(refusal) = core.refused().get(&digest) {
        return KeyVerdict::Refused(refusal);
    }
    loop {
        match cache.begin(id.into(), digest.variant(), &[], core.boot().0) {
            Start::Follow(waiter) => match waiter.await {
                Ok(verdict) => return verdict,
                Err(_abandoned) => continue,
            },
            Start::Lead(ticket) => {
                let refusing = core.refused().begin(&digest, Family::ApiKey, id);
                let verdict = load(core, id, secret).await;
                let now = core.boot().0;
                let keep = match &verdict {
                    KeyVerdict::Good(key) => Some(Keep { value: Arc::clone(key), bytes: KEY_BYTES }),
                    KeyVerdict::Refused(refusal) => {
                        refusing.remember(*refusal, now);
                        None
                    }
                    KeyVerdict::Undecided(_) => None,
                };
                // Refused or not: this request began before whatever refused it.
                let _kept = ticket.finish(verdict.clone(), keep, now);
                return verdict;
            }
        }
    }
}

/// Whose hashes they are, and what changes with the key.
fn subject(id: &str) -> String {
    format!("api_key/{id}")
}

async fn load(core: &Core, id: &str, secret: &Secret) -> KeyVerdict {
    decide(core, id, secret).await.unwrap_or_else(KeyVerdict::Undecided)
}

async fn decide(core: &Core, id: &str, secret: &Secret) -> Result<KeyVerdict, Failure> {
    let subject = subject(id);
    let verified = verify(core, &subject, &subject, secret, || read(core, id)).await?;
    let Some(verified) = verified else { return Ok(KeyVerdict::Refused(Refusal::KeyNotFound)) };
    if !verified.right {
        return Ok(KeyVerdict::Refused(Refusal::KeySecret));
    }
    let (record, proof) = verified.value;
    if record.invalidated {
        return Ok(KeyVerdict::Refused(Refusal::KeyInvalidated));
    }
    if record.kind != ApiKeyType::Rest {
        return Ok(KeyVerdict::Refused(Refusal::KeyType));
    }
    let hash = Kept::new(core, &subject, core.settings().api_key.cache.hash_algo, secret).await?;
    Ok(KeyVerdict::Good(Arc::new(CachedApiKey {
        hash,
        expiration: record.expiration.map(|it| it.0),
        proven: Arc::new(Proven::new(
            Authentication::api_key(id, &record),
            vec![proof],
            Some(Granted::Key(permissions(core, record))),
        )),
    })))
}

/// What the key may do. The anonymous user acts as nobody else, so neither does a key that it made.
fn permissions(core: &Core, record: ApiKeyRecord) -> Arc<KeyPermissions> {
    let mut limited_by = record.limited_by;
    if record.creator.is_anonymous() {
        limited_by.iter_mut().for_each(|role| role.run_as.clear());
    }
    core.key_permissions().of(record.role_descriptors, limited_by)
}

fn read(core: &Core, id: &str) -> Result<Option<Stored<(ApiKeyRecord, Condition)>>, Failure> {
    let Some(stored) = documents::api_key::read(core.store(), id)? else { return Ok(None) };
    let hash = hash(&stored.value.hash, "an API key");
    let proof = Condition { key: documents::api_key::key(id), expected: Expected::At(stored.revision) };
    Ok(Some(Stored { value: (stored.value, proof), hash }))
}

/// Elasticsearch's details. That a key was invalidated is told only where the secret is right.
fn refused(id: &str, refusal: Refusal) -> Failure {
    let detail = match refusal {
        Refusal::KeyNotFound => format!("unable to find apikey with id {id}"),
        Refusal::KeyInvalidated => format!("api key [{id}] has been invalidated"),
        Refusal::KeyType => {
            let reason = format!(
                "authentication expected API key type of [rest], but API key [{id}] has type [cross_cluster]"
            );
            return Failure::new(Kind::Unauthenticated, reason);
        }
        Refusal::KeySecret | Refusal::Password(_) | Refusal::Nobody | Refusal::Token => {
            format!("invalid credentials for API key [{id}]")
        }
    };
    soft_failure("API key", &detail)
}
