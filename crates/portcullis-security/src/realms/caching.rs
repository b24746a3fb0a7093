//! The user cache in front of a realm: a hit costs one fast hash; a miss goes to the realm with a ticket, and
//! requests with the same name and password share it. What an answer rests on depends on the realm alone, so a cached one
//! rests on the same as a fresh one.

use std::sync::Arc;

use portcullis_cache::{Keep, Start};
use portcullis_model::reserved_user;
use portcullis_secrets::{HashAlgorithm, Secret};

use super::{LookupVerdict, Realm, RealmDecision, RealmVerdict, ResolvedUser, VerifiedUser};
use crate::authn::refused::{Family, Refusal};
use crate::caches::RealmCaches;
use crate::caches::kept::Kept;
use crate::core::Core;
use crate::error::Failure;
use crate::fence::{Basis, Reading};
use crate::settings::{CacheSettings, Switch};

/// What a cached user weighs beside its entry: a guess that the statistics are made of.
const USER_BYTES: usize = 256;

/// Which of a realm's answers rest on the security index, that it has no document included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum IndexFacts {
    /// None.
    Nowhere,
    /// All.
    Everywhere,
    /// Those about reserved names. Without a document, a reserved user has no password: that is a fact too.
    OfReservedNames,
    /// Those that know the user: role mappings were asked for its roles.
    OfKnownUsers,
}

impl IndexFacts {
    /// Of names that are the realm's own to look up: see [`CachingRealm::is_of_others`].
    fn basis(self, known: Known) -> Basis {
        match (self, known) {
            (Self::Nowhere, _) | (Self::OfKnownUsers, Known::No) => Basis::Files,
            (Self::Everywhere | Self::OfReservedNames, _) | (Self::OfKnownUsers, Known::Yes) => Basis::Index,
        }
    }
}

/// Whether the realm let somebody in, or found somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Known {
    Yes,
    No,
}

impl Known {
    fn of<T>(found: Option<&T>) -> Self {
        found.map_or(Self::No, |_| Self::Yes)
    }
}

/// A realm and how it is used.
pub(crate) struct CachingRealm {
    realm: Box<dyn Realm>,
    facts: IndexFacts,
    /// Of the subjects that are its users.
    family: String,
    caches: Arc<RealmCaches>,
    authentication: Switch,
    hash_algo: HashAlgorithm,
}

impl CachingRealm {
    /// The realm with empty caches. `facts`: which of its answers rest on the index.
    pub(crate) fn new(
        realm: Box<dyn Realm>,
        facts: IndexFacts,
        authentication: Switch,
        cache: &CacheSettings,
    ) -> Self {
        let mapped = Switch::from_bool(facts == IndexFacts::OfKnownUsers);
        let caches = Arc::new(RealmCaches::new(realm.reference().clone(), mapped, cache));
        let family = format!("realm/{}", realm.reference().kind);
        Self { realm, facts, family, caches, authentication, hash_algo: cache.hash_algo }
    }

    pub(crate) fn realm(&self) -> &dyn Realm {
        &*self.realm
    }

    pub(crate) fn caches(&self) -> &Arc<RealmCaches> {
        &self.caches
    }

    /// Whether its users live elsewhere: it may be away, and it tells no changes.
    pub(crate) fn is_remote(&self) -> bool {
        !self.realm.tells_changes()
    }

    /// Whether credentials are taken at all (`authentication.enabled`).
    pub(crate) fn authenticates(&self) -> bool {
        self.authentication.is_on()
    }

    /// Whether this is the realm of the reserved users and the name is none of theirs. Their table does not change, so there
    /// is nothing to note, look up or load.
    fn is_of_others(&self, username: &str) -> bool {
        self.facts == IndexFacts::OfReservedNames && reserved_user::find(username).is_none()
    }

    /// Notes what is looked at before it is.
    fn note(&self, core: &Core, username: &str, reading: &mut Reading) {
        if self.facts == IndexFacts::OfKnownUsers {
            reading.note_mappings(core);
        }
        reading.note_credentials(core, &self.family, username);
    }

    /// Asks the cache, then the realm.
    pub(crate) async fn authenticate(
        &self,
        core: &Core,
        username: &str,
        password: &Secret,
        reading: &mut Reading,
    ) -> Result<RealmDecision, Failure> {
        if !self.authenticates() || self.is_of_others(username) {
            return Ok(RealmDecision::NotMine);
        }
        self.note(core, username, reading);
        let answer = self.ask(core, username, password).await?;
        let known = match &answer {
            RealmDecision::Proven(_) => Known::Yes,
            RealmDecision::NotMine | RealmDecision::Refused(_) => Known::No,
        };
        reading.rests_on(self.facts.basis(known));
        Ok(answer)
    }

    async fn ask(&self, core: &Core, username: &str, password: &Secret) -> Result<RealmDecision, Failure> {
        let caches = &self.caches;
        if let Some(entry) = caches.users.get(username, core.boot().0)
            && entry.hash.matches(core, username, password).await?
        {
            return Ok(RealmDecision::Proven(Arc::clone(&entry.proven)));
        }
        // Behind the cache: what a clear failed to take out would be seen still.
        if self.realm.lacks(username) {
            return Ok(RealmDecision::NotMine);
        }
        Box::pin(self.ask_anew(core, username, password)).await
    }

    /// The credentials are not cached. Kept out of [`Self::ask`], so that a hit does not carry the future of a load around.
    async fn ask_anew(
        &self,
        core: &Core,
        username: &str,
        password: &Secret,
    ) -> Result<RealmDecision, Failure> {
        let caches = &self.caches;
        // A mismatch with the cached hash is no answer: the password may have changed, and to answer at once would
        // tell who is cached. The good entry stays until a new secret proves right.
        let refusable = !self.is_remote();
        let family = Family::Realm(self.realm.reference());
        let digest = core.refused().digest(family, username, password);
        if refusable && let Some(Refusal::Password(reach)) = core.refused().get(&digest) {
            return Ok(RealmDecision::Refused(reach));
        }
        let scopes = caches.scopes(username);
        loop {
            match caches.users.begin(username.into(), digest.variant(), &scopes, core.boot().0) {
                Start::Follow(waiter) => match waiter.await {
                    Ok(RealmVerdict::Decided(answer)) => return Ok(answer),
                    Ok(RealmVerdict::Undecided(failure)) => return Err(failure),
                    // Whoever led has gone; somebody leads anew.
                    Err(_abandoned) => continue,
                },
                Start::Lead(ticket) => {
                    let refusing = refusable.then(|| core.refused().begin(&digest, family, username));
                    let outcome = self.realm.authenticate(username, password).await.map(RealmDecision::from);
                    let now = core.boot().0;
                    let (verdict, keep) = match &outcome {
                        Ok(answer) => {
                            let keep = self.keep(core, username, answer, password).await;
                            (RealmVerdict::Decided(answer.clone()), keep)
                        }
                        Err(failure) => (RealmVerdict::Undecided(failure.clone()), None),
                    };
                    if let (Some(refusing), Ok(RealmDecision::Refused(reach))) = (refusing, &outcome) {
                        refusing.remember(Refusal::Password(*reach), now);
                    }
                    // Refused or not: this request began before whatever refused it.
                    let _kept = ticket.finish(verdict, keep, now);
                    return outcome;
                }
            }
        }
    }

    async fn keep(
        &self,
        core: &Core,
        username: &str,
        answer: &RealmDecision,
        password: &Secret,
    ) -> Option<Keep<Arc<VerifiedUser>>> {
        let RealmDecision::Proven(proven) = answer else { return None };
        // Who cannot be kept is let in all the same.
        let hash = Kept::new(core, username, self.hash_algo, password).await.ok()?;
        let value = VerifiedUser { hash, proven: Arc::clone(proven) };
        Some(Keep { value: Arc::new(value), bytes: USER_BYTES })
    }

    /// The user of this name, from the lookup cache or the realm.
    pub(crate) async fn lookup(
        &self,
        core: &Core,
        username: &str,
        reading: &mut Reading,
    ) -> Result<Option<Arc<ResolvedUser>>, Failure> {
        if self.is_of_others(username) {
            return Ok(None);
        }
        self.note(core, username, reading);
        let found = self.look_up(core, username).await?;
        reading.rests_on(self.facts.basis(Known::of(found.as_ref())));
        Ok(found)
    }

    async fn look_up(&self, core: &Core, username: &str) -> Result<Option<Arc<ResolvedUser>>, Failure> {
        let caches = &self.caches;
        if let Some(user) = caches.lookups.get(username, core.boot().0) {
            return Ok(Some(user));
        }
        let scopes = caches.scopes(username);
        loop {
            match caches.lookups.begin(username.into(), 0, &scopes, core.boot().0) {
                Start::Follow(waiter) => match waiter.await {
                    Ok(LookupVerdict::Decided(user)) => return Ok(user),
                    Ok(LookupVerdict::Undecided(failure)) => return Err(failure),
                    Err(_abandoned) => continue,
                },
                Start::Lead(ticket) => {
                    let outcome = self.realm.lookup(username).await.map(|it| it.map(Arc::new));
                    let verdict = match &outcome {
                        Ok(user) => LookupVerdict::Decided(user.clone()),
                        Err(failure) => LookupVerdict::Undecided(failure.clone()),
                    };
                    let keep = match &outcome {
                        Ok(Some(user)) => Some(Keep { value: Arc::clone(user), bytes: USER_BYTES }),
                        _ => None,
                    };
                    // Refused or not: this request began before whatever refused it.
                    let _kept = ticket.finish(verdict, keep, core.boot().0);
                    return outcome;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests;
