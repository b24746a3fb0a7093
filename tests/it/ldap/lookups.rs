//! Acting as a user of a directory: found without a password, and kept in the lookup cache.

use portcullis_tests::clock::MINUTE;
use portcullis_tests::node::TestNode;
use portcullis_tests::node::ldap::CORP;
use portcullis_tests::slapd::{Slapd, content};
use serde_json::json;

use super::{both, clear, map, user};

portcullis_tests::tests![
    a_native_user_acts_as_a_directorys_user,
    an_api_key_acts_as_a_directorys_user,
    a_directorys_user_acts_as_others,
    a_user_is_searched_once,
    a_lookup_is_no_login,
    who_is_not_there_is_asked_for_each_time,
    a_realm_may_be_for_lookups_only,
];

async fn a_native_user_acts_as_a_directorys_user() {
    let (slapd, node) = both().await;
    map(&node, "admins", &["monitoring_user"], json!({"field": {"groups": content::group("admins")}})).await;
    node.elastic().put("/_security/role/agents").json(&json!({"run_as": ["j*"]})).await.ok();
    let agent = node.user("agent", &["agents"]).await;
    let who = agent.run_as("jo").whoami().await;
    assert_eq!((&who["username"], &who["roles"]), (&json!("jo"), &json!(["monitoring_user"])));
    assert_eq!((&who["full_name"], &who["email"]), (&json!("Jo March"), &json!("jo@example.org")));
    assert_eq!(who["metadata"]["ldap_dn"], content::user("jo"));
    assert_eq!(who["authentication_realm"], json!({"name": "default_native", "type": "native"}));
    assert_eq!(who["lookup_realm"], json!({"name": "corp", "type": "ldap"}));
    assert_eq!((slapd.binds_of(&content::user("jo")).await, slapd.searches().await), (0, 1));
    agent.run_as("amy").authenticate().await.refused(403, "security_exception");
}

async fn an_api_key_acts_as_a_directorys_user() {
    let (slapd, node) = both().await;
    let body = json!({"name": "k", "role_descriptors": {"r": {"run_as": ["jo"]}}});
    let (_, key) = node.key_of(&node.elastic(), &body).await;
    let who = key.run_as("jo").whoami().await;
    assert_eq!((&who["username"], &who["lookup_realm"]["name"]), (&json!("jo"), &json!("corp")));
    assert_eq!(slapd.searches().await, 1);
    key.run_as("amy").authenticate().await.refused(403, "security_exception");
}

async fn a_directorys_user_acts_as_others() {
    let (_slapd, node) = both().await;
    node.elastic().put("/_security/role/agents").json(&json!({"run_as": ["amy", "native"]})).await.ok();
    map(&node, "agents", &["agents"], json!({"field": {"dn": content::user("jo")}})).await;
    node.user("native", &[]).await;
    let jo = user(&node, "jo");
    let corp = json!({"name": "corp", "type": "ldap"});
    let who = jo.run_as("amy").whoami().await;
    assert_eq!(
        (&who["username"], &who["authentication_realm"], &who["lookup_realm"]),
        (&json!("amy"), &corp, &corp)
    );
    let who = jo.run_as("native").whoami().await;
    assert_eq!((&who["authentication_realm"], &who["lookup_realm"]["type"]), (&corp, &json!("native")));
    jo.run_as("beth").authenticate().await.refused(403, "security_exception");
}

async fn a_user_is_searched_once() {
    let (slapd, node) = both().await;
    let as_jo = node.elastic().run_as("jo");
    for _ in 0..3 {
        as_jo.whoami().await;
        assert_eq!(slapd.searches().await, 1);
    }
    clear(&node, CORP).await;
    as_jo.whoami().await;
    assert_eq!(slapd.searches().await, 2);
    node.clock.advance(20 * MINUTE);
    as_jo.whoami().await;
    as_jo.whoami().await;
    assert_eq!(slapd.searches().await, 3);
    assert_eq!(node.cache("realm_lookup/ldap/corp").loads, 3);
}

async fn a_lookup_is_no_login() {
    let (slapd, node) = both().await;
    node.elastic().run_as("jo").whoami().await;
    assert_eq!(node.basic("jo", &portcullis_tests::secrets::password()).login().await, 401);
    assert_eq!(user(&node, "jo").login().await, 200);
    assert_eq!(slapd.binds_of(&content::user("jo")).await, 2);
    // Nor the other way round.
    user(&node, "amy").whoami().await;
    let before = slapd.searches().await;
    node.elastic().run_as("amy").whoami().await;
    assert_eq!(slapd.searches().await, before + 1);
}

async fn who_is_not_there_is_asked_for_each_time() {
    let (slapd, node) = both().await;
    for searches in 1..3 {
        node.elastic().run_as("nobody").authenticate().await.refused(403, "security_exception");
        assert_eq!(slapd.searches().await, searches);
    }
    for name in ["*", "j*", "jo)(uid=*"] {
        node.elastic().run_as(name).authenticate().await.refused(403, "security_exception");
    }
    assert_eq!(node.cache("realm_lookup/ldap/corp").entries, 0);
}

async fn a_realm_may_be_for_lookups_only() {
    let slapd = Slapd::start().await;
    let node =
        TestNode::builder().ldap(&slapd).ldap_setting(CORP, "authentication.enabled", "false").start().await;
    assert_eq!(user(&node, "jo").login().await, 401);
    assert_eq!(slapd.connections().await, 0);
    assert_eq!(node.elastic().run_as("jo").whoami().await["username"], "jo");
    assert_eq!(user(&node, "jo").login().await, 401);
    assert_eq!((slapd.binds().await, slapd.searches().await), (1, 1));
}
