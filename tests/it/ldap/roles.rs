//! Which roles a directory's users have: by role mappings of the API, by the file, and by the names of their groups.

use portcullis_tests::node::TestNode;
use portcullis_tests::node::ldap::CORP;
use portcullis_tests::slapd::{Slapd, content};
use serde_json::json;

use super::{both, map, roles, user};

portcullis_tests::tests![
    rules_see_all_that_is_known_of_a_user,
    a_change_of_a_mapping_counts_from_the_next_request,
    the_file_maps_users_and_groups,
    groups_that_the_file_does_not_name_are_roles,
    roles_of_a_directory_are_roles,
];

async fn rules_see_all_that_is_known_of_a_user() {
    let slapd = Slapd::start().await;
    let node = TestNode::builder().ldap(&slapd).ldap_setting(CORP, "metadata", "sn").start().await;
    let rules = [
        ("by_username", json!({"field": {"username": "jo"}})),
        ("by_dn", json!({"field": {"dn": format!("*,{}", content::PEOPLE)}})),
        ("by_groups", json!({"field": {"groups": [content::group("admins"), content::group("egg")]}})),
        ("by_metadata", json!({"field": {"metadata.sn": "March"}})),
        ("by_realm", json!({"field": {"realm.name": "corp"}})),
        ("elsewhere", json!({"field": {"realm.name": "elsewhere"}})),
        (
            "not_admins",
            json!({"all": [
                {"field": {"realm.name": "corp"}},
                {"except": {"field": {"groups": content::group("admins")}}},
            ]}),
        ),
    ];
    for (name, rule) in rules {
        map(&node, name, &[name], rule).await;
    }
    let of_jo = ["by_dn", "by_groups", "by_metadata", "by_realm", "by_username"];
    assert_eq!(roles(&user(&node, "jo")).await, json!(of_jo));
    let of_another = ["by_dn", "by_realm", "not_admins"];
    assert_eq!(roles(&user(&node, "two words")).await, json!(of_another));
    let native = node.user("native", &[]).await;
    assert_eq!(roles(&native).await, json!([]), "mappings are for directories");
}

async fn a_change_of_a_mapping_counts_from_the_next_request() {
    let (slapd, node) = both().await;
    let jo = user(&node, "jo");
    let admins = json!({"field": {"groups": content::group("admins")}});
    assert_eq!(roles(&jo).await, json!([]));
    map(&node, "m", &["superuser"], admins.clone()).await;
    assert_eq!(roles(&jo).await, json!(["superuser"]));
    assert_eq!(node.elastic().run_as("jo").whoami().await["roles"], json!(["superuser"]));
    map(&node, "m", &["monitoring_user"], admins).await;
    assert_eq!(roles(&jo).await, json!(["monitoring_user"]));
    node.elastic().delete("/_security/role_mapping/m").await.ok();
    assert_eq!(roles(&jo).await, json!([]));
    assert_eq!(node.elastic().run_as("jo").whoami().await["roles"], json!([]));
    assert_eq!(slapd.binds_of(&content::user("jo")).await, 4);
}

/// A role mapping file that gives a role to these names.
fn mapping(role: &str, names: &[String]) -> String {
    let names: String = names.iter().map(|name| format!("  - '{name}'\n")).collect();
    format!("{role}:\n{names}")
}

async fn the_file_maps_users_and_groups() {
    let slapd = Slapd::start().await;
    // In another case and with other spaces: a name is no text.
    let group = "CN=Admins, OU=Groups, DC=Example, DC=Org".to_owned();
    let text = mapping("kibana_admin", &[group, content::user("beth"), content::group(content::ODD_GROUP)]);
    let node = TestNode::builder().ldap(&slapd).file("role_mapping.yml", &text).start().await;
    for (uid, expected) in [
        ("jo", json!(["kibana_admin"])),
        ("beth", json!(["kibana_admin"])),
        ("meg", json!(["kibana_admin"])),
        ("amy", json!([])),
    ] {
        assert_eq!(roles(&user(&node, uid)).await, expected, "{uid}");
    }
    node.write("role_mapping.yml", &mapping("superuser", &[content::user("amy")]));
    assert_eq!(roles(&user(&node, "jo")).await, json!([]));
    assert_eq!(roles(&user(&node, "amy")).await, json!(["superuser"]));
    // The API adds to the file.
    map(&node, "m", &["monitoring_user"], json!({"field": {"username": "amy"}})).await;
    assert_eq!(roles(&user(&node, "amy")).await, json!(["monitoring_user", "superuser"]));
}

async fn groups_that_the_file_does_not_name_are_roles() {
    let slapd = Slapd::start().await;
    let node = TestNode::builder()
        .ldap(&slapd)
        .ldap_setting(CORP, "unmapped_groups_as_roles", "true")
        .file("role_mapping.yml", &mapping("kibana_admin", &[content::group("admins")]))
        .start()
        .await;
    node.elastic().put("/_security/role/readers").json(&json!({"cluster": ["read_security"]})).await.ok();
    let jo = user(&node, "jo");
    assert_eq!(roles(&jo).await, json!(["kibana_admin", "readers"]));
    jo.get("/_security/user").await.ok();
    // A group may be called as no role can be.
    let meg = roles(&user(&node, "meg")).await;
    assert_eq!(meg, json!([content::ODD_GROUP, "chicken", "everyone"]));
    user(&node, "meg").get("/_security/user").await.refused(403, "security_exception");
}

async fn roles_of_a_directory_are_roles() {
    let (_slapd, node) = both().await;
    map(&node, "m", &["of_admins"], json!({"field": {"groups": content::group("admins")}})).await;
    let jo = user(&node, "jo");
    let denied = jo.get("/_security/role").await.refused(403, "security_exception");
    assert!(denied["reason"].as_str().unwrap().contains("user [jo]"), "{denied}");
    // The role comes later than the mapping, and the user is cached.
    node.elastic().put("/_security/role/of_admins").json(&json!({"cluster": ["read_security"]})).await.ok();
    jo.get("/_security/role").await.ok();
    jo.put("/_security/role/x").json(&json!({})).await.refused(403, "security_exception");
    user(&node, "amy").get("/_security/role").await.refused(403, "security_exception");
}
