//! The realm chain: which realms there are, and in which order they are asked. Reserved users come first, whatever the
//! orders of the others.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Weak};

use portcullis_model::lifetime::Clock;
use portcullis_model::subject::{FILE_REALM, NATIVE_REALM, RealmRef};

use super::Realm;
use super::caching::{CachingRealm, IndexFacts};
use super::directory::Directory;
use super::file::FileUsers;
use super::internal::{InternalRealm, UserSource};
use super::ldap::LdapDirectory;
use super::mapped::{MappedRealm, Mapping};
use super::native::Native;
use super::reserved::Reserved;
use crate::core::Core;
use crate::error::Failure;
use crate::files::ROLE_MAPPING_FILE;
use crate::settings::{CacheSettings, RealmSettings, Settings, Switch};

/// A realm that the host brings along.
pub enum HostRealm {
    /// One that says itself which roles its users have.
    Realm(Box<dyn Realm>),
    /// One whose users get their roles from role mappings.
    Directory(Box<dyn Directory>),
}

/// Realms beside the internal ones, before there is a core that they could belong to.
#[derive(Default)]
pub(crate) struct Externals {
    realms: Vec<(i64, Box<dyn Realm>)>,
    directories: Vec<MappedDirectory>,
}

/// A directory, its place in the chain, and how its users get roles.
struct MappedDirectory {
    directory: Box<dyn Directory>,
    order: i64,
    authentication: Switch,
    cache: CacheSettings,
    mapping: Mapping,
}

impl Externals {
    /// The directories of the settings. Nothing is sent to them yet.
    ///
    /// # Errors
    /// When what the settings name, a certificate say, cannot be used.
    pub(crate) fn of_settings(settings: &Settings, clock: &Arc<dyn Clock>) -> Result<Self, Failure> {
        let mut externals = Self::default();
        for it in &settings.directories {
            externals.directories.push(MappedDirectory {
                directory: Box::new(LdapDirectory::new(it, Arc::clone(clock))?),
                order: it.realm.order,
                authentication: it.realm.authentication,
                cache: it.realm.cache.clone(),
                mapping: Mapping {
                    file: it.role_mapping_file.clone(),
                    unmapped_groups: it.unmapped_groups_as_roles,
                },
            });
        }
        Ok(externals)
    }

    /// Adds what the host brings along, at its orders.
    pub(crate) fn and_of_host(mut self, realms: Vec<(i64, HostRealm)>, configuration: &Path) -> Self {
        for (order, realm) in realms {
            match realm {
                HostRealm::Realm(realm) => self.realms.push((order, realm)),
                HostRealm::Directory(directory) => self.directories.push(MappedDirectory {
                    directory,
                    order,
                    authentication: Switch::On,
                    cache: CacheSettings::of_realm(),
                    mapping: Mapping {
                        file: configuration.join(ROLE_MAPPING_FILE),
                        unmapped_groups: Switch::Off,
                    },
                }),
            }
        }
        self
    }

    /// The files of role mappings that are in use, each once.
    pub(crate) fn role_mapping_files(&self) -> Vec<PathBuf> {
        let mut files: Vec<PathBuf> = self.directories.iter().map(|it| it.mapping.file.clone()).collect();
        files.sort_unstable();
        files.dedup();
        files
    }
}

/// Builds the chain.
pub(crate) fn chain(core: &Weak<Core>, settings: &Settings, externals: Externals) -> Vec<CachingRealm> {
    let mut ordered = Vec::new();
    if let Some(it) = &settings.file_realm {
        ordered.push((it.order, configured(core, it, FILE_REALM, FileUsers, IndexFacts::Nowhere)));
    }
    if let Some(it) = &settings.native_realm {
        ordered.push((it.order, configured(core, it, NATIVE_REALM, Native, IndexFacts::Everywhere)));
    }
    for (order, realm) in externals.realms {
        ordered.push((
            order,
            CachingRealm::new(realm, IndexFacts::Nowhere, Switch::On, &CacheSettings::of_realm()),
        ));
    }
    for MappedDirectory { directory, order, authentication, cache, mapping } in externals.directories {
        let realm = MappedRealm::new(core.clone(), directory, mapping);
        ordered.push((
            order,
            CachingRealm::new(Box::new(realm), IndexFacts::OfKnownUsers, authentication, &cache),
        ));
    }
    ordered.sort_by_key(|(order, _)| *order);
    let mut realms = Vec::new();
    if settings.reserved_realm.is_on() {
        let realm = InternalRealm::new(core.clone(), RealmRef::reserved(), Reserved);
        let cache = CacheSettings::of_realm();
        realms.push(CachingRealm::new(Box::new(realm), IndexFacts::OfReservedNames, Switch::On, &cache));
    }
    realms.extend(ordered.into_iter().map(|(_, realm)| realm));
    realms
}

fn configured<S: UserSource>(
    core: &Weak<Core>,
    settings: &RealmSettings,
    kind: &'static str,
    source: S,
    facts: IndexFacts,
) -> CachingRealm {
    let realm = InternalRealm::new(core.clone(), RealmRef::new(settings.name.as_str(), kind), source);
    CachingRealm::new(Box::new(realm), facts, settings.authentication, &settings.cache)
}
