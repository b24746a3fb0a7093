//! API keys and anonymous access: what is in a key's snapshot, and whose the keys are that are made without credentials.

use serde_json::json;

use super::{grant, open_to};

portcullis_tests::tests![
    a_key_has_what_its_owner_had_through_them,
    a_key_has_no_more_of_them_than_it_was_given,
    who_comes_without_credentials_makes_keys_only_where_it_may,
    keys_of_the_anonymous_user_are_its_own_and_nobody_elses,
    nobody_without_credentials_gets_at_the_keys_of_others,
    a_key_of_the_anonymous_user_acts_as_nobody_else_either,
];

const OWN: &str = "/_security/api_key?owner=true";

async fn a_key_has_what_its_owner_had_through_them() {
    let node = open_to(&["read_security"]).await;
    let keeper = node.user_who_may("keeper", &["manage_own_api_key"]).await;
    let (id, key) = node.key_of(&keeper, &json!({"name": "k"})).await;
    key.get("/_security/role").await.ok();
    let told = node.elastic().get(&format!("/_security/api_key?id={id}&with_limited_by=true")).await.ok();
    let limits = told["api_keys"][0]["limited_by"][0].as_object().unwrap().clone();
    assert_eq!(limits.keys().collect::<Vec<_>>(), ["guests", "keeper"]);
    // A snapshot, like all that a key has of its owner: until it is updated or invalidated.
    grant(&node, &["monitor"]).await;
    keeper.get("/_security/role").await.refused(403, "security_exception");
    key.get("/_security/role").await.ok();
    keeper.put(&format!("/_security/api_key/{id}")).await.ok();
    key.get("/_security/role").await.refused(403, "security_exception");
}

async fn a_key_has_no_more_of_them_than_it_was_given() {
    let node = open_to(&["read_security"]).await;
    let descriptors = json!({"name": "k", "role_descriptors": {"r": {"cluster": ["monitor"]}}});
    let (_, key) = node.key_of(&node.elastic(), &descriptors).await;
    key.get("/_security/role").await.refused(403, "security_exception");
    assert_eq!(key.whoami().await["roles"], json!([]));
}

async fn who_comes_without_credentials_makes_keys_only_where_it_may() {
    let node = open_to(&["monitor"]).await;
    let make = || node.anonymous().post("/_security/api_key").json(&json!({"name": "k"}));
    make().await.refused(403, "security_exception");
    grant(&node, &["manage_own_api_key"]).await;
    let (_, key) = node.key_of(&node.anonymous(), &json!({"name": "k"})).await;
    let who = key.whoami().await;
    assert_eq!((&who["username"], &who["authentication_type"]), (&json!("_anonymous"), &json!("api_key")));
    assert_eq!(who["roles"], json!([]));
    // It is worth what was granted when it was made, not what is granted now.
    grant(&node, &["all"]).await;
    key.get("/_security/role").await.refused(403, "security_exception");
    grant(&node, &[]).await;
    key.get(&format!("/_security/api_key?id={}", who["api_key"]["id"].as_str().unwrap())).await.ok();
}

async fn keys_of_the_anonymous_user_are_its_own_and_nobody_elses() {
    let node = open_to(&["manage_own_api_key"]).await;
    let (anonymous, jo) = (node.anonymous(), node.user("jo", &[]).await);
    let (id, key) = node.key_of(&anonymous, &json!({"name": "k"})).await;
    let told = anonymous.get(OWN).await.ok();
    assert_eq!(told["api_keys"][0]["id"], json!(id));
    assert_eq!(
        (&told["api_keys"][0]["username"], &told["api_keys"][0]["realm"]),
        (&json!("_anonymous"), &json!("__anonymous"))
    );
    assert_eq!(jo.get(OWN).await.ok(), json!({"api_keys": []}));
    jo.put(&format!("/_security/api_key/{id}")).await.refused(404, "resource_not_found_exception");
    anonymous.put(&format!("/_security/api_key/{id}")).json(&json!({"metadata": {"a": 1}})).await.ok();
    let ended = anonymous.delete("/_security/api_key").json(&json!({"owner": true})).await.ok();
    assert_eq!(ended["invalidated_api_keys"], json!([id]));
    assert_eq!(key.login().await, 401);
}

async fn nobody_without_credentials_gets_at_the_keys_of_others() {
    let node = open_to(&["manage_own_api_key"]).await;
    let anonymous = node.anonymous();
    let (id, key) = node.key_of(&node.user("jo", &[]).await, &json!({"name": "k"})).await;
    for target in
        ["/_security/api_key", &format!("/_security/api_key?id={id}"), "/_security/api_key?username=jo"]
    {
        anonymous.get(target).await.refused(403, "security_exception");
    }
    assert_eq!(anonymous.get(OWN).await.ok(), json!({"api_keys": []}));
    anonymous.put(&format!("/_security/api_key/{id}")).await.refused(404, "resource_not_found_exception");
    for body in [json!({"ids": [id]}), json!({"username": "jo", "realm_name": "default_native"})] {
        anonymous.delete("/_security/api_key").json(&body).await.refused(403, "security_exception");
    }
    let ended = anonymous.delete("/_security/api_key").json(&json!({"owner": true})).await.ok();
    assert_eq!(ended["invalidated_api_keys"], json!([]));
    key.whoami().await;
}

async fn a_key_of_the_anonymous_user_acts_as_nobody_else_either() {
    let node = open_to(&[]).await;
    let guests = json!({"cluster": ["manage_own_api_key"], "run_as": ["*"]});
    node.elastic().put("/_security/role/guests").json(&guests).await.ok();
    let jo = node.user("jo", &[]).await;
    let given = json!({"name": "k", "role_descriptors": {"r": guests}});
    for body in [json!({"name": "k"}), given] {
        let (id, key) = node.key_of(&node.anonymous(), &body).await;
        assert_eq!(key.run_as("elastic").login().await, 403);
        node.anonymous().put(&format!("/_security/api_key/{id}")).await.ok();
        assert_eq!(key.run_as("elastic").login().await, 403);
        // Whoever showed who they are may.
        let (_, key) = node.key_of(&jo, &body).await;
        assert_eq!(key.run_as("elastic").whoami().await["username"], "elastic");
    }
}
