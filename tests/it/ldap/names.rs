//! User names that mean something to a filter or a DN: those who have one get in as themselves, and nobody gets in as
//! somebody else.

use portcullis_tests::logs;
use portcullis_tests::node::TestNode;
use portcullis_tests::node::ldap::CORP;
use portcullis_tests::slapd::{Slapd, content, password};
use serde_json::json;

use super::user;

portcullis_tests::tests![
    odd_names_are_found_and_are_nobody_elses,
    odd_names_fit_into_a_template,
    names_that_nobody_has_find_nobody,
    names_that_nobody_has_are_nobodys_dn,
];

/// What an attacker sends in place of `jo`.
fn attacks() -> Vec<String> {
    let fixed = [
        "*",
        "j*",
        "*o",
        "jo)(uid=*",
        "jo)(|(uid=*)",
        "jo)(objectClass=*))(&(uid=jo",
        "*)(objectClass=*",
        "(uid=jo)",
        "jo\\",
        "\\6a\\6f",
        "jo\\2a",
        "jo\\00",
        "{0}",
        "{1}",
        "jo,ou=people",
        "jo,ou=people,dc=example,dc=org",
        "jo\\,ou=people",
        "jo+cn=Jo March",
        "jo;ou=people",
        "jo=jo",
        "#6a6f",
        "#04026a6f",
        "\"jo\"",
        "<jo>",
        "jo/amy",
        "../jo",
        "jo\n",
        "jo\r\n",
        "jo\0",
        "\0jo",
        "jo\0)(uid=*",
        "j\u{f6}",
        "\u{ff4a}\u{ff4f}x",
    ];
    let mut attacks: Vec<String> = fixed.map(str::to_owned).into();
    attacks.push("x".repeat(500));
    attacks.push("(".repeat(500));
    attacks.push("\\".repeat(500));
    attacks.push("*".repeat(1025));
    attacks
}

async fn odd_names_are_found_and_are_nobody_elses() {
    let slapd = Slapd::start().await;
    let node = TestNode::builder().ldap(&slapd).ldap_setting(CORP, "metadata", "uid").start().await;
    for name in content::ODD_NAMES {
        node.basic(name, &password("jo")).authenticate().await.refused(401, "security_exception");
        let who = user(&node, name).whoami().await;
        assert_eq!((&who["username"], &who["metadata"]["uid"]), (&json!(name), &json!(name)));
        assert_eq!(slapd.binds_of(&content::user(name)).await, 2, "{name}");
    }
    assert_eq!(slapd.binds().await, 1 + 2 * content::ODD_NAMES.len() as u64);
}

async fn odd_names_fit_into_a_template() {
    let slapd = Slapd::start().await;
    let template = format!("uid={{0}},{}", content::PEOPLE);
    let node = TestNode::builder()
        .ldap_template(&slapd, &template)
        .ldap_setting(CORP, "metadata", "uid")
        .start()
        .await;
    for name in content::ODD_NAMES {
        node.basic(name, &password("jo")).authenticate().await.refused(401, "security_exception");
        let who = user(&node, name).whoami().await;
        assert_eq!((&who["username"], &who["metadata"]["uid"]), (&json!(name), &json!(name)));
        assert_eq!(slapd.binds_of(&content::user(name)).await, 2, "{name}");
    }
}

async fn names_that_nobody_has_find_nobody() {
    let slapd = Slapd::start().await;
    let node = TestNode::builder().ldap_realm("attacked", 10, &slapd).start().await;
    for name in attacks() {
        node.basic(&name, &password("jo")).authenticate().await.refused(401, "security_exception");
    }
    // No entry was found for any of them, so there was nobody to bind as; and no filter found several.
    assert_eq!(slapd.binds().await, slapd.binds_of(content::SERVICE_ACCOUNT).await);
    let told = logs::lines_with("attacked");
    let loud: Vec<_> =
        told.iter().filter(|line| line["level"] == "WARN" || line["level"] == "ERROR").collect();
    assert!(loud.is_empty(), "{loud:?}");
}

async fn names_that_nobody_has_are_nobodys_dn() {
    let slapd = Slapd::start().await;
    for template in [format!("uid={{0}},{}", content::PEOPLE), "uid={0},dc=example,dc=org".to_owned()] {
        let node = TestNode::builder().ldap_template(&slapd, &template).start().await;
        for name in attacks() {
            // With one of them unescaped this is jo's entry, and jo's password.
            node.basic(&name, &password("jo")).authenticate().await.refused(401, "security_exception");
        }
    }
    assert_eq!(slapd.binds_of("").await, 0);
}
