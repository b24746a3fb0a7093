//! The file realm: users of the files `users` and `users_roles`.

use std::sync::{Arc, Weak};

use portcullis_model::subject::{RealmRef, User};
use portcullis_secrets::Secret;
use serde_json::Map;

use super::verify::{Stored, verify};
use super::{Answer, Reach, Realm, RealmFuture, ResolvedUser};
use crate::core::Core;

/// The realm.
pub(crate) struct FileRealm {
    core: Weak<Core>,
    realm: RealmRef,
}

impl FileRealm {
    pub(crate) fn new(core: Weak<Core>, name: &str) -> Self {
        Self { core, realm: RealmRef::new(name, "file") }
    }

    fn read(&self, core: &Core, username: &str) -> Option<Stored<ResolvedUser>> {
        let hash = core.files().users().content().hash(username)?;
        let user = User {
            username: username.to_owned(),
            roles: core.files().users_roles().content().roles(username),
            full_name: None,
            email: None,
            metadata: Map::new(),
            enabled: true,
        };
        let value = ResolvedUser { user: Arc::new(user), realm: self.realm.clone(), proof: None };
        Some(Stored { value, hash: Some(hash) })
    }
}

impl Realm for FileRealm {
    fn reference(&self) -> &RealmRef {
        &self.realm
    }

    fn authenticate<'a>(&'a self, username: &'a str, password: &'a Secret) -> RealmFuture<'a, Answer> {
        Box::pin(async move {
            let core = super::alive(&self.core)?;
            let subject = format!("realm/file/{username}");
            let verified =
                verify(&core, &subject, username, password, || Ok(self.read(&core, username))).await?;
            Ok(match verified {
                None => Answer::NotMine,
                Some(it) if it.right => Answer::Authenticated(Arc::new(it.value)),
                Some(_) => Answer::Refused(Reach::ThisRealm),
            })
        })
    }

    fn lookup<'a>(&'a self, username: &'a str) -> RealmFuture<'a, Option<ResolvedUser>> {
        Box::pin(async move {
            let core = super::alive(&self.core)?;
            Ok(self.read(&core, username).map(|it| it.value))
        })
    }

    fn tells_changes(&self) -> bool {
        true
    }
}
