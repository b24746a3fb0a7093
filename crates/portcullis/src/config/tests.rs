use std::fs;
use std::path::{Path, PathBuf};

use portcullis_secrets::HashAlgorithm;
use tempfile::TempDir;

use super::*;

/// A configuration folder of a test with what else settings are made of.
pub(crate) struct Given {
    folder: TempDir,
    sources: Sources,
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

    pub(crate) fn sources(&self) -> &Sources {
        &self.sources
    }

    pub(crate) fn load(&self) -> Config {
        Config::load(&self.sources).unwrap()
    }

    /// What is said of a configuration that is wrong, without the words that are always there.
    pub(crate) fn refusal(&self) -> String {
        let error = Config::load(&self.sources).unwrap_err().to_string();
        error.trim_start_matches("the configuration is wrong").trim_start_matches(": ").to_owned()
    }

    fn folder(&self) -> &Path {
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
    let authz = AuthzConfig {
        roles_cache_max: 10_000,
        privileges_cache_max: 10_000,
        privileges_cache_ttl_millis: 86_400_000,
    };
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
    let authc = AuthcConfig {
        realms: vec![
            realm(RealmKind::Reserved, "reserved", i64::MIN),
            realm(RealmKind::File, "default_file", i64::MIN + 1),
            realm(RealmKind::Native, "default_native", i64::MIN + 2),
        ],
        reserved_realm_enabled: true,
        run_as_enabled: true,
        password_hash: HashAlgorithm::BCRYPT,
        api_key: ApiKeyConfig {
            enabled: true,
            hash: HashAlgorithm::SSHA256,
            cache: cache(24 * 60, 25_000),
            delete_interval_millis: 86_400_000,
            retention_millis: 7 * 86_400_000,
        },
        service_token: ServiceTokenConfig { hash: HashAlgorithm::PBKDF2_STRETCH, cache: cache(20, 100_000) },
        hashing_pool: HashingPoolConfig { threads: 2, queue: 1000 },
    };
    assert_eq!(config.authc, authc);
}

#[test]
fn without_a_file_the_defaults_hold_and_an_unreadable_one_is_no_missing_one() {
    let given = file("cluster.name: gone");
    let path = given.folder().join("conf").join(SETTINGS_FILE);
    fs::remove_file(&path).unwrap();
    assert_eq!(given.load().cluster_name, "portcullis");
    fs::create_dir(&path).unwrap();
    assert!(given.refusal().contains("the file cannot be read"));
    fs::remove_dir(&path).unwrap();
    fs::write(&path, b"cluster.name: \xff\n").unwrap();
    assert!(given.refusal().contains("the file cannot be read"));
    fs::write(&path, "#".repeat(2 << 20)).unwrap();
    assert!(given.refusal().contains("larger than 1048576 bytes"));
}

#[test]
fn one_core_still_hashes() {
    let mut given = file("");
    given.sources.machine.cores = 1;
    assert_eq!(given.load().authc.hashing_pool.threads, 1);
}

#[test]
fn the_command_line_goes_before_the_environment_before_the_file_before_the_default() {
    let given = file("cluster.name: of-file\nnode.name: of-file\nhttp.port: 1\n");
    let given = given.env("cluster.name", "of-env").env("node.name", "of-env").set("cluster.name=of-line");
    let config = given.load();
    assert_eq!(config.cluster_name, "of-line");
    assert_eq!(config.node_name, "of-env");
    assert_eq!(config.http.port, 1);
    assert_eq!(config.http.max_connections, 4096);
}

#[test]
fn variables_are_settings_if_they_are_called_so() {
    let given = file("")
        .env("http.port", "1")
        .env("cluster.name", "")
        .env("ES_SETTING_HTTP_MAX__CONNECTIONS", "7")
        .env("PATH", "/bin")
        .env("HTTP.PORT", "2")
        .env("BASH_FUNC_a.b%%", "() { :; }")
        .env("a.b c", "3");
    let config = given.load();
    assert_eq!(config.http.port, 1);
    assert_eq!(config.http.max_connections, 7);
    assert_eq!(config.cluster_name, "portcullis");
    assert_eq!(
        file("").env("http.prot", "1").refusal(),
        "environment variable [http.prot]: unknown setting [http.prot] did you mean [http.port]?"
    );
    let refusal = file("").env("ES_SETTING_HTTP_PROT", "1").refusal();
    assert!(
        refusal.starts_with("environment variable [ES_SETTING_HTTP_PROT]: unknown setting [http.prot]"),
        "{refusal}"
    );
}

#[test]
fn what_is_given_on_the_command_line_is_name_and_value_once() {
    assert_eq!(file("").set("http.port").refusal(), "command line -E: -E takes name=value");
    assert_eq!(file("").set("=1").refusal(), "command line -E: -E takes name=value");
    assert_eq!(
        file("").set("http.port=").refusal(),
        "command line -E: setting [http.port] must not be empty"
    );
    let twice = file("").set("http.port=1").set("http.port=2");
    assert_eq!(twice.refusal(), "command line -E: setting [http.port] is given twice");
    assert_eq!(file("").set("cluster.name=a=b").load().cluster_name, "a=b");
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
        "xpack.security.authc.anonymous.roles=a",
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

#[test]
fn settings_without_effect_are_named_once_by_reason() {
    let given = file(
        "discovery.type: single-node\nnode.roles: [master, data]\nxpack.security.authc.success_cache.size: 5\n",
    );
    assert_eq!(
        given.load().warnings,
        [
            "settings without effect: [xpack.security.authc.success_cache.size]: realms are asked in their order each time",
            "settings without effect: [discovery.type, node.roles]: there are no other nodes",
        ]
    );
}

#[test]
fn a_weak_cache_hash_is_allowed_and_said() {
    let config = file("xpack.security.authc.api_key.cache.hash_algo: md5\n").load();
    assert_eq!(config.authc.api_key.cache.hash_algo.name(), "md5");
    assert_eq!(
        config.warnings,
        ["[xpack.security.authc.api_key.cache.hash_algo] is [md5], which is weak; use [ssha256]"]
    );
}

#[test]
fn the_closest_name_of_the_host_decides() {
    let host = |text: &str| file(&format!("{text}http.allow_plaintext: true\n")).load().http.hosts;
    let address = |text: &str| vec![text.parse::<IpAddr>().unwrap()];
    assert_eq!(host("network.host: 10.0.0.1\n"), address("10.0.0.1"));
    assert_eq!(host("network.host: 10.0.0.1\nhttp.host: 10.0.0.2\n"), address("10.0.0.2"));
    assert_eq!(host("http.host: 10.0.0.2\nnetwork.bind_host: 10.0.0.3\n"), address("10.0.0.2"));
    assert_eq!(host("http.host: 10.0.0.2\nhttp.bind_host: 10.0.0.4\n"), address("10.0.0.4"));
}

#[test]
fn an_address_that_is_not_loopback_needs_tls_or_a_word() {
    let refusal = file("\nnetwork.host: [_local_, 0.0.0.0]\n").refusal();
    assert!(
        refusal.starts_with(
            "conf/portcullis.yml line 2: [network.host] has [0.0.0.0], which is not loopback, and TLS is off"
        ),
        "{refusal}"
    );
    let allowed = file("http.host: 0.0.0.0\nhttp.allow_plaintext: true\n").load();
    assert_eq!(
        allowed.warnings,
        ["passwords and keys arrive on [0.0.0.0] in the clear (http.allow_plaintext)"]
    );
    let tls =
        "http.host: 0.0.0.0\nxpack.security.http.ssl: {enabled: true, certificate: c.pem, key: /k.pem}\n";
    let given = file(tls);
    let config = given.load();
    assert_eq!(config.warnings, [""; 0]);
    let paths = TlsConfig { certificate: given.folder().join("conf/c.pem"), key: PathBuf::from("/k.pem") };
    assert_eq!(config.tls, Some(paths));
    assert_eq!(file("http.host: 127.8.8.8\n").load().warnings, [""; 0]);
}

#[test]
fn tls_is_complete_or_off() {
    assert_eq!(
        file("xpack.security.http.ssl.enabled: true\nxpack.security.http.ssl.key: k\n").refusal(),
        "conf/portcullis.yml line 1: [xpack.security.http.ssl.enabled] is true, which needs both \
         [xpack.security.http.ssl.certificate] and [xpack.security.http.ssl.key], PEM files"
    );
    assert_eq!(
        file("xpack.security.http.ssl.certificate: c\n").refusal(),
        "conf/portcullis.yml line 1: [xpack.security.http.ssl.certificate] is set but \
         [xpack.security.http.ssl.enabled] is not: set it to true to use TLS, or to false"
    );
    let off = "xpack.security.http.ssl: {enabled: false, certificate: c, key: k}\n";
    assert_eq!(file(off).load().tls, None);
}

#[test]
fn metrics_have_a_port_only_if_it_is_set() {
    let metrics = file("metrics.port: 0\n").load().metrics;
    assert_eq!(metrics, Some(MetricsConfig { hosts: vec!["127.0.0.1".parse().unwrap()], port: 0 }));
    assert_eq!(file("metrics.host: 0.0.0.0\n").load().metrics, None);
}

#[test]
fn paths_start_at_the_working_directory() {
    let given = file("path.data: a/b\n");
    assert_eq!(given.load().path_data, given.folder().join("a/b"));
    assert_eq!(given.set("path.data=/var/x").load().path_data, PathBuf::from("/var/x"));
}

#[test]
fn a_cluster_name_has_no_colon() {
    assert_eq!(
        file("cluster.name: 'a:b'\n").refusal(),
        "conf/portcullis.yml line 1: setting [cluster.name] must not contain [:]"
    );
}

#[test]
fn a_cache_is_switched_off_by_its_time() {
    let config = file("xpack.security.authc: {api_key.cache.ttl: 0, service_token.cache.ttl: -1}\n").load();
    assert_eq!(config.authc.api_key.cache.ttl_millis, 0);
    assert_eq!(config.authc.service_token.cache.ttl_millis, -1);
}

#[test]
fn the_process_tells_its_sources() {
    let sources = Sources::of_process(Some(PathBuf::from("elsewhere")), vec!["a=b".to_owned()]).unwrap();
    assert_eq!(sources.path_conf, PathBuf::from("elsewhere"));
    assert_eq!(sources.overrides, ["a=b"]);
    assert!(sources.machine.cores >= 1 && !sources.machine.host_name.is_empty());
    assert!(sources.working_dir.is_absolute());
}
