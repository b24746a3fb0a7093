//! Logging in by `user_search`: as whom, and who does not.

use portcullis_tests::node::TestNode;
use portcullis_tests::node::ldap::CORP;
use portcullis_tests::slapd::{Slapd, content, password};
use portcullis_tests::{logs, secrets};
use serde_json::json;

use super::{both, groups, map, roles, user};

portcullis_tests::tests![
    a_user_is_who_the_directory_says,
    the_attributes_are_those_of_the_settings,
    the_bind_password_may_come_from_the_environment,
    who_is_wrong_is_told_nothing_of_the_directory,
    an_empty_password_is_refused_and_nobody_asked,
    a_name_that_two_entries_have_lets_nobody_in,
    who_may_not_search_decides_nothing,
    a_name_in_another_case_is_the_same_user_cached_twice,
];

async fn a_user_is_who_the_directory_says() {
    let slapd = Slapd::start().await;
    let metadata = "sn,displayName,memberOf,nothing";
    let node = TestNode::builder().ldap(&slapd).ldap_setting(CORP, "metadata", metadata).start().await;
    let in_groups = [content::group("admins"), content::group("readers")];
    let realm = json!({"name": "corp", "type": "ldap"});
    let expected = json!({
        "username": "jo",
        "roles": [],
        "full_name": "Jo March",
        "email": "jo@example.org",
        "metadata": {
            "ldap_dn": content::user("jo"),
            "ldap_groups": in_groups,
            "sn": "March",
            "displayName": "Jo March",
            "memberOf": in_groups,
        },
        "enabled": true,
        "authentication_realm": realm,
        "lookup_realm": realm,
        "authentication_type": "realm",
    });
    assert_eq!(user(&node, "jo").whoami().await, expected);
    assert_eq!(groups(&user(&node, "beth")).await, [""; 0]);
}

async fn the_attributes_are_those_of_the_settings() {
    let slapd = Slapd::start().await;
    let node = TestNode::builder()
        .ldap(&slapd)
        .ldap_setting(CORP, "user_search.filter", "(&(objectClass=person)(mail={0}@example.org))")
        .ldap_setting(CORP, "user_full_name_attribute", "SN")
        .ldap_setting(CORP, "user_email_attribute", "uid")
        .start()
        .await;
    let who = user(&node, "jo").whoami().await;
    assert_eq!(
        (&who["username"], &who["full_name"], &who["email"]),
        (&json!("jo"), &json!("March"), &json!("jo"))
    );
}

async fn the_bind_password_may_come_from_the_environment() {
    let slapd = Slapd::start().await;
    let realm = "xpack.security.authc.realms.ldap.corp";
    let node = TestNode::builder()
        .setting(&format!("{realm}.order"), "10")
        .setting(&format!("{realm}.url"), &slapd.url())
        .setting(&format!("{realm}.user_search.base_dn"), content::PEOPLE)
        .setting(&format!("{realm}.bind_dn"), content::SERVICE_ACCOUNT)
        .variable(&format!("{realm}.secure_bind_password"), &password("reader"))
        .start()
        .await;
    assert_eq!(user(&node, "jo").login().await, 200);
    assert_eq!(slapd.binds_of(content::SERVICE_ACCOUNT).await, 1);
}

async fn who_is_wrong_is_told_nothing_of_the_directory() {
    let (slapd, node) = both().await;
    let wrong = secrets::password();
    let reason = |name: &str| {
        format!("unable to authenticate user [{name}] for REST request [/_security/_authenticate]")
    };
    for name in ["jo", "nobody-there"] {
        let answer = node.basic(name, &wrong).authenticate().await;
        answer.refused_because(401, "security_exception", &reason(name));
        let text = String::from_utf8_lossy(&answer.bytes).to_lowercase();
        for told in ["corp", "ldap", "dc=", "uid=", "127.0.0.1"] {
            assert!(!text.contains(told), "{text}");
        }
    }
    // The unknown name was looked for, and nobody bound as anything.
    assert_eq!(slapd.binds_of(&content::user("jo")).await, 1);
    assert_eq!(slapd.binds_of(content::SERVICE_ACCOUNT).await, 1);
    assert_eq!((slapd.binds().await, slapd.searches().await), (2, 2));
    // Whoever runs the service can see which it was.
    let told = logs::lines_with("a directory finds nobody of this name");
    let of_it = told.iter().find(|line| line["name"] == "nobody-there").unwrap_or_else(|| panic!("{told:?}"));
    assert_eq!((&of_it["level"], &of_it["realm"]), (&json!("DEBUG"), &json!("corp")));
    // A refusal is not remembered: the directory may think better of it, and would not tell.
    assert_eq!(node.basic("jo", &wrong).login().await, 401);
    assert_eq!(slapd.binds_of(&content::user("jo")).await, 2);
    assert_eq!(user(&node, "jo").login().await, 200);
}

async fn an_empty_password_is_refused_and_nobody_asked() {
    let (slapd, node) = both().await;
    for name in ["jo", "nobody", "s*r"] {
        node.basic(name, "").authenticate().await.refused(401, "security_exception");
    }
    assert_eq!(slapd.connections().await, 0);
    // Nor does it get in behind the right one.
    assert_eq!(user(&node, "jo").login().await, 200);
    assert_eq!(node.basic("jo", "").login().await, 401);
    assert_eq!(slapd.binds_of(&content::user("jo")).await, 1);
}

async fn a_name_that_two_entries_have_lets_nobody_in() {
    let slapd = Slapd::start().await;
    let node = TestNode::builder().ldap_realm("all-of-it", 10, &slapd).start().await;
    let twin = user(&node, content::TWIN);
    twin.authenticate().await.refused(401, "security_exception");
    node.elastic().run_as(content::TWIN).authenticate().await.refused(403, "security_exception");
    let service_binds = slapd.binds_of(content::SERVICE_ACCOUNT).await;
    assert_eq!(slapd.binds().await, service_binds, "somebody was guessed");
    let told = logs::lines_with("all-of-it");
    assert!(told.iter().any(|line| line["level"] == "WARN" && line["filter"] == "(uid=twin)"), "{told:?}");
    // Where one of the two is out of sight, the other is the one.
    let node = TestNode::builder()
        .ldap(&slapd)
        .ldap_setting(CORP, "user_search.base_dn", content::PEOPLE)
        .start()
        .await;
    assert_eq!(
        user(&node, content::TWIN).whoami().await["metadata"]["ldap_dn"],
        content::user(content::TWIN)
    );
}

async fn who_may_not_search_decides_nothing() {
    let slapd = Slapd::start().await;
    let realm = "xpack.security.authc.realms.ldap.seeing-nothing";
    let node = TestNode::builder()
        .setting(&format!("{realm}.order"), "10")
        .setting(&format!("{realm}.url"), &slapd.url())
        .setting(&format!("{realm}.user_search.base_dn"), content::PEOPLE)
        .start()
        .await;
    // Without `bind_dn` it searches as nobody, who in this directory does not even see that there are people.
    let answer = user(&node, "jo").authenticate().await;
    assert_eq!(answer.status, 503, "{}", answer.text());
    assert!(!answer.text().contains("dc="), "{}", answer.text());
    assert_eq!((slapd.binds_of("").await, slapd.binds_of(&content::user("jo")).await), (1, 0));
    let told = logs::lines_with("seeing-nothing");
    let told = told.iter().find(|line| line["level"] == "ERROR").unwrap_or_else(|| panic!("{told:?}"));
    assert!(told["reason"].as_str().unwrap().contains("LDAP result 50"), "{told}");
}

async fn a_name_in_another_case_is_the_same_user_cached_twice() {
    let (slapd, node) = both().await;
    map(&node, "admins", &["superuser"], json!({"field": {"groups": content::group("admins")}})).await;
    let names = ["jo", "JO"].map(|name| node.basic(name, &password("jo")));
    for _ in 0..2 {
        for (client, name) in names.iter().zip(["jo", "JO"]) {
            let who = client.whoami().await;
            assert_eq!((&who["username"], &who["roles"]), (&json!(name), &json!(["superuser"])));
            assert_eq!(who["metadata"]["ldap_dn"], content::user("jo"));
        }
        assert_eq!(slapd.binds_of(&content::user("jo")).await, 2);
        assert_eq!(node.cache("realm/ldap/corp").entries, 2);
    }
    // Whoever clears a user clears every spelling of the name.
    node.elastic().post("/_security/realm/corp/_clear_cache?usernames=jo").await.ok();
    assert_eq!(node.cache("realm/ldap/corp").entries, 0);
    assert_eq!(roles(&names[0]).await, json!(["superuser"]));
    assert_eq!(slapd.binds_of(&content::user("jo")).await, 3);
}
