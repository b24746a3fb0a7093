//! From the configuration to the settings of the security service.

use portcullis_security::settings::directory::DirectorySettings;
use portcullis_security::settings::{ApiKeySettings, CacheSettings, RealmSettings, Settings, Switch};

use super::store::Names;
use crate::config::{CacheConfig, Config, DirectoryConfig, RealmConfig, RealmKind};

/// The settings of the security service.
pub(crate) fn settings(config: &Config, names: Names) -> Settings {
    let authc = &config.authc;
    Settings {
        cluster_name: config.cluster_name.clone(),
        node_name: config.node_name.clone(),
        node_id: names.node_id,
        cluster_uuid: names.cluster_uuid,
        reserved_realm: Switch::from_bool(authc.reserved_realm_enabled),
        file_realm: the_realm(config, RealmKind::File),
        native_realm: the_realm(config, RealmKind::Native),
        directories: authc.directories.iter().map(directory).collect(),
        anonymous: authc.anonymous.clone(),
        run_as: Switch::from_bool(authc.run_as_enabled),
        password_hashing: authc.password_hash,
        service_token_hashing: authc.service_token.hash,
        cluster: None,
        api_key: ApiKeySettings {
            enabled: Switch::from_bool(authc.api_key.enabled),
            hashing: authc.api_key.hash,
            cache: cache(&authc.api_key.cache),
            retention_millis: authc.api_key.retention_millis,
            delete_interval_millis: authc.api_key.delete_interval_millis,
        },
        service_token_cache: cache(&authc.service_token.cache),
        roles_cache_max: config.authz.roles_cache_max,
        hashing_threads: authc.hashing_pool.threads,
        hashing_queue: authc.hashing_pool.queue,
    }
}

/// The realm of a type of which there is one at most.
fn the_realm(config: &Config, kind: RealmKind) -> Option<RealmSettings> {
    config.authc.realms.iter().find(|it| it.kind == kind).map(realm)
}

fn directory(config: &DirectoryConfig) -> DirectorySettings {
    DirectorySettings {
        realm: realm(&config.realm),
        unmapped_groups_as_roles: Switch::from_bool(config.unmapped_groups_as_roles),
        role_mapping_file: config.role_mapping_file.clone(),
        ldap: config.ldap.clone(),
    }
}

fn realm(config: &RealmConfig) -> RealmSettings {
    RealmSettings {
        name: config.name.clone(),
        order: config.order,
        authentication: Switch::from_bool(config.authentication_enabled),
        cache: cache(&config.cache),
    }
}

fn cache(config: &CacheConfig) -> CacheSettings {
    CacheSettings {
        ttl_millis: config.ttl_millis,
        max_entries: config.max_entries,
        hash_algo: config.hash_algo,
    }
}
