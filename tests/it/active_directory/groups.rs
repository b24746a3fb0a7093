//! Roles by the groups of a domain: direct ones, those around them, and the user itself.

use portcullis_tests::node::TestNode;
use portcullis_tests::samba::Samba;
use portcullis_tests::samba::content::{ODD_GROUP, group, user as dn};
use serde_json::json;

use super::{clear, domain, map, user};

portcullis_tests::tests![
    roles_come_from_every_group_around_a_user,
    a_reader_sees_the_same_groups,
    a_group_that_is_left_gives_no_role,
    groups_can_be_searched_below_a_base,
];

/// Which mappings there are.
async fn mappings(node: &TestNode) {
    for (role, name) in [("direct", "inner"), ("around", "outer"), ("outermost", "everyone")] {
        map(node, role, json!({"field": {"groups": group(name)}})).await;
    }
    map(node, "odd", json!({"field": {"groups": group(ODD_GROUP)}})).await;
    map(node, "herself", json!({"field": {"dn": dn("amy")}})).await;
    map(node, "primary", json!({"field": {"groups": "CN=Domain Users,CN=Users,DC=ad,DC=example,DC=org"}}))
        .await;
    map(node, "known", json!({"field": {"realm.name": "ad"}})).await;
}

async fn everybody_has_roles(node: &TestNode) {
    for (name, roles) in [
        ("jo", ["around", "direct", "known", "outermost", "primary"].as_slice()),
        ("jürgen", &["known", "outermost", "primary"]),
        ("amy", &["herself", "known", "odd", "primary"]),
        ("beth", &["known", "primary"]),
    ] {
        assert_eq!(user(node, name).whoami().await["roles"], json!(roles), "{name}");
    }
    let who = user(node, "jo").whoami().await;
    let groups = who["metadata"]["ldap_groups"].as_array().unwrap();
    for name in ["inner", "outer", "everyone"] {
        assert!(groups.contains(&json!(group(name))), "{groups:?}");
    }
}

async fn roles_come_from_every_group_around_a_user() {
    let (_samba, node) = domain().await;
    mappings(&node).await;
    everybody_has_roles(&node).await;
}

async fn a_reader_sees_the_same_groups() {
    let samba = Samba::start().await;
    let node = TestNode::builder().active_directory_with_reader(&samba).start().await;
    mappings(&node).await;
    everybody_has_roles(&node).await;
}

async fn a_group_that_is_left_gives_no_role() {
    let (samba, node) = domain().await;
    mappings(&node).await;
    let roles = async || user(&node, "jürgen").whoami().await["roles"].clone();
    assert_eq!(roles().await, json!(["known", "outermost", "primary"]));
    samba.remove_from_group("jürgen", "everyone").await;
    assert_eq!(roles().await, json!(["known", "outermost", "primary"]), "the cache does not know");
    clear(&node).await;
    assert_eq!(roles().await, json!(["known", "primary"]));
    samba.add_to_group("jürgen", "inner").await;
    clear(&node).await;
    assert_eq!(roles().await, json!(["around", "direct", "known", "outermost", "primary"]));
}

async fn groups_can_be_searched_below_a_base() {
    let samba = Samba::start().await;
    let base = portcullis_tests::samba::content::GROUPS;
    let node = TestNode::builder()
        .active_directory(&samba)
        .active_directory_setting("group_search.base_dn", base)
        .start()
        .await;
    mappings(&node).await;
    let who = user(&node, "jo").whoami().await;
    assert_eq!(who["roles"], json!(["around", "direct", "known", "outermost"]));
    assert_eq!(who["metadata"]["ldap_groups"].as_array().unwrap().len(), 3);
}
