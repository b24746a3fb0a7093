//! `user_dn_templates`: the user's name is part of an entry's name, and nobody searches but the user.

use portcullis_tests::node::TestNode;
use portcullis_tests::node::ldap::CORP;
use portcullis_tests::secrets;
use portcullis_tests::slapd::{Slapd, content};
use serde_json::json;

use super::{groups, user};

portcullis_tests::tests![
    a_user_reads_its_own_entry,
    a_user_searches_its_own_groups,
    templates_are_tried_in_their_order,
    who_is_wrong_is_refused,
    nobody_can_be_looked_up,
];

fn template() -> String {
    format!("uid={{0}},{}", content::PEOPLE)
}

async fn a_user_reads_its_own_entry() {
    let slapd = Slapd::start().await;
    let node = TestNode::builder().ldap_template(&slapd, &template()).start().await;
    let who = user(&node, "jo").whoami().await;
    assert_eq!((&who["full_name"], &who["email"]), (&json!("Jo March"), &json!("jo@example.org")));
    assert_eq!(who["metadata"]["ldap_dn"], content::user("jo"));
    assert_eq!(who["authentication_realm"], json!({"name": "corp", "type": "ldap"}));
    assert_eq!(groups(&user(&node, "jo")).await, [content::group("admins"), content::group("readers")]);
    assert_eq!((slapd.binds_of(&content::user("jo")).await, slapd.binds().await), (1, 1));
    assert_eq!((slapd.searches().await, slapd.connections().await), (1, 1));
}

async fn a_user_searches_its_own_groups() {
    let slapd = Slapd::start().await;
    let node = TestNode::builder()
        .ldap_template(&slapd, &template())
        .ldap_setting(CORP, "group_search.base_dn", content::GROUPS)
        .start()
        .await;
    assert_eq!(groups(&user(&node, "jo")).await, [content::group("admins"), content::group("readers")]);
    assert_eq!((slapd.binds().await, slapd.connections().await), (1, 1));
}

async fn templates_are_tried_in_their_order() {
    let slapd = Slapd::start().await;
    let in_file = format!(
        "xpack.security.authc.realms.ldap.corp:\n  order: 10\n  url: '{}'\n  user_dn_templates:\n    - 'uid={{0}},{}'\n    \
         - 'uid={{0}},{}'\n",
        slapd.url(),
        content::CONTRACTORS,
        content::PEOPLE,
    );
    let node = TestNode::builder().file("portcullis.yml", &in_file).start().await;
    let elsewhere = |uid: &str| content::entry("uid", uid, content::CONTRACTORS);
    let dn = async |uid: &str| user(&node, uid).whoami().await["metadata"]["ldap_dn"].clone();
    assert_eq!(dn("jo").await, content::user("jo"));
    assert_eq!((slapd.binds_of(&elsewhere("jo")).await, slapd.binds_of(&content::user("jo")).await), (1, 1));
    // Each of the two has this name and this password.
    assert_eq!(dn(content::TWIN).await, elsewhere(content::TWIN));
    assert_eq!(slapd.binds_of(&content::user(content::TWIN)).await, 0);
}

async fn who_is_wrong_is_refused() {
    let slapd = Slapd::start().await;
    let node = TestNode::builder().ldap_template(&slapd, &template()).start().await;
    let wrong = secrets::password();
    for name in ["jo", "nobody"] {
        node.basic(name, &wrong).authenticate().await.refused(401, "security_exception");
        assert_eq!(slapd.binds_of(&content::user(name)).await, 1);
    }
    assert_eq!(slapd.searches().await, 0);
    node.basic("jo", "").authenticate().await.refused(401, "security_exception");
    assert_eq!(slapd.connections().await, 2);
}

async fn nobody_can_be_looked_up() {
    let slapd = Slapd::start().await;
    let node = TestNode::builder().ldap_template(&slapd, &template()).start().await;
    user(&node, "jo").whoami().await;
    let before = slapd.connections().await;
    node.elastic().run_as("jo").authenticate().await.refused(403, "security_exception");
    assert_eq!(slapd.connections().await, before);
}
