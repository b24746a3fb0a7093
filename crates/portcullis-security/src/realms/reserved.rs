//! The reserved realm: the built-in users. Their names belong to it alone, and only their password and whether
//! they are enabled can be changed.

use std::sync::Arc;

use portcullis_model::reserved_user;
use portcullis_model::subject::RealmRef;
use portcullis_store::{Condition, Expected};

use super::internal::{UserSource, hash};
use super::verify::Stored;
use super::{Reach, ResolvedUser};
use crate::core::Core;
use crate::documents;
use crate::error::Failure;

/// The table of reserved users, and what the store says of each.
pub(crate) struct Reserved;

impl UserSource for Reserved {
    const REACH: Reach = Reach::Chain;

    /// A reserved user always exists; without a document it has no password and cannot log in.
    fn read(
        &self,
        core: &Core,
        realm: &RealmRef,
        username: &str,
    ) -> Result<Option<Stored<ResolvedUser>>, Failure> {
        let Some(reserved) = reserved_user::find(username) else { return Ok(None) };
        let stored = documents::reserved_user::read(core.store(), username)?;
        let (enabled, password, expected) = match stored {
            Some(it) => (it.value.enabled, it.value.password, Expected::At(it.revision)),
            None => (true, String::new(), Expected::Absent),
        };
        let hash = if password.is_empty() { None } else { hash(&password, "a reserved user") };
        let proof = Condition { key: documents::reserved_user::key(username), expected };
        let user = Arc::new(reserved.user(enabled));
        Ok(Some(Stored { value: ResolvedUser { user, realm: realm.clone(), proof: vec![proof] }, hash }))
    }
}
