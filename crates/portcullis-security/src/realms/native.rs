//! The native realm: users that are documents of the store.

use std::sync::Arc;

use portcullis_model::subject::{RealmRef, User};
use portcullis_store::{Condition, Expected};

use super::internal::{UserSource, hash};
use super::verify::Stored;
use super::{Reach, ResolvedUser};
use crate::core::Core;
use crate::documents;
use crate::error::Failure;

/// Documents of the store.
pub(crate) struct Native;

impl UserSource for Native {
    const REACH: Reach = Reach::ThisRealm;

    fn read(
        &self,
        core: &Core,
        realm: &RealmRef,
        username: &str,
    ) -> Result<Option<Stored<ResolvedUser>>, Failure> {
        let Some(stored) = documents::user::read(core.store(), username)? else { return Ok(None) };
        let proof =
            Condition { key: documents::user::key(username), expected: Expected::At(stored.revision) };
        let hash = hash(&stored.value.password, "a native user");
        let user = Arc::new(User::from(stored.value));
        Ok(Some(Stored { value: ResolvedUser { user, realm: realm.clone(), proof: vec![proof] }, hash }))
    }
}
