//! What is configured of authentication and authorization: realms, API keys, service tokens, hashing, caches.
//!
//! Never here: how settings are read, and what the security service does with them.

use std::path::PathBuf;

use portcullis_model::anonymous::Anonymous;
use portcullis_secrets::HashAlgorithm;
use portcullis_security::settings::directory::LdapSettings;

/// `xpack.security.authc.*` and `xpack.security.crypto.*`.
#[derive(Clone, Debug)]
pub struct AuthcConfig {
    /// The realm chain in the order in which realms are asked. Disabled realms are not in it.
    pub realms: Vec<RealmConfig>,
    /// What only the directories among them have, in the same order.
    pub directories: Vec<DirectoryConfig>,
    /// `reserved_realm.enabled`: whether the built-in users exist. The realm is then the first of `realms`.
    pub reserved_realm_enabled: bool,
    /// `anonymous.*`.
    pub anonymous: Anonymous,
    /// `run_as.enabled`.
    pub run_as_enabled: bool,
    /// `password_hashing.algorithm`: for new passwords.
    pub password_hash: HashAlgorithm,
    /// `api_key.*`.
    pub api_key: ApiKeyConfig,
    /// `service_token.*` and `service_token_hashing.*`.
    pub service_token: ServiceTokenConfig,
    /// `xpack.security.crypto.thread_pool.*`.
    pub hashing_pool: HashingPoolConfig,
}

/// The types of realms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RealmKind {
    /// The built-in users.
    Reserved,
    /// The files `users` and `users_roles`.
    File,
    /// The users of the store.
    Native,
    /// The users of an LDAP directory.
    Ldap,
    /// The users of an Active Directory domain.
    ActiveDirectory,
}

impl RealmKind {
    /// The type as settings and answers have it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Reserved => "reserved",
            Self::File => "file",
            Self::Native => "native",
            Self::Ldap => "ldap",
            Self::ActiveDirectory => "active_directory",
        }
    }

    /// The most realms of this type. Users that live here live in one place.
    pub fn most(self) -> usize {
        match self {
            Self::Reserved | Self::File | Self::Native => 1,
            Self::Ldap | Self::ActiveDirectory => usize::MAX,
        }
    }
}

/// `xpack.security.authc.realms.<type>.<name>.*`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RealmConfig {
    /// The type.
    pub kind: RealmKind,
    /// The name.
    pub name: String,
    /// Realms are asked by ascending order. Realms that nobody configured come before those that somebody did:
    /// reserved, then file, then native.
    pub order: i64,
    /// `authentication.enabled`: `false` means that the realm only looks users up.
    pub authentication_enabled: bool,
    /// `cache.*`: for the user cache and the lookup cache alike.
    pub cache: CacheConfig,
}

/// A realm of type `ldap` or `active_directory`.
#[derive(Clone, Debug)]
pub struct DirectoryConfig {
    /// The realm as the chain has it.
    pub realm: RealmConfig,
    /// `unmapped_groups_as_roles`.
    pub unmapped_groups_as_roles: bool,
    /// `files.role_mapping`, absolute. It need not exist.
    pub role_mapping_file: PathBuf,
    /// How the directory is reached and read.
    pub ldap: LdapSettings,
}

/// The settings that each credential cache has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CacheConfig {
    /// `cache.ttl` in milliseconds. Zero or less: no cache.
    pub ttl_millis: i64,
    /// `cache.max_users`, `.max_keys` or `.max_tokens`: entries.
    pub max_entries: usize,
    /// `cache.hash_algo`: how secrets are kept in memory.
    pub hash_algo: HashAlgorithm,
}

/// `xpack.security.authc.api_key.*`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiKeyConfig {
    /// `enabled`.
    pub enabled: bool,
    /// `hashing.algorithm`: for new keys.
    pub hash: HashAlgorithm,
    /// `cache.*`; its `ttl` counts from the last use.
    pub cache: CacheConfig,
    /// `delete.interval` in milliseconds, at least 1.
    pub delete_interval_millis: i64,
    /// `delete.retention_period` in milliseconds, at least 1.
    pub retention_millis: i64,
}

/// Service account tokens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceTokenConfig {
    /// `service_token_hashing.algorithm`: for new tokens.
    pub hash: HashAlgorithm,
    /// `service_token.cache.*`: for each of the two caches.
    pub cache: CacheConfig,
}

/// `xpack.security.crypto.thread_pool.*`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HashingPoolConfig {
    /// `size`: threads, at least 1.
    pub threads: usize,
    /// `queue_size`: waiting hashes, at least 1.
    pub queue: usize,
}

/// `xpack.security.authz.*`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AuthzConfig {
    /// `store.roles.cache.max_size`: sets of roles.
    pub roles_cache_max: usize,
}
