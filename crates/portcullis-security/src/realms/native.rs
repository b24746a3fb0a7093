//! The native realm: users that are documents of the store.

use std::sync::{Arc, Weak};

use portcullis_model::subject::{RealmRef, User};
use portcullis_secrets::{Secret, StoredHash};
use portcullis_store::{Condition, Expected};

use super::verify::{Stored, verify};
use super::{Answer, Reach, Realm, RealmFuture, ResolvedUser};
use crate::core::Core;
use crate::documents;
use crate::error::Failure;

/// The realm.
pub(crate) struct NativeRealm {
    core: Weak<Core>,
    realm: RealmRef,
}

impl NativeRealm {
    pub(crate) fn new(core: Weak<Core>, name: &str) -> Self {
        Self { core, realm: RealmRef::new(name, "native") }
    }

    fn read(&self, core: &Core, username: &str) -> Result<Option<Stored<ResolvedUser>>, Failure> {
        let Some(stored) = documents::user::read(core.store(), username)? else { return Ok(None) };
        let hash = StoredHash::parse(&stored.value.password)
            .inspect_err(
                |error| tracing::warn!(%error, "a native user has a password hash of an unknown form"),
            )
            .ok()
            .map(Arc::new);
        Ok(Some(Stored {
            value: ResolvedUser {
                user: Arc::new(User::from(stored.value)),
                realm: self.realm.clone(),
                proof: Some(Condition {
                    key: documents::user::key(username),
                    expected: Expected::At(stored.revision),
                }),
            },
            hash,
        }))
    }
}

impl Realm for NativeRealm {
    fn reference(&self) -> &RealmRef {
        &self.realm
    }

    fn authenticate<'a>(&'a self, username: &'a str, password: &'a Secret) -> RealmFuture<'a, Answer> {
        Box::pin(async move {
            let core = super::alive(&self.core)?;
            let subject = format!("realm/native/{username}");
            let verified = verify(&core, &subject, username, password, || self.read(&core, username)).await?;
            Ok(match verified {
                None => Answer::NotMine,
                Some(it) if it.right && it.value.user.enabled => Answer::Authenticated(Arc::new(it.value)),
                Some(_) => Answer::Refused(Reach::ThisRealm),
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
