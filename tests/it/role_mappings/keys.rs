//! API keys of users of a directory: they have what their owner had when they were made, and outlive the mapping.

use portcullis_tests::directory::TestDirectory;
use portcullis_tests::node::TestNode;
use serde_json::json;

use super::{gives, jo, put, with_directory};

portcullis_tests::tests![a_key_has_the_roles_of_its_owner_at_the_time, a_key_is_its_owners];

/// A node where `jo` of the directory may make keys and look at users.
async fn with_jo() -> (TestNode, TestDirectory, portcullis_tests::client::Client) {
    let (node, corp) = with_directory().await;
    let jo = jo(&node, &corp);
    let role = json!({"cluster": ["manage_own_api_key", "read_security"]});
    node.elastic().put("/_security/role/makers").json(&role).await.ok();
    put(&node, "m", &gives(&["makers"], json!({"field": {"groups": "cn=red,*"}}))).await;
    (node, corp, jo)
}

async fn a_key_has_the_roles_of_its_owner_at_the_time() {
    let (node, corp, jo) = with_jo().await;
    let (id, key) = node.key_of(&jo, &json!({"name": "k"})).await;
    let listed = node.elastic().get(&format!("/_security/api_key?id={id}")).await.ok();
    let listed = &listed["api_keys"][0];
    assert_eq!(
        (&listed["username"], &listed["realm"], &listed["realm_type"]),
        (&json!("jo"), &json!("corp"), &json!("ldap"))
    );
    assert_eq!(key.whoami().await["username"], "jo");
    key.get("/_security/user").await.ok();
    // Neither the mapping nor the user is what the key rests on, as in Elasticsearch.
    node.elastic().delete("/_security/role_mapping/m").await.ok();
    corp.remove("jo");
    node.elastic().post("/_security/realm/corp/_clear_cache").await.ok();
    assert_eq!(jo.login().await, 401);
    for _ in 0..2 {
        key.get("/_security/user").await.ok();
        node.elastic().post("/_security/api_key/*/_clear_cache").await.ok();
    }
    let owner = json!({"username": "jo", "realm_name": "corp"});
    let ended = node.elastic().delete("/_security/api_key").json(&owner).await.ok();
    assert_eq!(ended["invalidated_api_keys"], json!([id]));
    assert_eq!(key.login().await, 401);
}

async fn a_key_is_its_owners() {
    let (node, _, jo) = with_jo().await;
    let namesake = node.user("jo", &["makers"]).await;
    let (id, key) = node.key_of(&jo, &json!({"name": "k"})).await;
    let (other, _) = node.key_of(&namesake, &json!({"name": "k"})).await;
    let owned = jo.get("/_security/api_key?owner=true").await.ok();
    assert_eq!(owned["api_keys"].as_array().unwrap().len(), 1, "{owned}");
    assert_eq!(owned["api_keys"][0]["id"], json!(id));
    for (owner, foreign) in [(&namesake, &id), (&jo, &other)] {
        let body = json!({"ids": [foreign], "owner": true});
        let told = owner.delete("/_security/api_key").json(&body).await.ok();
        assert_eq!(told["invalidated_api_keys"], json!([]), "{told}");
    }
    key.whoami().await;
    let told = jo.delete("/_security/api_key").json(&json!({"owner": true})).await.ok();
    assert_eq!(told["invalidated_api_keys"], json!([id]));
    assert_eq!(key.login().await, 401);
}
