//! The reserved realm: the built-in users. Their names belong to it alone, and only their password and whether
//! they are enabled can be changed.

use std::sync::{Arc, Weak};

use portcullis_model::subject::RealmRef;
use portcullis_secrets::{Secret, StoredHash};
use portcullis_store::{Condition, Expected};

use super::verify::{Stored, verify};
use super::{Answer, Reach, Realm, RealmFuture, ResolvedUser};
use crate::core::Core;
use crate::documents;
use crate::error::Failure;

/// The realm.
pub(crate) struct ReservedRealm {
    core: Weak<Core>,
    realm: RealmRef,
}

impl ReservedRealm {
    pub(crate) fn new(core: Weak<Core>) -> Self {
        Self { core, realm: RealmRef::new("reserved", "reserved") }
    }

    /// A reserved user always exists; without a document it has no password and cannot log in.
    fn read(&self, core: &Core, username: &str) -> Result<Option<Stored<ResolvedUser>>, Failure> {
        let Some(user) = portcullis_model::reserved_user::find(username) else { return Ok(None) };
        let key = documents::reserved_user::key(username);
        let stored = documents::reserved_user::read(core.store(), username)?;
        let (enabled, hash, expected) = match stored {
            Some(it) => (it.value.enabled, it.value.password, Expected::At(it.revision)),
            None => (true, String::new(), Expected::Absent),
        };
        let hash = (!hash.is_empty())
            .then(|| {
                StoredHash::parse(&hash)
                    .inspect_err(
                        |error| tracing::warn!(%error, "a reserved user has a hash of an unknown form"),
                    )
                    .ok()
                    .map(Arc::new)
            })
            .flatten();
        let user = Arc::new(user.user(enabled));
        let proof = Some(Condition { key, expected });
        Ok(Some(Stored { value: ResolvedUser { user, realm: self.realm.clone(), proof }, hash }))
    }
}

impl Realm for ReservedRealm {
    fn reference(&self) -> &RealmRef {
        &self.realm
    }

    fn authenticate<'a>(&'a self, username: &'a str, password: &'a Secret) -> RealmFuture<'a, Answer> {
        Box::pin(async move {
            let core = super::alive(&self.core)?;
            let subject = format!("realm/reserved/{username}");
            let verified = verify(&core, &subject, username, password, || self.read(&core, username)).await?;
            Ok(match verified {
                None => Answer::NotMine,
                Some(it) if it.right && it.value.user.enabled => Answer::Authenticated(Arc::new(it.value)),
                Some(_) => Answer::Refused(Reach::Chain),
            })
        })
    }

    fn lookup<'a>(&'a self, username: &'a str) -> RealmFuture<'a, Option<ResolvedUser>> {
        Box::pin(async move {
            let core = super::alive(&self.core)?;
            Ok(self.read(&core, username)?.map(|it| it.value))
        })
    }

    fn tells_changes(&self) -> bool {
        true
    }
}
