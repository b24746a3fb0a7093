//! Which groups a user is in: by an attribute of the entry, or by a search.

use portcullis_tests::node::ldap::CORP;
use portcullis_tests::node::{Builder, TestNode};
use portcullis_tests::slapd::{Slapd, content};
use serde_json::json;

use super::{groups, map, roles, user};

portcullis_tests::tests![
    both_ways_give_the_same_groups_and_roles,
    a_group_that_is_in_a_group_does_not_count,
    a_search_has_its_scope_and_its_filter,
    groups_may_name_their_members_by_an_attribute,
    another_attribute_may_hold_the_groups,
];

/// A realm that searches groups.
fn searching(slapd: &Slapd) -> Builder {
    TestNode::builder().ldap(slapd).ldap_setting(CORP, "group_search.base_dn", content::GROUPS)
}

async fn both_ways_give_the_same_groups_and_roles() {
    let slapd = Slapd::start().await;
    let nodes = [TestNode::builder().ldap(&slapd).start().await, searching(&slapd).start().await];
    let of = |names: &[&str]| names.iter().map(|name| content::group(name)).collect::<Vec<_>>();
    for node in &nodes {
        map(node, "admins", &["superuser"], json!({"field": {"groups": content::group("admins")}})).await;
        map(node, "odd", &["monitoring_user"], json!({"field": {"groups": "cn=*special*"}})).await;
        for (uid, expected) in [
            ("jo", of(&["admins", "readers"])),
            ("amy", of(&["readers", "staff"])),
            ("beth", of(&[])),
            ("s*r", of(&["readers"])),
            ("com,ma", of(&["readers"])),
            ("j\u{fc}rgen gr\u{f6}\u{df}e", of(&["readers"])),
        ] {
            assert_eq!(groups(&user(node, uid)).await, expected, "{uid}");
        }
        assert_eq!(groups(&user(node, "meg")).await.len(), 3);
        assert_eq!(roles(&user(node, "jo")).await, json!(["superuser"]));
        assert_eq!(roles(&user(node, "amy")).await, json!([]));
        assert_eq!(roles(&user(node, "meg")).await, json!(["monitoring_user"]));
    }
}

async fn a_group_that_is_in_a_group_does_not_count() {
    let slapd = Slapd::start().await;
    for builder in [TestNode::builder().ldap(&slapd), searching(&slapd)] {
        let node = builder.start().await;
        for group in ["staff", "everyone", "egg"] {
            map(&node, group, &[group], json!({"field": {"groups": content::group(group)}})).await;
        }
        // jo is in `admins`, which is in `staff`, which is in `everyone`; meg is in `chicken`, which is in `egg`.
        assert_eq!(roles(&user(&node, "jo")).await, json!([]));
        assert_eq!(roles(&user(&node, "amy")).await, json!(["staff"]));
        assert_eq!(roles(&user(&node, "meg")).await, json!(["everyone"]));
    }
}

async fn a_search_has_its_scope_and_its_filter() {
    let slapd = Slapd::start().await;
    let with = |key: &str, value: &str| searching(&slapd).ldap_setting(CORP, key, value).start();
    let some = with("group_search.filter", "(&(objectClass=groupOfNames)(cn=a*)(member={0}))").await;
    assert_eq!(groups(&user(&some, "jo")).await, [content::group("admins")]);
    let children = with("group_search.scope", "one_level").await;
    assert_eq!(groups(&user(&children, "jo")).await.len(), 2);
    let itself = with("group_search.scope", "base").await;
    assert_eq!(groups(&user(&itself, "jo")).await, [""; 0]);
    let above = searching(&slapd)
        .ldap_setting(CORP, "group_search.base_dn", content::BASE)
        .ldap_setting(CORP, "group_search.scope", "one_level")
        .start()
        .await;
    assert_eq!(groups(&user(&above, "jo")).await, [""; 0]);
}

async fn groups_may_name_their_members_by_an_attribute() {
    let posix = content::group("posix");
    let ldif = format!("dn: {posix}\nobjectClass: posixGroup\ncn: posix\ngidNumber: 7\nmemberUid: jo\n\n");
    let slapd = Slapd::builder().ldif(&ldif).start().await;
    let node = searching(&slapd).ldap_setting(CORP, "group_search.user_attribute", "uid").start().await;
    assert_eq!(groups(&user(&node, "jo")).await, [posix]);
    assert_eq!(groups(&user(&node, "amy")).await, [""; 0]);
    // Who does not have the attribute is in no group.
    let node = searching(&slapd).ldap_setting(CORP, "group_search.user_attribute", "title").start().await;
    assert_eq!(groups(&user(&node, "jo")).await, [""; 0]);
}

async fn another_attribute_may_hold_the_groups() {
    let slapd = Slapd::start().await;
    let node = TestNode::builder()
        .ldap(&slapd)
        .ldap_setting(CORP, "user_group_attribute", "displayName")
        .start()
        .await;
    assert_eq!(groups(&user(&node, "jo")).await, ["Jo March"]);
    let node =
        TestNode::builder().ldap(&slapd).ldap_setting(CORP, "user_group_attribute", "title").start().await;
    assert_eq!(groups(&user(&node, "jo")).await, [""; 0]);
}
