use std::net::IpAddr;
use std::path::PathBuf;

use crate::config::tests::file;
use crate::config::{MetricsConfig, TlsConfig};

#[test]
fn one_core_still_hashes() {
    let mut given = file("");
    given.sources.machine.cores = 1;
    assert_eq!(given.load().authc.hashing_pool.threads, 1);
}

#[test]
fn settings_without_effect_are_named_once_by_reason() {
    let given = file(
        "discovery.type: single-node\nnode.roles: [master, data]\nxpack.security.authc.success_cache.size: 5\n",
    );
    assert_eq!(
        given.load().warnings,
        [
            "settings without effect: [discovery.type, node.roles]: nodes find each other in etcd (store.etcd.endpoints) and elect nobody",
            "settings without effect: [xpack.security.authc.success_cache.size]: realms are asked in their order each time",
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
