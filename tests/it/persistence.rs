//! What outlives a node: everything acknowledged, and its names. What does not: a password given anew, a second node.

use portcullis_tests::node::TestNode;
use portcullis_tests::secrets;
use serde_json::json;
use std::os::unix::fs::PermissionsExt;

portcullis_tests::tests![
    what_was_acknowledged_is_there_after_a_restart,
    names_are_made_once,
    a_first_password_counts_once,
    a_second_node_on_the_same_data_does_not_start,
    folders_and_files_are_the_owners_alone,
    a_damaged_store_is_left_as_it_is,
];

async fn what_was_acknowledged_is_there_after_a_restart() {
    let node = TestNode::start().await;
    let elastic_password = node.password().to_owned();
    let (jo_password, changed) = (secrets::password(), secrets::password());
    let body = json!({"password": jo_password, "roles": ["r"], "metadata": {"a": 1}});
    node.elastic().put("/_security/user/jo").json(&body).await.ok();
    node.elastic().put("/_security/role/r").json(&json!({"cluster": ["monitor"]})).await.ok();
    let body = json!({"password": changed});
    node.elastic().put("/_security/user/kibana_system/_password").json(&body).await.ok();
    let key = node.elastic().post("/_security/api_key").json(&json!({"name": "k"})).await.ok();
    let dead = node.elastic().post("/_security/api_key").json(&json!({"name": "dead"})).await.ok();
    for made in [&key, &dead] {
        secrets::remember(made["api_key"].as_str().unwrap());
    }
    node.elastic().delete("/_security/api_key").json(&json!({"ids": [dead["id"]]})).await.ok();
    let token = node.elastic().post("/_security/service/elastic/fleet-server/credential/token/t").await.ok();
    node.elastic()
        .put("/_security/user/gone")
        .json(&json!({"password": jo_password, "roles": []}))
        .await
        .ok();
    node.elastic().delete("/_security/user/gone").await.ok();
    let revision = node.security().stats().revision;

    let node = TestNode::builder().folders(node.stop().await).password(&elastic_password).start().await;
    assert_eq!(node.security().stats().revision, revision);
    let who = node.basic("jo", &jo_password).whoami().await;
    assert_eq!((&who["roles"], &who["metadata"]), (&json!(["r"]), &json!({"a": 1})));
    node.basic("jo", &jo_password).get("/_cluster/health").await.ok();
    node.elastic().whoami().await;
    node.basic("kibana_system", &changed).whoami().await;
    node.anonymous().api_key(key["encoded"].as_str().unwrap()).whoami().await;
    assert_eq!(node.anonymous().api_key(dead["encoded"].as_str().unwrap()).login().await, 401);
    node.anonymous().bearer(token["token"]["value"].as_str().unwrap()).whoami().await;
    assert_eq!(node.basic("gone", &jo_password).login().await, 401);
}

async fn names_are_made_once() {
    let names = |node: &TestNode| {
        let settings = node.security().settings();
        (settings.node_id.clone(), settings.cluster_uuid.clone().unwrap())
    };
    let first = TestNode::start().await;
    let told = names(&first);
    let password = first.password().to_owned();
    let again = TestNode::builder().folders(first.stop().await).password(&password).start().await;
    assert_eq!(names(&again), told);
    assert_eq!(again.elastic().get("/").await.ok()["cluster_uuid"], told.1);
    let other = TestNode::start().await;
    assert_ne!(names(&other).0, told.0);
    assert_ne!(names(&other).1, told.1);
}

async fn a_first_password_counts_once() {
    let node = TestNode::start().await;
    let first = node.password().to_owned();
    let node = TestNode::builder().folders(node.stop().await).start().await;
    assert_ne!(node.password(), first);
    assert_eq!(node.elastic().login().await, 401);
    node.basic("elastic", &first).whoami().await;
    assert!(!portcullis_tests::logs::lines_with("ELASTIC_PASSWORD is set and changes nothing").is_empty());
}

async fn a_second_node_on_the_same_data_does_not_start() {
    let node = TestNode::start().await;
    let data = node.folders().data();
    let second = TestNode::builder().setting("path.data", data.to_str().unwrap()).try_start().await;
    let Err(error) = second else { panic!("two nodes on one store") };
    assert!(error.to_string().contains("in use"), "{error}");
    node.elastic().put("/_security/role/r").json(&json!({})).await.ok();
}

async fn folders_and_files_are_the_owners_alone() {
    let node = TestNode::start().await;
    let data = node.folders().data();
    let mode = |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&data), 0o700);
    let mut files = 0;
    for entry in std::fs::read_dir(&data).unwrap() {
        let path = entry.unwrap().path();
        assert_eq!(mode(&path), 0o600, "{}", path.display());
        files += 1;
    }
    assert!(files >= 2, "a store and a socket");
}

async fn a_damaged_store_is_left_as_it_is() {
    let node = TestNode::start().await;
    let folders = node.stop().await;
    let store = std::fs::read_dir(folders.data()).unwrap().map(|it| it.unwrap().path());
    let store = store.max_by_key(|path| std::fs::metadata(path).unwrap().len()).unwrap();
    let mut bytes = std::fs::read(&store).unwrap();
    bytes.truncate(bytes.len() / 2);
    bytes[..64].fill(0xa5);
    std::fs::write(&store, &bytes).unwrap();
    let data = folders.data();
    let failed = TestNode::builder().setting("path.data", data.to_str().unwrap()).try_start().await;
    let Err(error) = failed else { panic!("a damaged store was opened") };
    assert!(error.to_string().contains(store.file_name().unwrap().to_str().unwrap()), "{error}");
    assert_eq!(std::fs::read(&store).unwrap(), bytes);
}
