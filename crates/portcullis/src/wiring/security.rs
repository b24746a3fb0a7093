//! From the configuration to the settings of the security service.

use portcullis_security::settings::{ApiKeySettings, CacheSettings, RealmSettings, Settings, Switch};

use super::store::Names;
use crate::config::{CacheConfig, Config, RealmConfig, RealmKind};

/// The settings of the security service.
pub(crate) fn settings(config: &Config, names: Names) -> Settings {
    let authc = &config.authc;
    Settings {
        cluster_name: config.cluster_name.clone(),
        node_name: config.node_name.clone(),
        node_id: names.node_id,
        cluster_uuid: names.cluster_uuid,
        reserved_realm: Switch::from_bool(authc.reserved_realm_enabled),
        file_realm: realm(config, RealmKind::File),
        native_realm: realm(config, RealmKind::Native),
        directories: Vec::new(),
        anonymous: authc.anonymous.clone(),
        run_as: Switch::from_bool(authc.run_as_enabled),
        password_hashing: authc.password_hash,
        service_token_hashing: authc.service_token.hash,
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

fn realm(config: &Config, kind: RealmKind) -> Option<RealmSettings> {
    let found: &RealmConfig = config.authc.realms.iter().find(|it| it.kind == kind)?;
    Some(RealmSettings {
        name: found.name.clone(),
        order: found.order,
        authentication: Switch::from_bool(found.authentication_enabled),
        cache: cache(&found.cache),
    })
}

fn cache(config: &CacheConfig) -> CacheSettings {
    CacheSettings {
        ttl_millis: config.ttl_millis,
        max_entries: config.max_entries,
        hash_algo: config.hash_algo,
    }
}
