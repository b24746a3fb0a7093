//! From single settings to [`Config`], with the rules that need more than one setting.
//!
//! Never here: reading sources, types of single settings, the realm chain (`realms`).

use std::collections::BTreeMap;

use portcullis_model::anonymous::Anonymous;
use portcullis_secrets::{HashAlgorithm, Use};

use super::authc::{
    ApiKeyConfig, AuthcConfig, AuthzConfig, CacheConfig, HashingPoolConfig, ServiceTokenConfig,
};
use super::error::{ConfigError, Problem};
use super::settings::Settings;
use super::sources::Sources;
use super::table::Effect;
use super::{Config, HttpConfig, MetricsConfig, Reader, TlsConfig, anonymous, cluster, realms};

#[cfg(test)]
mod tests;

const SSL: &str = "xpack.security.http.ssl";

/// Makes the typed configuration.
///
/// # Errors
/// All rules that are broken.
pub(super) fn config(settings: &Settings, sources: &Sources, reader: Reader) -> Result<Config, ConfigError> {
    let reserved_realm_enabled = settings.boolean("xpack.security.authc.reserved_realm.enabled")?;
    let chain = realms::chain(settings, sources, reader, reserved_realm_enabled);
    let (mut problems, mut warnings) = (chain.problems, chain.warnings);
    let tls = tls(settings, sources).unwrap_or_else(|problem| {
        problems.push(problem);
        None
    });
    let cluster = cluster::read(settings, sources, reader, &mut warnings).unwrap_or_else(|problem| {
        problems.push(problem);
        None
    });
    let mut config = Config {
        cluster_name: settings.text("cluster.name")?,
        node_name: settings.text("node.name").unwrap_or_else(|_| sources.machine.host_name.clone()),
        path_data: sources.working_dir.join(settings.text("path.data")?),
        path_conf: sources.conf(),
        version_number: settings.text("portcullis.version.number")?,
        http: http(settings)?,
        tls,
        cluster,
        metrics: metrics(settings)?,
        authc: AuthcConfig {
            realms: chain.realms,
            directories: chain.directories,
            reserved_realm_enabled,
            anonymous: anonymous::read(settings).unwrap_or_else(|problem| {
                problems.push(problem);
                Anonymous::default()
            }),
            run_as_enabled: settings.boolean("xpack.security.authc.run_as.enabled")?,
            password_hash: settings.algorithm("xpack.security.authc.password_hashing.algorithm")?,
            api_key: api_key(settings)?,
            service_token: service_token(settings)?,
            hashing_pool: hashing_pool(settings, sources)?,
        },
        authz: AuthzConfig {
            roles_cache_max: settings.count("xpack.security.authz.store.roles.cache.max_size")?,
        },
        reload_interval_millis: settings.millis("resource.reload.interval.high")?,
        log_level: settings.level("logger.level")?,
        warnings,
    };
    if config.cluster_name.contains(':') {
        problems.push(problem_at(settings, "cluster.name", "setting [cluster.name] must not contain [:]"));
    }
    check_plaintext(settings, &mut config, &mut problems);
    ConfigError::check(problems)?;
    config.warnings.extend(sources.missing_folder());
    config.warnings.extend(anonymous::warning(&config.authc.anonymous));
    config.warnings.extend(weak_hashes(settings));
    config.warnings.extend(without_effect(settings));
    Ok(config)
}

fn http(settings: &Settings) -> Result<HttpConfig, Problem> {
    Ok(HttpConfig {
        // The closest name that is set decides: http.bind_host, http.host, network.bind_host, network.host.
        hosts: settings.hosts("http.bind_host")?,
        port: settings.port("http.port")?,
        max_header_bytes: settings.count("http.max_header_size")?,
        max_content_bytes: settings.count("http.max_content_length")?,
        max_connections: settings.count("http.max_connections")?,
        head_timeout_millis: settings.millis("http.head_timeout")?,
        body_timeout_millis: settings.millis("http.body_timeout")?,
        idle_timeout_millis: settings.millis("http.idle_timeout")?,
        detailed_errors: settings.boolean("http.detailed_errors.enabled")?,
    })
}

fn tls(settings: &Settings, sources: &Sources) -> Result<Option<TlsConfig>, Problem> {
    let enabled = format!("{SSL}.enabled");
    let (certificate, key) = (format!("{SSL}.certificate"), format!("{SSL}.key"));
    if !settings.boolean(&enabled)? {
        let mut given = [&certificate, &key].into_iter().filter_map(|name| Some((name, settings.get(name)?)));
        // A certificate that is not used was hardly meant: without this, passwords would go in the clear.
        return match given.next() {
            Some((name, setting)) if settings.get(&enabled).is_none() => Err(Problem::at(
                &setting.origin,
                format!("[{name}] is set but [{enabled}] is not: set it to true to use TLS, or to false"),
            )),
            _ => Ok(None),
        };
    }
    match (settings.path(&certificate), settings.path(&key)) {
        (Some(certificate), Some(key)) => {
            let conf = sources.conf();
            Ok(Some(TlsConfig { certificate: conf.join(certificate), key: conf.join(key) }))
        }
        _ => {
            let reason =
                format!("[{enabled}] is true, which needs both [{certificate}] and [{key}], PEM files");
            Err(problem_at(settings, &enabled, &reason))
        }
    }
}

fn metrics(settings: &Settings) -> Result<Option<MetricsConfig>, Problem> {
    if settings.get("metrics.port").is_none() {
        return Ok(None);
    }
    Ok(Some(MetricsConfig { hosts: settings.hosts("metrics.host")?, port: settings.port("metrics.port")? }))
}

fn api_key(settings: &Settings) -> Result<ApiKeyConfig, Problem> {
    Ok(ApiKeyConfig {
        enabled: settings.boolean("xpack.security.authc.api_key.enabled")?,
        hash: settings.algorithm("xpack.security.authc.api_key.hashing.algorithm")?,
        cache: CacheConfig {
            ttl_millis: settings.millis("xpack.security.authc.api_key.cache.ttl")?,
            max_entries: settings.count("xpack.security.authc.api_key.cache.max_keys")?,
            hash_algo: settings.algorithm("xpack.security.authc.api_key.cache.hash_algo")?,
        },
        delete_interval_millis: settings.millis("xpack.security.authc.api_key.delete.interval")?,
        retention_millis: settings.millis("xpack.security.authc.api_key.delete.retention_period")?,
    })
}

fn service_token(settings: &Settings) -> Result<ServiceTokenConfig, Problem> {
    Ok(ServiceTokenConfig {
        hash: settings.algorithm("xpack.security.authc.service_token_hashing.algorithm")?,
        cache: CacheConfig {
            ttl_millis: settings.millis("xpack.security.authc.service_token.cache.ttl")?,
            max_entries: settings.count("xpack.security.authc.service_token.cache.max_tokens")?,
            hash_algo: settings.algorithm("xpack.security.authc.service_token.cache.hash_algo")?,
        },
    })
}

fn hashing_pool(settings: &Settings, sources: &Sources) -> Result<HashingPoolConfig, Problem> {
    Ok(HashingPoolConfig {
        threads: settings
            .count("xpack.security.crypto.thread_pool.size")
            .unwrap_or_else(|_| (sources.machine.cores / 2).max(1)),
        queue: settings.count("xpack.security.crypto.thread_pool.queue_size")?,
    })
}

/// An address that others can reach takes passwords in the clear only if that was asked for in so many words.
fn check_plaintext(settings: &Settings, config: &mut Config, problems: &mut Vec<Problem>) {
    let Some(open) = config.http.hosts.iter().find(|host| !host.is_loopback()) else { return };
    if config.tls.is_some() {
        return;
    }
    if matches!(settings.boolean("http.allow_plaintext"), Ok(true)) {
        config
            .warnings
            .push(format!("passwords and keys arrive on [{open}] in the clear (http.allow_plaintext)"));
        return;
    }
    let names = ["http.bind_host", "http.host", "network.bind_host", "network.host"];
    let name = names.into_iter().find(|name| settings.get(name).is_some()).unwrap_or("http.host");
    let reason = format!(
        "[{name}] has [{open}], which is not loopback, and TLS is off, so passwords would be sent in the clear. Set \
         [{SSL}.enabled] with a certificate and key, or set [http.allow_plaintext] to true if something in front \
         does TLS"
    );
    problems.push(problem_at(settings, name, &reason));
}

/// Where the setting stands, if it is set.
pub(super) fn problem_at(settings: &Settings, name: &str, reason: &str) -> Problem {
    match settings.get(name) {
        Some(setting) => Problem::at(&setting.origin, reason),
        None => Problem::general(reason),
    }
}

/// Cache hashes that are fit for nothing but old habits: unsalted ones.
fn weak_hashes(settings: &Settings) -> Vec<String> {
    settings
        .iter()
        .filter_map(|(name, setting)| match setting.value {
            super::kind::Value::Algorithm(algorithm) if is_weak(algorithm) => {
                Some(format!("[{name}] is [{}], which is weak; use [ssha256]", algorithm.name()))
            }
            _ => None,
        })
        .collect()
}

/// Nothing that is stored may use it, though it is fast: only caches accept unsalted hashes.
fn is_weak(algorithm: HashAlgorithm) -> bool {
    !algorithm.suits(Use::ApiKey)
}

/// One sentence for each reason why settings have no effect.
fn without_effect(settings: &Settings) -> Vec<String> {
    let mut by_reason: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (name, setting) in settings.iter() {
        if let Effect::AcceptedNoEffect(why) = setting.row.effect {
            by_reason.entry(why).or_default().push(name);
        }
    }
    by_reason
        .into_iter()
        .map(|(why, names)| format!("settings without effect: [{}]: {why}", names.join(", ")))
        .collect()
}
