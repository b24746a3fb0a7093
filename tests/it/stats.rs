//! `GET /_security/stats` and the metrics: the caches by their names, what went in and out, and no user's name.

use portcullis_tests::node::TestNode;
use portcullis_tests::{lines, secrets};
use serde_json::{Value, json};

portcullis_tests::tests![
    each_cache_has_its_numbers,
    what_happened_is_counted,
    the_metrics_tell_the_same,
    no_user_is_in_a_label,
    monitoring_needs_no_more_than_monitor,
];

async fn of_node(node: &TestNode) -> Value {
    let stats = node.elastic().get("/_security/stats").await.ok();
    assert_eq!(stats["_nodes"], json!({"total": 1, "successful": 1, "failed": 0}));
    assert_eq!(stats["cluster_name"], "tests");
    assert_eq!(stats["nodes"].as_object().unwrap().len(), 1);
    stats["nodes"][&node.security().settings().node_id].clone()
}

async fn each_cache_has_its_numbers() {
    let node = TestNode::start().await;
    let stats = of_node(&node).await;
    assert_eq!(stats["name"], "node-1");
    assert_eq!(stats["roles"]["dls"]["bit_set_cache"]["count"], 0);
    let names = [
        "realm/reserved/reserved",
        "realm_lookup/reserved/reserved",
        "realm/file/default_file",
        "realm_lookup/file/default_file",
        "realm/native/default_native",
        "realm_lookup/native/default_native",
        "api_key",
        "index_service_account_token",
        "file_service_account_token",
        "roles",
        "refused",
    ];
    let caches = stats["caches"].as_object().unwrap();
    for name in names {
        let cache = caches.get(name).unwrap_or_else(|| panic!("no cache [{name}] in {caches:?}"));
        for number in [
            "entries",
            "size_in_bytes",
            "hits",
            "misses",
            "coalesced",
            "loads",
            "load_time_in_millis",
            "refused_inserts",
        ] {
            assert!(cache[number].is_u64(), "{name}: {number} in {cache}");
        }
        for reason in ["capacity", "expired"] {
            assert!(cache["evictions"][reason].is_u64(), "{name}: {cache}");
        }
        for reason in ["feed", "file", "api", "store"] {
            assert!(cache["invalidations"][reason]["calls"].is_u64(), "{name}: {cache}");
        }
    }
    assert!(stats.get("cluster").is_none(), "it is alone");
    let files = stats["files"].as_object().unwrap();
    assert_eq!(files.keys().collect::<Vec<_>>(), ["users", "users_roles", "roles.yml", "service_tokens"]);
}

async fn what_happened_is_counted() {
    let node = TestNode::start().await;
    let jo = node.user("jo", &[]).await;
    let cache = async || of_node(&node).await["caches"]["realm/native/default_native"].clone();
    let before = cache().await;
    for _ in 0..3 {
        jo.whoami().await;
    }
    node.clock.advance(5000);
    let after = cache().await;
    let grown = |field: &str| after[field].as_u64().unwrap() - before[field].as_u64().unwrap();
    assert_eq!((grown("misses"), grown("loads"), grown("hits"), grown("entries")), (1, 1, 2, 1));
    assert_eq!(after["oldest_entry_age_in_millis"], 5000);
    assert!(after["size_in_bytes"].as_u64() > before["size_in_bytes"].as_u64());
    node.elastic().post("/_security/realm/default_native/_clear_cache?usernames=jo").await.ok();
    let cleared = cache().await;
    assert_eq!(cleared["entries"], 0);
    let calls = |reason: &str| cleared["invalidations"][reason]["calls"].as_u64().unwrap();
    assert_eq!((calls("api"), &cleared["invalidations"]["api"]["evicted"]), (1, &json!(1)));
    node.elastic().put("/_security/user/jo/_disable").await.ok();
    assert_eq!(cache().await["invalidations"]["feed"]["calls"].as_u64().unwrap(), calls("feed") + 1);
    node.write("users", &lines::user("f", &secrets::password()));
    let of_file =
        of_node(&node).await["caches"]["realm/file/default_file"]["invalidations"]["file"]["calls"].clone();
    assert_eq!(of_file, 1);
    assert_eq!(of_node(&node).await["files"]["users"]["exists"], true);
}

async fn the_metrics_tell_the_same() {
    let node = TestNode::start().await;
    let jo = node.user("jo", &[]).await;
    for _ in 0..3 {
        jo.whoami().await;
    }
    let answer = node.elastic().get("/_prometheus/metrics").await;
    assert_eq!(answer.header("content-type"), Some("text/plain; version=0.0.4; charset=utf-8"));
    let text = answer.text();
    let expected = [
        "portcullis_cache_hits_total{cache=\"realm/native/default_native\"} 2",
        "portcullis_cache_loads_total{cache=\"realm/native/default_native\"} 1",
        "portcullis_cache_entries{cache=\"realm/native/default_native\"} 1",
        "portcullis_http_requests_total{route=\"/_security/_authenticate\",method=\"GET\",status=\"200\"} 3",
        "portcullis_http_request_duration_seconds_count{route=\"/_security/_authenticate\"} 3",
        "portcullis_file_in_force{file=\"users\"} 1",
    ];
    for line in expected {
        assert!(text.lines().any(|it| it == line), "{line} is missing in\n{text}");
    }
    assert!(!text.contains("portcullis_cluster_"), "it is alone");
}

async fn no_user_is_in_a_label() {
    let node = TestNode::start().await;
    node.user("conspicuous", &["conspicuous"]).await.whoami().await;
    node.basic("conspicuous", &secrets::password()).login().await;
    node.elastic().run_as("conspicuous").whoami().await;
    node.elastic().get("/_security/user/conspicuous").await.ok();
    node.elastic().get("/conspicuous/nowhere").await;
    node.elastic().request("CONSPICUOUS", "/").await;
    for target in ["/_prometheus/metrics", "/_security/stats"] {
        let text = node.elastic().get(target).await.text().to_lowercase();
        assert!(!text.contains("conspicuous"), "{text}");
    }
}

async fn monitoring_needs_no_more_than_monitor() {
    let node = TestNode::start().await;
    let monitor = node.user_who_may("monitor", &["monitor"]).await;
    for target in ["/_prometheus/metrics", "/_security/stats", "/_cat/nodes", "/_cluster/health", "/"] {
        assert_eq!(monitor.get(target).await.status, 200, "{target}");
    }
    monitor.get("/_security/user").await.refused(403, "security_exception");
}
