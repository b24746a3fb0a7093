use std::fs;

use portcullis_security::settings::{Freshness, Switch};

use crate::config::Config;
use crate::config::tests::file;

const ONE: &str = "store.etcd.endpoints: http://127.0.0.1:2379\n";

#[test]
fn endpoints_alone_make_a_cluster_with_the_documented_defaults() {
    let config = file(&format!("{ONE}cluster.name: prod\n")).load();
    assert_eq!(config.warnings, [""; 0]);
    let cluster = config.cluster.unwrap();
    assert_eq!(cluster.etcd.endpoints, ["http://127.0.0.1:2379"]);
    assert_eq!(cluster.etcd.prefix, "/portcullis/prod/");
    assert_eq!(cluster.etcd.timeout_millis, 5_000);
    assert_eq!((cluster.etcd.compaction, cluster.freshness), (Switch::On, Freshness::Lease));
    assert!(cluster.etcd.username.is_none() && cluster.etcd.password.is_none());
    assert!(cluster.etcd.authorities.is_empty() && cluster.etcd.identity.is_none());
    assert_eq!((cluster.timing.own().window_ms(), cluster.timing.heartbeat_ms()), (4_000, 500));
    // The formula of the documentation: T (1 + drift) / (1 - drift) + 10 ms.
    assert_eq!(cluster.timing.wait_ms(), 5_000 - 1);
}

#[test]
fn without_endpoints_a_node_is_alone_and_says_what_has_no_effect() {
    let config = file("cluster: {fence.window: 5s, freshness: barrier}\n").load();
    assert!(config.cluster.is_none());
    assert_eq!(
        config.warnings,
        ["settings without effect: [cluster.fence.window, cluster.freshness]: this node is alone \
          ([store.etcd.endpoints] is not set)"]
    );
    assert_eq!(
        file("store.etcd.prefix: /a/\n").refusal(),
        "conf/portcullis.yml line 1: [store.etcd.prefix] is set but [store.etcd.endpoints] is not, without which this \
         node is alone"
    );
}

#[test]
fn an_endpoint_is_a_url_of_a_host_and_nothing_more() {
    let urls =
        |text: &str| file(&format!("store.etcd.endpoints: {text}\n")).load().cluster.unwrap().etcd.endpoints;
    assert_eq!(urls("'http://localhost, http://[::1]:1/'"), ["http://localhost:2379", "http://[::1]:1"]);
    for wrong in [
        "127.0.0.1:2379",
        "ftp://a",
        "http://",
        "http://a:0",
        "http://a:x",
        "http://a/b",
        "http://a?b",
        "http://u:pw@a",
    ] {
        let refusal = file(&format!("store.etcd.endpoints: '{wrong}'\n")).refusal();
        assert!(refusal.contains("must be http:// or https://") && !refusal.contains("pw"), "{refusal}");
    }
    let refusal = file("store.etcd.endpoints: ['http://localhost', 'https://a']\n").refusal();
    assert!(refusal.ends_with("must have only http:// or only https:// URLs"), "{refusal}");
    let refusal = file("store.etcd.endpoints: ['http://localhost', 'http://localhost:2379']\n").refusal();
    assert!(refusal.ends_with("is there twice"), "{refusal}");
}

#[test]
fn plaintext_leaves_the_machine_only_when_it_is_asked_for() {
    let open = file("store.etcd.endpoints: http://etcd-1:2379\n");
    assert!(open.refusal().contains("[etcd-1], which is not loopback"), "{}", open.refusal());
    let config = open.set("store.etcd.allow_plaintext=true").load();
    assert_eq!(
        config.warnings,
        ["credentials are sent to [etcd-1] in the clear (store.etcd.allow_plaintext)"]
    );
}

#[test]
fn https_needs_its_authorities_and_both_halves_of_an_identity() {
    let given = file("store.etcd.endpoints: https://etcd-1\n");
    assert!(
        given.refusal().contains("needs [store.etcd.ssl.certificate_authorities]"),
        "{}",
        given.refusal()
    );
    let given = given.set("store.etcd.ssl.certificate_authorities=ca.pem");
    assert!(given.refusal().contains("ca.pem] cannot be read"), "{}", given.refusal());
    for name in ["ca.pem", "c.pem", "k.pem"] {
        fs::write(given.folder().join("conf").join(name), "").unwrap();
    }
    assert_eq!(given.load().cluster.unwrap().etcd.authorities, [given.folder().join("conf/ca.pem")]);
    let given = given.set("store.etcd.ssl.certificate=c.pem");
    assert!(given.refusal().contains("[store.etcd.ssl.key] is not"), "{}", given.refusal());
    let given = given.set("store.etcd.ssl.key=k.pem");
    assert!(given.load().cluster.unwrap().etcd.identity.is_some());
    let refusal = file(ONE).set("store.etcd.ssl.certificate_authorities=ca.pem").refusal();
    assert!(refusal.contains("has no https:// URL"), "{refusal}");
}

#[test]
fn a_password_comes_by_the_environment_or_a_file_and_is_shown_nowhere() {
    let given = file(ONE).set("store.etcd.username=portcullis");
    assert!(given.refusal().contains("[store.etcd.username] needs its password"), "{}", given.refusal());
    // A tool that does not speak to etcd needs none.
    assert!(Config::load_for_tool(&given.sources).unwrap().cluster.unwrap().etcd.password.is_none());
    assert!(Config::load_for_store_tool(&given.sources).is_err());
    let misplaced = file(ONE).set("store.etcd.password=s3cret").refusal();
    assert!(misplaced.contains("is a secret") && !misplaced.contains("s3cret"), "{misplaced}");
    let given = given.env("store.etcd.password", "s3cret");
    let password = given.load().cluster.unwrap().etcd.password.unwrap();
    assert_eq!(password.secret().expose_str(), Some("s3cret"));
    assert!(!format!("{:?}", given.load()).contains("s3cret"));
    let both = given.set("store.etcd.password_file=pw");
    assert!(both.refusal().contains("are both set"), "{}", both.refusal());
    let given = file(&format!("{ONE}store.etcd: {{username: portcullis, password_file: pw}}\n"));
    fs::write(given.folder().join("conf/pw"), "of-a-file\n").unwrap();
    let password = given.load().cluster.unwrap().etcd.password.unwrap();
    assert_eq!(password.secret().expose_str(), Some("of-a-file"));
    let refusal = file(ONE).env("store.etcd.password", "s3cret").refusal();
    assert!(refusal.contains("[store.etcd.username] is not"), "{refusal}");
}

#[test]
fn keys_of_two_clusters_are_apart() {
    let refusal = file(&format!("{ONE}cluster.name: a/b\n")).refusal();
    assert!(refusal.contains("needs a [store.etcd.prefix] of its own"), "{refusal}");
    let prefix = file(&format!("{ONE}cluster.name: a/b\nstore.etcd.prefix: /x/y/\n"))
        .load()
        .cluster
        .unwrap()
        .etcd
        .prefix;
    assert_eq!(prefix, "/x/y/");
    for wrong in ["x/", "/x", "/", "/x//y/"] {
        let refusal = file(&format!("{ONE}store.etcd.prefix: {wrong}\n")).refusal();
        assert!(refusal.contains("must begin and end with [/]"), "{refusal}");
    }
}

#[test]
fn timings_that_do_not_go_together_stop_the_start() {
    let refusal = file(&format!("{ONE}cluster.fence: {{window: 2s, heartbeat: 501ms}}\n")).refusal();
    assert!(
        refusal
            .starts_with("conf/portcullis.yml line 2: [cluster.fence.window], [cluster.fence.heartbeat] and"),
        "{refusal}"
    );
    assert!(refusal.contains("do not go together: a heartbeat every 501 ms"), "{refusal}");
    let timing = file(&format!("{ONE}cluster.fence: {{window: 2s, heartbeat: 100ms, clock_drift: 0}}\n"));
    assert_eq!(timing.load().cluster.unwrap().timing.wait_ms(), 2_010);
}
