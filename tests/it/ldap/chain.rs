//! Several realms that know the same name: each is asked in its order, and the first that says yes is the one.

use portcullis_tests::node::TestNode;
use portcullis_tests::node::ldap::CORP;
use portcullis_tests::secrets;
use portcullis_tests::slapd::{Slapd, content, password};
use serde_json::{Value, json};

use super::{both, clear, map, user};

portcullis_tests::tests![
    the_realm_that_knows_the_password_is_the_one,
    the_order_decides_where_both_know_it,
    a_native_user_of_the_same_name_is_another,
    mappings_tell_realms_apart,
    a_clear_of_one_leaves_the_other_warm,
    a_realm_that_is_off_is_not_asked,
];

/// Two directories and a node whose realms `near` and `far` search them.
async fn two(near: i64, far: i64) -> ([Slapd; 2], TestNode) {
    let slapds = [Slapd::start().await, Slapd::start().await];
    let node = TestNode::builder()
        .ldap_realm("near", near, &slapds[0])
        .ldap_realm("far", far, &slapds[1])
        .start()
        .await;
    (slapds, node)
}

async fn realm(node: &TestNode, uid: &str, password: &str) -> Value {
    node.basic(uid, password).whoami().await["authentication_realm"].clone()
}

async fn the_realm_that_knows_the_password_is_the_one() {
    let ([near, far], node) = two(10, 20).await;
    let other = secrets::password();
    far.set_password("jo", &other).await;
    assert_eq!(realm(&node, "jo", &password("jo")).await, json!({"name": "near", "type": "ldap"}));
    assert_eq!(far.connections().await, 0);
    assert_eq!(realm(&node, "jo", &other).await, json!({"name": "far", "type": "ldap"}));
    let jo = content::user("jo");
    assert_eq!((near.binds_of(&jo).await, far.binds_of(&jo).await), (2, 1));
    // Both are cached now, each in its realm. Whether the first has a new password only that directory can tell.
    realm(&node, "jo", &password("jo")).await;
    realm(&node, "jo", &other).await;
    assert_eq!((near.binds_of(&jo).await, far.binds_of(&jo).await), (3, 1));
    node.basic("jo", &secrets::password()).authenticate().await.refused(401, "security_exception");
    assert_eq!((near.binds_of(&jo).await, far.binds_of(&jo).await), (4, 2));
    far.add_user("only-far", &other).await;
    assert_eq!(realm(&node, "only-far", &other).await["name"], "far");
    assert_eq!(node.elastic().run_as("only-far").whoami().await["lookup_realm"]["name"], "far");
}

async fn the_order_decides_where_both_know_it() {
    for (near, far, expected) in [(10, 20, "near"), (20, 10, "far")] {
        let (slapds, node) = two(near, far).await;
        assert_eq!(realm(&node, "amy", &password("amy")).await["name"], expected);
        assert_eq!(node.elastic().run_as("jo").whoami().await["lookup_realm"]["name"], expected);
        let other = if expected == "near" { &slapds[1] } else { &slapds[0] };
        assert_eq!(other.connections().await, 0);
    }
}

async fn a_native_user_of_the_same_name_is_another() {
    let (slapd, node) = both().await;
    map(&node, "all", &["superuser"], json!({"field": {"realm.name": "corp"}})).await;
    let native = node.user("jo", &["monitoring_user"]).await;
    let who = native.whoami().await;
    assert_eq!(
        (&who["authentication_realm"]["name"], &who["roles"]),
        (&json!("default_native"), &json!(["monitoring_user"]))
    );
    assert_eq!(slapd.connections().await, 0);
    let who = user(&node, "jo").whoami().await;
    assert_eq!(
        (&who["authentication_realm"]["name"], &who["roles"]),
        (&json!("corp"), &json!(["superuser"]))
    );
    // Who acts as that name acts as the first.
    assert_eq!(node.elastic().run_as("jo").whoami().await["lookup_realm"]["name"], "default_native");
    node.elastic().delete("/_security/user/jo").await.ok();
    assert_eq!(native.login().await, 401);
    assert_eq!(user(&node, "jo").login().await, 200);
    assert_eq!(node.elastic().run_as("jo").whoami().await["lookup_realm"]["name"], "corp");
}

async fn mappings_tell_realms_apart() {
    let ([_near, far], node) = two(10, 20).await;
    let other = secrets::password();
    far.set_password("jo", &other).await;
    for name in ["near", "far"] {
        map(&node, name, &[name], json!({"field": {"realm.name": name}})).await;
    }
    assert_eq!(user(&node, "jo").whoami().await["roles"], json!(["near"]));
    assert_eq!(node.basic("jo", &other).whoami().await["roles"], json!(["far"]));
}

async fn a_clear_of_one_leaves_the_other_warm() {
    let ([near, far], node) = two(10, 20).await;
    let other = secrets::password();
    far.add_user("only-far", &other).await;
    let far_user = node.basic("only-far", &other);
    user(&node, "jo").whoami().await;
    far_user.whoami().await;
    clear(&node, "near").await;
    assert_eq!(node.cache("realm/ldap/near").entries, 0);
    assert_eq!(node.cache("realm/ldap/far").entries, 1);
    let before = (near.binds().await, far.binds().await);
    user(&node, "jo").whoami().await;
    far_user.whoami().await;
    assert_eq!((near.binds().await, far.binds().await), (before.0 + 1, before.1));
    clear(&node, "near,far").await;
    assert_eq!(node.cache("realm/ldap/near").entries + node.cache("realm/ldap/far").entries, 0);
}

async fn a_realm_that_is_off_is_not_asked() {
    let slapd = Slapd::start().await;
    let node = TestNode::builder().ldap(&slapd).ldap_setting(CORP, "enabled", "false").start().await;
    assert_eq!(user(&node, "jo").login().await, 401);
    node.elastic().run_as("jo").authenticate().await.refused(403, "security_exception");
    assert_eq!(slapd.connections().await, 0);
    let cleared = node.elastic().post("/_security/realm/corp/_clear_cache").await.ok();
    assert_eq!(cleared["_nodes"]["failed"], 1, "{cleared}");
}
