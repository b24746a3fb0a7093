//! The file realm: users of the files `users` and `users_roles`.

use std::sync::Arc;

use portcullis_model::subject::{RealmRef, User};

use super::internal::UserSource;
use super::verify::Stored;
use super::{Reach, ResolvedUser};
use crate::core::Core;
use crate::error::Failure;

/// The two files, as they are in force.
pub(crate) struct FileUsers;

impl UserSource for FileUsers {
    const REACH: Reach = Reach::ThisRealm;

    fn read(
        &self,
        core: &Core,
        realm: &RealmRef,
        username: &str,
    ) -> Result<Option<Stored<ResolvedUser>>, Failure> {
        let Some(hash) = core.files().users().content().hash(username) else { return Ok(None) };
        let roles = core.files().users_roles().content().roles(username);
        let user = Arc::new(User::new(username, roles));
        Ok(Some(Stored {
            value: ResolvedUser { user, realm: realm.clone(), proof: Vec::new() },
            hash: Some(hash),
        }))
    }

    fn lacks(&self, core: &Core, username: &str) -> bool {
        core.files().users().content().hash(username).is_none()
    }
}
