use std::fs;
use std::path::{Path, PathBuf};

use portcullis_model::anonymous::Anonymous;
use portcullis_secrets::HashAlgorithm;
use tempfile::TempDir;

use super::*;

/// A configuration folder of a test with what else settings are made of.
pub(crate) struct Given {
    folder: TempDir,
    pub(crate) sources: Sources,
}

/// A configuration whose file has this text.
pub(crate) fn file(text: &str) -> Given {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("conf")).unwrap();
    fs::write(folder.path().join("conf").join(SETTINGS_FILE), text).unwrap();
    let sources = Sources {
        path_conf: PathBuf::from("conf"),
        environment: Vec::new(),
        overrides: Vec::new(),
        working_dir: folder.path().to_owned(),
        machine: Machine { host_name: "host-1".to_owned(), cores: 5 },
    };
    Given { folder, sources }
}

impl Given {
    pub(crate) fn env(mut self, name: &str, value: &str) -> Self {
        self.sources.environment.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(crate) fn set(mut self, given: &str) -> Self {
        self.sources.overrides.push(given.to_owned());
        self
    }

    pub(crate) fn load(&self) -> Config {
        Config::load(&self.sources).unwrap()
    }

    /// What is said of a configuration that is wrong, without the words that are always there.
    pub(crate) fn refusal(&self) -> String {
        let error = Config::load(&self.sources).unwrap_err().to_string();
        error.trim_start_matches("the configuration is wrong").trim_start_matches(": ").to_owned()
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }
}

#[test]
fn nothing_set_is_a_node_on_loopback_with_the_documented_defaults() {
    let given = file("");
    let config = given.load();
    assert_eq!((config.cluster_name.as_str(), config.node_name.as_str()), ("portcullis", "host-1"));
    assert_eq!(config.path_data, given.folder().join("data"));
    assert_eq!(config.path_conf, given.folder().join("conf"));
    assert_eq!(config.version_number, "9.2.0");
    let http = HttpConfig {
        hosts: vec!["127.0.0.1".parse().unwrap()],
        port: 9200,
        max_header_bytes: 16 << 10,
        max_content_bytes: 1 << 20,
        max_connections: 4096,
        head_timeout_millis: 10_000,
        body_timeout_millis: 30_000,
        idle_timeout_millis: 120_000,
        detailed_errors: true,
    };
    assert_eq!(config.http, http);
    assert_eq!((config.tls, config.metrics), (None, None));
    assert_eq!(config.reload_interval_millis, 5_000);
    assert_eq!(config.log_level, LevelFilter::INFO);
    assert_eq!(config.warnings, [""; 0]);
    let authz = AuthzConfig { roles_cache_max: 10_000 };
    assert_eq!(config.authz, authz);
    let cache = |minutes: i64, max_entries| CacheConfig {
        ttl_millis: minutes * 60_000,
        max_entries,
        hash_algo: HashAlgorithm::SSHA256,
    };
    let realm = |kind, name: &str, order| RealmConfig {
        kind,
        name: name.to_owned(),
        order,
        authentication_enabled: true,
        cache: cache(20, 100_000),
    };
    let authc = config.authc;
    let realms = [
        realm(RealmKind::Reserved, "reserved", i64::MIN),
        realm(RealmKind::File, "default_file", i64::MIN + 1),
        realm(RealmKind::Native, "default_native", i64::MIN + 2),
    ];
    assert_eq!(authc.realms, realms);
    assert!(authc.directories.is_empty());
    assert_eq!(authc.anonymous, Anonymous::default());
    assert_eq!((authc.reserved_realm_enabled, authc.run_as_enabled), (true, true));
    assert_eq!(authc.password_hash, HashAlgorithm::BCRYPT);
    let api_key = ApiKeyConfig {
        enabled: true,
        hash: HashAlgorithm::SSHA256,
        cache: cache(24 * 60, 25_000),
        delete_interval_millis: 86_400_000,
        retention_millis: 7 * 86_400_000,
    };
    assert_eq!(authc.api_key, api_key);
    let service_token = ServiceTokenConfig { hash: HashAlgorithm::PBKDF2_STRETCH, cache: cache(20, 100_000) };
    assert_eq!(authc.service_token, service_token);
    assert_eq!(authc.hashing_pool, HashingPoolConfig { threads: 2, queue: 1000 });
}

#[test]
fn placeholders_are_filled_from_the_environment() {
    let given = file("cluster.name: ${NAME}-${ZONE:eu}\nhttp.host: ['${HOST}']\n").env("NAME", "prod");
    assert_eq!(
        given.refusal(),
        "conf/portcullis.yml line 2: setting [http.host] needs the environment variable [HOST], which is not set"
    );
    let config = given.env("HOST", "::1").load();
    assert_eq!(config.cluster_name, "prod-eu");
    assert_eq!(config.http.hosts, ["::1".parse::<IpAddr>().unwrap()]);
}

#[test]
fn all_that_is_wrong_is_told_at_once_by_line() {
    let given =
        file("http.port: many\n\nhttp.prot: 1\ncluster.name: a\n").env("node.nmae", "x").set("path.dota=x");
    assert_eq!(
        given.refusal(),
        " in 4 places:\n  \
         conf/portcullis.yml line 1: Failed to parse value [many] for setting [http.port]: it is not a whole number\n  \
         conf/portcullis.yml line 3: unknown setting [http.prot] did you mean [http.port]?\n  \
         environment variable [node.nmae]: unknown setting [node.nmae] did you mean [node.name]?\n  \
         command line -E: unknown setting [path.dota] did you mean [path.data]?"
    );
}

#[test]
fn a_setting_like_no_other_is_unknown_without_a_guess() {
    assert_eq!(
        file("something.else.altogether: s3cret\n").refusal(),
        "conf/portcullis.yml line 1: unknown setting [something.else.altogether], `portcullis settings` lists those that are known"
    );
}

#[test]
fn features_that_are_not_there_stop_the_start() {
    for setting in [
        "xpack.security.enabled=false",
        "xpack.security.authc.token.enabled=true",
        "xpack.security.authc.domains.d.realms=a",
        "xpack.security.audit.enabled=true",
        "xpack.security.fips_mode.enabled=true",
        "xpack.security.http.filter.deny=_all",
        "xpack.security.http.ssl.client_authentication=required",
        "xpack.security.http.ssl.keystore.path=a.p12",
        "xpack.security.http.ssl.key_passphrase=s3cret",
        "bootstrap.password=s3cret",
    ] {
        let (name, value) = setting.split_once('=').unwrap();
        let refusal = file("").set(setting).refusal();
        assert!(
            refusal.starts_with(&format!("command line -E: setting [{name}] is not supported")),
            "{refusal}"
        );
        assert!(value != "s3cret" || !refusal.contains(value), "{refusal}");
    }
    let off = "xpack.security:\n  enabled: true\n  audit.enabled: false\n  authc.token.enabled: false\n  http.ssl.client_authentication: none\n";
    assert_eq!(file(off).load().warnings, [""; 0]);
}
