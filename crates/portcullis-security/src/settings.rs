//! The settings of the security service as it uses them: typed, complete, already checked. Where they come
//! from (files, environment, command line) is the executable's business.

pub mod directory;

use portcullis_cluster::Timing;
use portcullis_model::anonymous::Anonymous;
use portcullis_secrets::HashAlgorithm;

use directory::DirectorySettings;

/// Everything that can be set about authentication, authorization and their caches.
#[derive(Clone, Debug)]
pub struct Settings {
    /// `cluster.name`.
    pub cluster_name: String,
    /// `node.name`.
    pub node_name: String,
    /// Made once for a data folder and kept.
    pub node_id: String,
    /// Made once for a store and kept.
    pub cluster_uuid: String,
    /// What only a node that shares its log with others has.
    pub cluster: Option<ClusterSettings>,
    /// `xpack.security.authc.reserved_realm.enabled`.
    pub reserved_realm: Switch,
    /// The `file` realm, unless it is disabled.
    pub file_realm: Option<RealmSettings>,
    /// The `native` realm, unless it is disabled.
    pub native_realm: Option<RealmSettings>,
    /// Realms whose users live in a remote directory, enabled ones only.
    pub directories: Vec<DirectorySettings>,
    /// `xpack.security.authc.anonymous.*`.
    pub anonymous: Anonymous,
    /// `xpack.security.authc.run_as.enabled`.
    pub run_as: Switch,
    /// `xpack.security.authc.password_hashing.algorithm`.
    pub password_hashing: HashAlgorithm,
    /// `xpack.security.authc.service_token_hashing.algorithm`.
    pub service_token_hashing: HashAlgorithm,
    /// `xpack.security.authc.api_key.*`.
    pub api_key: ApiKeySettings,
    /// `xpack.security.authc.service_token.cache.*`.
    pub service_token_cache: CacheSettings,
    /// `xpack.security.authz.store.roles.cache.max_size`: entries.
    pub roles_cache_max: usize,
    /// `xpack.security.crypto.thread_pool.size`: threads.
    pub hashing_threads: usize,
    /// `xpack.security.crypto.thread_pool.queue_size`: waiting hashes.
    pub hashing_queue: usize,
}

/// What a node has to know that shares its log with others.
#[derive(Clone, Debug)]
pub struct ClusterSettings {
    /// `cluster.fence.*`.
    pub timing: Timing,
    /// `cluster.freshness`.
    pub freshness: Freshness,
    /// Where this node's API is reached, `host:port`, as other nodes show it.
    pub address: String,
    /// The version of this node's executable.
    pub version: String,
}

/// By what a node knows that it is not behind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Freshness {
    /// It heard of itself a short while ago, by a clock whose rate is about right.
    #[default]
    Lease,
    /// It asks the log, for each request: no clock has to be right.
    Barrier,
}

/// A feature that is on or off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Switch {
    /// The feature works.
    On,
    /// The feature is refused or skipped.
    Off,
}

impl Switch {
    /// `On` for `true`.
    pub fn from_bool(on: bool) -> Self {
        if on { Self::On } else { Self::Off }
    }

    /// Whether the feature works.
    pub fn is_on(self) -> bool {
        self == Self::On
    }
}

/// `xpack.security.authc.realms.<type>.<name>.*`.
#[derive(Clone, Debug)]
pub struct RealmSettings {
    /// The realm's name, `default_file` or `default_native` where none is configured.
    pub name: String,
    /// `order`: realms are asked by ascending order.
    pub order: i64,
    /// `authentication.enabled`: off means that the realm only looks users up.
    pub authentication: Switch,
    /// `cache.*`.
    pub cache: CacheSettings,
}

/// The three settings that every credential cache has.
#[derive(Clone, Debug)]
pub struct CacheSettings {
    /// `cache.ttl` in milliseconds; 0 or less switches the cache off.
    pub ttl_millis: i64,
    /// `cache.max_users`, `.max_keys` or `.max_tokens`: entries.
    pub max_entries: usize,
    /// `cache.hash_algo`: how the secret is kept in memory.
    pub hash_algo: HashAlgorithm,
}

/// `xpack.security.authc.api_key.*`.
#[derive(Clone, Debug)]
pub struct ApiKeySettings {
    /// `enabled`.
    pub enabled: Switch,
    /// `hashing.algorithm`: how the secret is stored.
    pub hashing: HashAlgorithm,
    /// `cache.*`.
    pub cache: CacheSettings,
    /// `delete.retention_period` in milliseconds: how long a dead key is kept.
    pub retention_millis: i64,
    /// `delete.interval` in milliseconds: how often dead keys are looked for.
    pub delete_interval_millis: i64,
}

impl CacheSettings {
    fn new(ttl_millis: i64, max_entries: usize) -> Self {
        Self { ttl_millis, max_entries, hash_algo: HashAlgorithm::SSHA256 }
    }

    /// What holds for a realm of which nothing is set.
    pub(crate) fn of_realm() -> Self {
        Self::new(20 * 60 * 1000, 100_000)
    }
}

impl Default for Settings {
    /// The documented defaults, with names that suit a test.
    fn default() -> Self {
        let cache = CacheSettings::new;
        let realm = |name: &str, order| RealmSettings {
            name: name.to_owned(),
            order,
            authentication: Switch::On,
            cache: CacheSettings::of_realm(),
        };
        Self {
            cluster_name: "portcullis".to_owned(),
            node_name: "node".to_owned(),
            node_id: "node-id".to_owned(),
            cluster_uuid: "cluster-uuid".to_owned(),
            cluster: None,
            reserved_realm: Switch::On,
            file_realm: Some(realm("default_file", i64::MAX - 1)),
            native_realm: Some(realm("default_native", i64::MAX)),
            directories: Vec::new(),
            anonymous: Anonymous::default(),
            run_as: Switch::On,
            password_hashing: HashAlgorithm::BCRYPT,
            service_token_hashing: HashAlgorithm::PBKDF2_STRETCH,
            api_key: ApiKeySettings {
                enabled: Switch::On,
                hashing: HashAlgorithm::SSHA256,
                cache: cache(24 * 60 * 60 * 1000, 25_000),
                retention_millis: 7 * 24 * 60 * 60 * 1000,
                delete_interval_millis: 24 * 60 * 60 * 1000,
            },
            service_token_cache: cache(20 * 60 * 1000, 100_000),
            roles_cache_max: 10_000,
            hashing_threads: 1,
            hashing_queue: 1000,
        }
    }
}
