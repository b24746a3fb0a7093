//! `Authorization: Bearer` with a service account token: first the tokens of the file, then those of the index,
//! each with a cache of its own. The same name may be in both with different secrets; both are good.

use std::sync::Arc;

use portcullis_cache::{Keep, ScopeKey, Start};
use portcullis_model::authentication::{Authentication, TokenSource};
use portcullis_model::credential::ServiceTokenId;
use portcullis_model::{service_account, token};
use portcullis_secrets::Secret;
use portcullis_store::{Condition, Expected};

use super::credentials::ServiceToken;
use super::proven::Proven;
use super::refused::{Family, Refusal};
use super::soft_failure;
use crate::authz::granted::Granted;
use crate::caches::TokenCache;
use crate::caches::kept::Kept;
use crate::core::Core;
use crate::documents;
use crate::error::{Failure, Kind};
use crate::fence::{Basis, Reading};
use crate::realms::internal::hash;
use crate::realms::verify::{Stored, verify};

/// What a cached token weighs beside its entry: a guess that the statistics are made of.
const TOKEN_BYTES: usize = 256;

/// A token whose secret was right, as the cache keeps it.
pub(crate) struct CachedToken {
    hash: Kept,
    proven: Arc<Proven>,
}

/// What waiters of one load are told.
#[derive(Clone)]
pub(crate) enum TokenVerdict {
    Good(Arc<CachedToken>),
    Refused,
    Undecided(Failure),
}

/// Verifies the token. See [`super::authenticate`] for the errors.
pub(crate) async fn authenticate(
    core: &Core,
    bearer: &Secret,
    reading: &mut Reading,
) -> Result<Arc<Proven>, Failure> {
    let Some(ServiceToken { id, secret }) = ServiceToken::parse(bearer) else {
        return Err(soft_failure("oauth2 token", "invalid token"));
    };
    let known = service_account::find(&id.namespace, &id.service).is_some();
    if !known || secret.len() < token::SECRET_MIN {
        return Err(refused(&id));
    }
    reading.note_credentials(core, "service_token", &id.to_string());
    for source in [TokenSource::File, TokenSource::Index] {
        reading.rests_on(match source {
            TokenSource::File => Basis::Files,
            TokenSource::Index => Basis::Index,
        });
        match find(core, source, &id, &secret).await {
            TokenVerdict::Good(token) => return Ok(Arc::clone(&token.proven)),
            TokenVerdict::Refused => {}
            TokenVerdict::Undecided(failure) => return Err(failure),
        }
    }
    Err(refused(&id))
}

fn refused(id: &ServiceTokenId) -> Failure {
    Failure::new(
        Kind::Unauthenticated,
        format!(
            "failed to authenticate service account [{}/{}] with token name [{}]",
            id.namespace, id.service, id.name
        ),
    )
}

async fn find(core: &Core, source: TokenSource, id: &ServiceTokenId, secret: &Secret) -> TokenVerdict {
    let cache = core.caches().tokens(source);
    let name = id.to_string();
    if let Some(entry) = cache.get(&*name, core.boot().0) {
        return match entry.hash.matches(core, &name, secret).await {
            Ok(true) => TokenVerdict::Good(entry),
            Ok(false) => TokenVerdict::Refused,
            Err(failure) => TokenVerdict::Undecided(failure),
        };
    }
    // Most names stand in one place: where the file has no such line, and nothing to hash, the cache has nothing to share.
    if source == TokenSource::File && core.files().service_tokens().content().hash(&name).is_none() {
        return TokenVerdict::Refused;
    }
    Box::pin(find_anew(core, source, cache, &name, id, secret)).await
}

/// The token is not cached. Kept out of [`find`], so that a hit does not carry the future of a load around.
async fn find_anew(
    core: &Core,
    source: TokenSource,
    cache: &TokenCache,
    name: &str,
    id: &ServiceTokenId,
    secret: &Secret,
) -> TokenVerdict {
    let family = Family::ServiceToken(source);
    let digest = core.refused().digest(family, name, secret);
    if core.refused().get(&digest) == Some(Refusal::Token) {
        return TokenVerdict::Refused;
    }
    let account = ScopeKey::from(format!("{}/{}", id.namespace, id.service));
    loop {
        match cache.begin(name.into(), digest.variant(), &[Arc::clone(&account)], core.boot().0) {
            Start::Follow(waiter) => match waiter.await {
                Ok(verdict) => return verdict,
                Err(_abandoned) => continue,
            },
            Start::Lead(ticket) => {
                let refusing = core.refused().begin(&digest, family, name);
                let verdict = load(core, source, id, secret).await.unwrap_or_else(TokenVerdict::Undecided);
                let now = core.boot().0;
                let keep = match &verdict {
                    TokenVerdict::Good(token) => Some(Keep { value: Arc::clone(token), bytes: TOKEN_BYTES }),
                    TokenVerdict::Refused => {
                        refusing.remember(Refusal::Token, now);
                        None
                    }
                    TokenVerdict::Undecided(_) => None,
                };
                // Refused or not: this request began before whatever refused it.
                let _kept = ticket.finish(verdict.clone(), keep, now);
                return verdict;
            }
        }
    }
}

/// Whose hashes they are, and what changes with the token.
fn subject(name: &str) -> String {
    format!("service_token/{name}")
}

async fn load(
    core: &Core,
    source: TokenSource,
    id: &ServiceTokenId,
    secret: &Secret,
) -> Result<TokenVerdict, Failure> {
    let name = id.to_string();
    let subject = subject(&name);
    let verified = verify(core, &subject, &subject, secret, || match source {
        TokenSource::Index => read_index(core, id),
        TokenSource::File => Ok(read_file(core, &name)),
    })
    .await?;
    let Some(verified) = verified.filter(|it| it.right) else { return Ok(TokenVerdict::Refused) };
    let hash = Kept::new(core, &subject, core.settings().service_token_cache.hash_algo, secret).await?;
    Ok(TokenVerdict::Good(Arc::new(CachedToken {
        hash,
        proven: Arc::new(Proven::new(
            Authentication::service_token(id, source),
            verified.value.into_iter().collect(),
            Some(Granted::of_account(&id.namespace, &id.service)),
        )),
    })))
}

fn read_index(core: &Core, id: &ServiceTokenId) -> Result<Option<Stored<Option<Condition>>>, Failure> {
    let Some(stored) = documents::service_token::read(core.store(), id)? else { return Ok(None) };
    let hash = hash(&stored.value.password, "a service token");
    let proof = Condition { key: documents::service_token::key(id), expected: Expected::At(stored.revision) };
    Ok(Some(Stored { value: Some(proof), hash }))
}

fn read_file(core: &Core, name: &str) -> Option<Stored<Option<Condition>>> {
    let hash = core.files().service_tokens().content().hash(name)?;
    Some(Stored { value: None, hash: Some(hash) })
}
