//! A key's life: made, used, looked at, changed, invalidated.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use portcullis_tests::clock::BEGINNING;
use portcullis_tests::node::TestNode;
use serde_json::json;

portcullis_tests::tests![
    a_key_is_made_and_says_who_it_is,
    a_key_is_got_with_all_that_is_known,
    an_invalidated_key_is_refused_from_the_next_request,
    an_update_counts_from_the_next_request,
    a_key_lives_on_when_its_owner_changes,
    keys_are_found_by_each_filter,
];

async fn a_key_is_made_and_says_who_it_is() {
    let node = TestNode::start().await;
    for method in ["POST", "PUT"] {
        let body = json!({"name": "my-key", "expiration": "1d"});
        let made = node.elastic().request(method, "/_security/api_key").json(&body).await.ok();
        let (id, secret) = (made["id"].as_str().unwrap(), made["api_key"].as_str().unwrap());
        portcullis_tests::secrets::remember(secret);
        let encoded = STANDARD.encode(format!("{id}:{secret}"));
        let expiration = BEGINNING + 24 * 60 * 60 * 1000;
        let expected = json!({
            "id": id, "name": "my-key", "expiration": expiration, "api_key": secret, "encoded": encoded,
        });
        assert_eq!(made.to_string(), expected.to_string());
        assert_eq!((id.len(), secret.len()), (20, 22));
        let realm = json!({"name": "_es_api_key", "type": "_es_api_key"});
        let mut who = node.anonymous().api_key(&encoded).whoami().await;
        who["api_key"].as_object_mut().unwrap().remove("managed_by");
        let expected = json!({
            "username": "elastic", "roles": [], "full_name": null, "email": null, "metadata": {"_reserved": true},
            "enabled": true, "authentication_realm": realm, "lookup_realm": realm,
            "authentication_type": "api_key", "api_key": {"id": id, "name": "my-key"},
        });
        assert_eq!(who, expected);
    }
}

async fn a_key_is_got_with_all_that_is_known() {
    let node = TestNode::start().await;
    let owner = node.user_who_may("owner", &["manage_own_api_key"]).await;
    let body = json!({
        "name": "k", "metadata": {"a": {"b": 1}},
        "role_descriptors": {"r": {"cluster": ["monitor"], "index": [{"names": "x", "privileges": ["read"]}]}},
    });
    let (id, key) = node.key_of(&owner, &body).await;
    let descriptor = json!({
        "cluster": ["monitor"],
        "indices": [{"names": ["x"], "privileges": ["read"], "allow_restricted_indices": false}],
        "applications": [], "run_as": [], "metadata": {}, "transient_metadata": {"enabled": true},
    });
    let expected = json!({"api_keys": [{
        "id": id, "name": "k", "type": "rest", "creation": BEGINNING, "invalidated": false, "username": "owner",
        "realm": "default_native", "realm_type": "native", "metadata": {"a": {"b": 1}},
        "role_descriptors": {"r": descriptor},
    }]});
    for client in [&owner, &key] {
        let query = if std::ptr::eq(client, &owner) { "&owner=true" } else { "" };
        let got = client.get(&format!("/_security/api_key?id={id}{query}")).await.ok();
        assert_eq!(got.to_string(), expected.to_string());
    }
    let got = node.elastic().get(&format!("/_security/api_key?id={id}&with_limited_by=true")).await.ok();
    let limited_by = &got["api_keys"][0]["limited_by"];
    assert_eq!(limited_by[0]["owner"]["cluster"], json!(["manage_own_api_key"]), "{got}");
    // A key may look at itself, but not at what its owner had.
    key.get(&format!("/_security/api_key?id={id}&with_limited_by=true"))
        .await
        .refused(403, "security_exception");
}

async fn an_invalidated_key_is_refused_from_the_next_request() {
    let node = TestNode::start().await;
    let (id, key) = node.key_of(&node.elastic(), &json!({"name": "k"})).await;
    let (_, other) = node.key_of(&node.elastic(), &json!({"name": "k"})).await;
    key.whoami().await;
    other.whoami().await;
    let answer = node.elastic().delete("/_security/api_key").json(&json!({"ids": [id]})).await.ok();
    let expected =
        json!({"invalidated_api_keys": [id], "previously_invalidated_api_keys": [], "error_count": 0});
    assert_eq!(answer.to_string(), expected.to_string());
    let soft = "unable to authenticate with provided credentials and anonymous access is not allowed for this request";
    let error = key.authenticate().await.refused_because(401, "security_exception", soft);
    let detail = format!("API key: api key [{id}] has been invalidated");
    assert_eq!(error["additional_unsuccessful_credentials"], detail);
    assert_eq!(error["root_cause"][0]["additional_unsuccessful_credentials"], detail);
    // Whoever does not know the secret is not told.
    let guess = STANDARD.encode(format!("{id}:a wrong secret"));
    let error = node.anonymous().api_key(&guess).authenticate().await.refused(401, "security_exception");
    let detail = format!("API key: invalid credentials for API key [{id}]");
    assert_eq!(error["additional_unsuccessful_credentials"], detail);
    other.whoami().await;
    let got = node.elastic().get(&format!("/_security/api_key?id={id}")).await.ok();
    assert_eq!(got["api_keys"][0]["invalidated"], true);
    assert_eq!(got["api_keys"][0]["invalidation"], BEGINNING);
}

async fn an_update_counts_from_the_next_request() {
    let node = TestNode::start().await;
    let owner = node.user_who_may("owner", &["manage_own_api_key", "read_security"]).await;
    let (id, key) = node.key_of(&owner, &json!({"name": "k"})).await;
    key.get("/_security/user").await.ok();
    let update = async |body| owner.put(&format!("/_security/api_key/{id}")).json(&body).await.ok();
    let narrow = json!({"role_descriptors": {"r": {"cluster": ["monitor"]}}});
    assert_eq!(update(narrow.clone()).await, json!({"updated": true}));
    assert_eq!(key.get("/_security/user").await.status, 403);
    assert_eq!(update(narrow).await, json!({"updated": false}));
    assert_eq!(update(json!({"role_descriptors": {}})).await, json!({"updated": true}));
    key.get("/_security/user").await.ok();
    assert_eq!(update(json!({"metadata": {"a": 1}})).await, json!({"updated": true}));
    let got = owner.get(&format!("/_security/api_key?id={id}&owner=true")).await.ok();
    assert_eq!(got["api_keys"][0]["metadata"], json!({"a": 1}));
    // An update takes a new snapshot of what the owner has, also one without a body.
    node.elastic().put("/_security/role/owner").json(&json!({"cluster": ["manage_own_api_key"]})).await.ok();
    key.get("/_security/user").await.ok();
    assert_eq!(owner.put(&format!("/_security/api_key/{id}")).await.ok(), json!({"updated": true}));
    assert_eq!(key.get("/_security/user").await.status, 403);
}

async fn a_key_lives_on_when_its_owner_changes() {
    let node = TestNode::start().await;
    let owner = node.user_who_may("owner", &["all"]).await;
    let (_, key) = node.key_of(&owner, &json!({"name": "k"})).await;
    for request in [
        node.elastic().put("/_security/role/owner").json(&json!({})),
        node.elastic().put("/_security/user/owner/_disable"),
        node.elastic().delete("/_security/user/owner"),
    ] {
        request.await.ok();
        key.get("/_security/user").await.ok();
    }
}

async fn keys_are_found_by_each_filter() {
    let node = TestNode::start().await;
    let elastic = node.elastic();
    let jo = node.user_who_may("jo", &["manage_own_api_key"]).await;
    let (a, _) = node.key_of(&elastic, &json!({"name": "app-1"})).await;
    let (b, of_b) = node.key_of(&jo, &json!({"name": "app-2"})).await;
    let (c, _) = node.key_of(&jo, &json!({"name": "other"})).await;
    elastic.delete("/_security/api_key").json(&json!({"ids": [c]})).await.ok();
    let names = |all: [&str; 3], found: &[usize]| {
        let mut ids: Vec<String> = found.iter().map(|index| all[*index].to_owned()).collect();
        ids.sort();
        ids
    };
    let cases: [(&str, &[usize]); 12] = [
        ("", &[0, 1, 2]),
        ("?name=app-1", &[0]),
        ("?name=app-*", &[0, 1]),
        ("?name=*", &[0, 1, 2]),
        ("?name=nothing", &[]),
        ("?username=jo", &[1, 2]),
        ("?realm_name=reserved", &[0]),
        ("?username=jo&realm_name=reserved", &[]),
        ("?username=jo&realm_name=default_native", &[1, 2]),
        ("?active_only=true", &[0, 1]),
        ("?owner=true", &[0]),
        ("?username=&id=", &[0, 1, 2]),
    ];
    for (query, found) in cases {
        let got = elastic.get(&format!("/_security/api_key{query}")).await.ok();
        let mut ids: Vec<String> = got["api_keys"]
            .as_array()
            .unwrap()
            .iter()
            .map(|key| key["id"].as_str().unwrap().to_owned())
            .collect();
        ids.sort();
        assert_eq!(ids, names([&a, &b, &c], found), "{query}");
    }
    let unknown = elastic.get("/_security/api_key?id=unknown").await;
    assert_eq!((unknown.status, unknown.json()), (404, json!({"api_keys": []})));
    drop(of_b);
}
