//! A realm over a remote directory: the directory says who somebody is and what groups they are in, role mappings say
//! what roles that makes. How long the outcome is kept, and what ends it, is the cache's business in front of this.

use std::path::PathBuf;
use std::sync::{Arc, Weak};

use portcullis_model::role_mapping::{MappingSubject, PreparedSubject};
use portcullis_model::subject::{RealmRef, User};
use portcullis_secrets::Secret;
use portcullis_store::Document;
use serde_json::Value;

use super::directory::{Directory, DirectoryAnswer, DirectoryStats, DirectoryUser};
use super::verify::MAX_READS;
use super::{Answer, Reach, Realm, RealmFuture, ResolvedUser};
use crate::authz::role_mapping::{Mapped, RoleMappings};
use crate::caches::ROLE_MAPPINGS;
use crate::caches::generation::Footprint;
use crate::core::Core;
use crate::error::Failure;
use crate::settings::Switch;

/// Where the roles of a directory's users come from, beside the role mappings of the store.
#[derive(Clone)]
pub(crate) struct Mapping {
    /// `files.role_mapping`.
    pub(crate) file: PathBuf,
    /// `unmapped_groups_as_roles`.
    pub(crate) unmapped_groups: Switch,
}

impl Mapping {
    fn roles_of_file(&self, core: &Core, subject: &PreparedSubject<'_>) -> Vec<String> {
        let file = core.files().role_mapping(&self.file);
        let mut roles = file.roles_for(subject);
        if self.unmapped_groups.is_on() {
            roles.extend(file.unmapped_groups(subject));
        }
        roles
    }
}

/// A realm over a [`Directory`].
pub(crate) struct MappedRealm {
    core: Weak<Core>,
    directory: Box<dyn Directory>,
    mapping: Mapping,
}

impl MappedRealm {
    pub(crate) fn new(core: Weak<Core>, directory: Box<dyn Directory>, mapping: Mapping) -> Self {
        Self { core, directory, mapping }
    }

    /// The user with the roles of the mappings as they are now. If they change while they are read, they are read again:
    /// what the directory said stands.
    async fn resolve(&self, user: DirectoryUser) -> Result<ResolvedUser, Failure> {
        let core = self.core.upgrade().ok_or_else(|| Failure::unavailable("the node is stopping"))?;
        let subject = Arc::new(self.subject(&user));
        for _ in 0..MAX_READS {
            let mut footprint = Footprint::default();
            core.generations().note(&mut footprint, ROLE_MAPPINGS);
            let Mapped { roles, proof } = self.mapped(&core, &subject).await?;
            if core.generations().unmoved(&footprint) {
                let user = Arc::new(described(user, roles.into_iter().collect()));
                return Ok(ResolvedUser { user, realm: self.directory.reference().clone(), proof });
            }
        }
        Err(Failure::unavailable(format!(
            "the role mappings changed {MAX_READS} times while they were read; try again"
        )))
    }

    fn subject(&self, user: &DirectoryUser) -> MappingSubject {
        MappingSubject {
            username: user.username.clone(),
            dn: Some(user.dn.clone()),
            groups: user.groups.clone(),
            metadata: metadata(user),
            realm_name: self.directory.reference().name.to_string(),
        }
    }

    async fn mapped(&self, core: &Arc<Core>, subject: &Arc<MappingSubject>) -> Result<Mapped, Failure> {
        let documents: Arc<[Document]> = RoleMappings::read(core.store()).await?.into();
        let (own, mapping) = (Arc::clone(core), self.mapping.clone());
        let (all, whose) = (Arc::clone(&documents), Arc::clone(subject));
        let work = move || {
            let prepared = PreparedSubject::new(&whose);
            let mut mapped = own.role_mappings().roles_for(&all, &prepared);
            mapped.roles.extend(mapping.roles_of_file(&own, &prepared));
            mapped
        };
        core.role_mappings().evaluate(&documents, subject, work).await
    }
}

impl Realm for MappedRealm {
    fn reference(&self) -> &RealmRef {
        self.directory.reference()
    }

    fn authenticate<'a>(&'a self, username: &'a str, password: &'a Secret) -> RealmFuture<'a, Answer> {
        Box::pin(async move {
            Ok(match self.directory.authenticate(username, password).await? {
                DirectoryAnswer::Unknown => Answer::NotMine,
                DirectoryAnswer::Refused => Answer::Refused(Reach::ThisRealm),
                DirectoryAnswer::Authenticated(user) => {
                    Answer::Authenticated(Arc::new(self.resolve(user).await?))
                }
            })
        })
    }

    fn lookup<'a>(&'a self, username: &'a str) -> RealmFuture<'a, Option<ResolvedUser>> {
        Box::pin(async move {
            match self.directory.lookup(username).await? {
                Some(user) => Ok(Some(self.resolve(user).await?)),
                None => Ok(None),
            }
        })
    }

    fn tells_changes(&self) -> bool {
        false
    }

    fn directory(&self) -> Option<DirectoryStats> {
        Some(self.directory.stats())
    }
}

/// What rules and answers see as metadata: what the settings ask for, the entry's name, and its groups.
fn metadata(user: &DirectoryUser) -> serde_json::Map<String, Value> {
    let mut metadata = user.metadata.clone();
    metadata.insert("ldap_dn".to_owned(), Value::from(user.dn.as_str()));
    metadata.insert("ldap_groups".to_owned(), Value::from(user.groups.clone()));
    metadata
}

fn described(user: DirectoryUser, roles: Vec<String>) -> User {
    let metadata = metadata(&user);
    let DirectoryUser { username, full_name, email, .. } = user;
    User { full_name, email, metadata, ..User::new(username, roles) }
}

#[cfg(test)]
pub(crate) mod tests;
