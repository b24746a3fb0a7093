//! What the realms of this service have in common: users that are read here, from the store or from a file, with a
//! hash to verify. Where they are read stands in [`super::native`], [`super::reserved`] and [`super::file`].

use std::sync::{Arc, Weak};

use portcullis_model::subject::RealmRef;
use portcullis_secrets::{Secret, StoredHash};

use super::verify::{Stored, verify};
use super::{Answer, Reach, Realm, RealmFuture, ResolvedUser};
use crate::core::Core;
use crate::error::Failure;

/// Where an internal realm reads its users.
pub(crate) trait UserSource: Send + Sync + 'static {
    /// How far a wrong password of one of its users reaches.
    const REACH: Reach;

    /// The user of this name, as it is now.
    fn read(
        &self,
        core: &Core,
        realm: &RealmRef,
        username: &str,
    ) -> Result<Option<Stored<ResolvedUser>>, Failure>;

    /// See [`Realm::lacks`].
    fn lacks(&self, _core: &Core, _username: &str) -> bool {
        false
    }
}

/// A realm over a [`UserSource`].
pub(crate) struct InternalRealm<S> {
    core: Weak<Core>,
    realm: RealmRef,
    source: S,
}

impl<S: UserSource> InternalRealm<S> {
    pub(crate) fn new(core: Weak<Core>, realm: RealmRef, source: S) -> Self {
        Self { core, realm, source }
    }

    /// The core that made this realm. It can be gone only while the node stops.
    fn core(&self) -> Result<Arc<Core>, Failure> {
        self.core.upgrade().ok_or_else(|| Failure::unavailable("the node is stopping"))
    }
}

impl<S: UserSource> Realm for InternalRealm<S> {
    fn reference(&self) -> &RealmRef {
        &self.realm
    }

    fn authenticate<'a>(&'a self, username: &'a str, password: &'a Secret) -> RealmFuture<'a, Answer> {
        Box::pin(async move {
            let core = self.core()?;
            let subject = format!("realm/{}/{username}", self.realm.kind);
            let read = || self.source.read(&core, &self.realm, username);
            let verified = verify(&core, &subject, username, password, read).await?;
            Ok(match verified {
                None => Answer::NotMine,
                Some(it) if it.right && it.value.user.enabled => Answer::Authenticated(Arc::new(it.value)),
                Some(_) => Answer::Refused(S::REACH),
            })
        })
    }

    fn lookup<'a>(&'a self, username: &'a str) -> RealmFuture<'a, Option<ResolvedUser>> {
        Box::pin(async move {
            let core = self.core()?;
            Ok(self.source.read(&core, &self.realm, username)?.map(|it| it.value))
        })
    }

    fn lacks(&self, username: &str) -> bool {
        self.core.upgrade().is_some_and(|core| self.source.lacks(&core, username))
    }

    fn tells_changes(&self) -> bool {
        true
    }
}

/// A stored hash, if it has a form that is known. What it belongs to cannot log in otherwise.
pub(crate) fn hash(text: &str, whose: &str) -> Option<Arc<StoredHash>> {
    StoredHash::parse(text)
        .inspect_err(|error| tracing::warn!(%error, "{whose} has a stored hash of an unknown form"))
        .ok()
        .map(Arc::new)
}
