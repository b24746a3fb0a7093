//! What the statistics and the metrics say of a directory.

use portcullis_tests::node::TestNode;
use portcullis_tests::secrets;
use portcullis_tests::slapd::{Slapd, content};
use serde_json::{Value, json};

use super::{both, user};

portcullis_tests::tests![
    what_was_asked_is_counted_as_the_directory_counts_it,
    the_metrics_tell_the_same,
    each_realm_has_its_own,
    nothing_of_a_user_is_in_them,
];

async fn of_node(node: &TestNode) -> Value {
    let stats = node.elastic().get("/_security/stats").await.ok();
    stats["nodes"][&node.security().settings().node_id].clone()
}

/// A login, its repetition, a wrong password, an unknown name, a lookup.
async fn some_questions(node: &TestNode) {
    user(node, "jo").whoami().await;
    user(node, "jo").whoami().await;
    for name in ["jo", "nobody"] {
        assert_eq!(node.basic(name, &secrets::password()).login().await, 401);
    }
    node.elastic().run_as("amy").whoami().await;
}

async fn what_was_asked_is_counted_as_the_directory_counts_it() {
    let (slapd, node) = both().await;
    let told = async || of_node(&node).await["directories"]["realm/ldap/corp"].clone();
    let server = json!({"url": slapd.url(), "failures": 0, "spared_for_millis": 0, "last_error": null});
    let expected = |user_binds: u64, service_binds: u64, searches: u64, connections: u64| {
        json!({
            "user_binds": user_binds,
            "service_binds": service_binds,
            "searches": searches,
            "undecided": 0,
            "spared": 0,
            "last_error": null,
            "connections": connections,
            "last_error": null,
            "servers": [server],
        })
    };
    assert_eq!(told().await, expected(0, 0, 0, 0));
    some_questions(&node).await;
    assert_eq!(told().await, expected(2, 1, 4, 1));
    assert_eq!(slapd.binds_of(&content::user("jo")).await, 2);
    assert_eq!((slapd.binds().await, slapd.searches().await), (3, 4));
    let caches = of_node(&node).await["caches"].clone();
    let (users, lookups) = (&caches["realm/ldap/corp"], &caches["realm_lookup/ldap/corp"]);
    assert_eq!((&users["entries"], &users["hits"], &users["loads"]), (&json!(1), &json!(2), &json!(3)));
    assert_eq!((&lookups["entries"], &lookups["loads"]), (&json!(1), &json!(1)));
}

async fn the_metrics_tell_the_same() {
    let (slapd, node) = both().await;
    some_questions(&node).await;
    let text = node.elastic().get("/_prometheus/metrics").await.text();
    let directory = "directory=\"realm/ldap/corp\"";
    for line in [
        format!("portcullis_directory_user_binds_total{{{directory}}} 2"),
        format!("portcullis_directory_service_binds_total{{{directory}}} 1"),
        format!("portcullis_directory_searches_total{{{directory}}} 4"),
        format!("portcullis_directory_undecided_total{{{directory}}} 0"),
        format!("portcullis_directory_spared_total{{{directory}}} 0"),
        format!("portcullis_directory_connections{{{directory}}} 1"),
        format!("portcullis_directory_server_failures{{{directory},server=\"{}\"}} 0", slapd.url()),
        "portcullis_cache_entries{cache=\"realm/ldap/corp\"} 1".to_owned(),
        "portcullis_cache_loads_total{cache=\"realm_lookup/ldap/corp\"} 1".to_owned(),
    ] {
        assert!(text.lines().any(|it| it == line), "{line} is missing in\n{text}");
    }
}

async fn each_realm_has_its_own() {
    let slapd = Slapd::start().await;
    let node = TestNode::builder().ldap_realm("near", 10, &slapd).ldap_realm("far", 20, &slapd).start().await;
    some_questions(&node).await;
    let directories = of_node(&node).await["directories"].clone();
    assert_eq!(directories.as_object().unwrap().len(), 2, "{directories}");
    assert_eq!(directories["realm/ldap/near"]["user_binds"], 2);
    // The second is asked for what the first refuses.
    assert_eq!(directories["realm/ldap/far"]["user_binds"], 1);
    let text = node.elastic().get("/_prometheus/metrics").await.text();
    for (realm, binds) in [("near", 2), ("far", 1)] {
        let line =
            format!("portcullis_directory_user_binds_total{{directory=\"realm/ldap/{realm}\"}} {binds}");
        assert!(text.lines().any(|it| it == line), "{line} is missing in\n{text}");
    }
}

async fn nothing_of_a_user_is_in_them() {
    let (slapd, node) = both().await;
    let password = secrets::password();
    slapd.add_user("conspicuous", &password).await;
    node.basic("conspicuous", &password).whoami().await;
    node.basic("conspicuous", &secrets::password()).login().await;
    node.elastic().run_as("conspicuous").whoami().await;
    for target in ["/_prometheus/metrics", "/_security/stats"] {
        let text = node.elastic().get(target).await.text();
        for told in ["conspicuous", content::BASE, content::SERVICE_ACCOUNT] {
            assert!(!text.contains(told), "{told} in {text}");
        }
    }
}
