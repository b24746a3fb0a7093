//! A node that etcd does not reach any more, and nobody is told: by the time a revocation is answered elsewhere, it has
//! stopped to decide.

use portcullis_tests::node_process::Builder;
use portcullis_tests::{lines, secrets};
use serde_json::json;

use super::{Cluster, SHORT, until};

portcullis_tests::tests![
    a_node_that_is_cut_off_decides_nothing_and_comes_back,
    what_was_not_answered_is_not_done_behind_what_undid_it,
];

/// The node that is cut off.
const AWAY: usize = 2;

async fn a_node_that_is_cut_off_decides_nothing_and_comes_back() {
    let mut cluster = Cluster::short(2).await;
    let proxies = cluster.etcd.through_proxies().await;
    let endpoints: Vec<String> = proxies.iter().map(|it| cluster.etcd.url(it.address())).collect();
    let of_file = secrets::password();
    let users = lines::user("operator", &of_file);
    let with = |node: Builder| {
        node.setting(SHORT.0, SHORT.1).file("users", &users).file("users_roles", "superuser:operator\n")
    };
    cluster.join_at(&endpoints, with).await;
    let operator = cluster.anonymous(AWAY).basic("operator", &of_file);
    let (first, second) = (cluster.key(0, "first").await, cluster.key(1, "second").await);
    for key in [&first, &second] {
        assert_eq!(cluster.logins(key).await, [200; 3]);
    }
    proxies.iter().for_each(|it| it.black_hole());
    cluster.revoke(0, &first).await;
    let refused = first.on(&cluster, AWAY).authenticate().await;
    refused.refused(503, "cluster_block_exception");
    assert!(refused.header("retry-after").is_some(), "{}", refused.text());
    assert_eq!(cluster.anonymous(AWAY).get("/-/live").await.status, 200);
    assert_eq!(cluster.ready(AWAY).await, 503);
    assert_eq!(cluster.elastic(AWAY).login().await, 503);
    assert_eq!(operator.login().await, 200, "nothing of this is in etcd");
    assert_eq!(cluster.stats(&operator).await["cluster"]["trust"]["state"], "fenced");

    // Its record is gone, so nobody waits for it again.
    until("the others know that it is lost", async || {
        let mut lost = true;
        for node in [0, 1] {
            let told = cluster.elastic(node).get("/_cat/nodes?h=name,state").await.text();
            lost &= told.lines().any(|it| it.contains("node-2") && it.contains("lost"));
        }
        lost
    })
    .await;
    assert!(evictions(&cluster).await > 0, "its record was removed");
    let before = by_time(&cluster).await;
    cluster.revoke(1, &second).await;
    assert_eq!(by_time(&cluster).await, before, "a node that is known to be lost is not waited for");
    assert_eq!(second.on(&cluster, AWAY).login().await, 503);

    proxies.iter().for_each(|it| it.pass());
    cluster.is_ready(AWAY).await;
    for key in [&first, &second] {
        assert_eq!(cluster.logins(key).await, [401; 3]);
    }
    assert_eq!((cluster.elastic(AWAY).login().await, operator.login().await), (200, 200));
    let third = cluster.key(AWAY, "third").await;
    cluster.revoke(0, &third).await;
    assert_eq!(by_time(&cluster).await, before, "it is heard of again");
    assert_eq!(cluster.logins(&third).await, [401; 3]);
}

/// Changes are on their way to etcd and get stuck; others undo them, or find nothing to undo; then they arrive.
async fn what_was_not_answered_is_not_done_behind_what_undid_it() {
    let mut cluster = Cluster::short(2).await;
    let proxies = cluster.etcd.through_proxies().await;
    let endpoints: Vec<String> = proxies.iter().map(|it| cluster.etcd.url(it.address())).collect();
    let timeout = |node: Builder| node.setting(SHORT.0, SHORT.1).setting("store.etcd.timeout", "1s");
    cluster.join_at(&endpoints, timeout).await;
    let password = secrets::password();
    let body = json!({"password": password, "roles": ["superuser"]});
    let user = |node: usize, method: &str, name: &str, what: &str| {
        let request = cluster.elastic(node).request(method, &format!("/_security/user/{name}{what}"));
        if what.is_empty() && method == "PUT" { request.json(&body) } else { request }
    };
    let names = |what: &str| (0..10).map(|number| format!("{what}-{number}")).collect::<Vec<_>>();
    let (created, never, enabled) = (names("created"), names("never"), names("enabled"));
    for name in &enabled {
        user(0, "PUT", name, "").await.ok();
        user(0, "PUT", name, "/_disable").await.ok();
    }
    until("all nodes know them", async || user(AWAY, "GET", &enabled[9], "").await.status == 200).await;

    proxies.iter().for_each(|it| it.black_hole());
    let creations = created.iter().chain(&never).map(|name| user(AWAY, "PUT", name, ""));
    let enablings = enabled.iter().map(|name| user(AWAY, "PUT", name, "/_enable"));
    let stuck: Vec<_> =
        creations.chain(enablings).map(|request| tokio::spawn(request.into_future())).collect();
    for one in stuck {
        let answer = one.await.unwrap();
        answer.refused(503, "unavailable_shards_exception");
        assert!(answer.text().contains("the outcome of the write is unknown"), "{}", answer.text());
    }
    for name in &created {
        user(0, "PUT", name, "").await.ok();
        user(0, "DELETE", name, "").await.ok();
    }
    for name in &never {
        assert_eq!(user(0, "DELETE", name, "").await.status, 404);
    }
    for name in &enabled {
        user(0, "PUT", name, "/_disable").await.ok();
    }

    proxies.iter().for_each(|it| it.pass());
    cluster.is_ready(AWAY).await;
    for name in created.iter().chain(&never).chain(&enabled) {
        for node in 0..cluster.nodes.len() {
            let late = cluster.anonymous(node).basic(name, &password);
            assert_eq!(late.login().await, 401, "{name} on node {node}");
        }
    }
    let there = cluster.elastic(0).get("/_security/user").await.ok();
    for name in created.iter().chain(&never) {
        assert_eq!(there.get(name), None);
    }
    for name in &enabled {
        assert_eq!(there[name]["enabled"], false, "{name}");
    }
}

/// How many writes of the others were answered because the time ran out.
async fn by_time(cluster: &Cluster) -> u64 {
    of_the_others(cluster, "/acknowledgements/by_time").await
}

/// How many records the others removed.
async fn evictions(cluster: &Cluster) -> u64 {
    of_the_others(cluster, "/evictions").await
}

/// A counter of the nodes that are not cut off, taken together.
async fn of_the_others(cluster: &Cluster, counter: &str) -> u64 {
    let mut sum = 0;
    for node in (0..cluster.nodes.len()).filter(|it| *it != AWAY) {
        let stats = cluster.stats(&cluster.elastic(node)).await;
        sum += stats["cluster"].pointer(counter).unwrap().as_u64().unwrap();
    }
    sum
}
