//! A directory that points to another one for a part of its tree.

use portcullis_tests::node::TestNode;
use portcullis_tests::node::ldap::CORP;
use portcullis_tests::secrets;
use portcullis_tests::slapd::{Slapd, content};

use super::user;

portcullis_tests::tests![
    a_reference_means_nothing_where_it_is_not_followed,
    a_user_is_bound_where_a_reference_leads,
];

/// Two directories; `ou=elsewhere` of the second is all that the first has.
async fn two() -> [Slapd; 2] {
    let there = Slapd::start().await;
    let ldif = format!(
        "dn: ou=elsewhere,{}\nobjectClass: referral\nobjectClass: extensibleObject\nou: elsewhere\nref: {}/{}\n\n",
        content::BASE,
        there.url(),
        content::CONTRACTORS,
    );
    [Slapd::builder().ldif(&ldif).start().await, there]
}

/// Adds a user where the reference leads.
async fn add(there: &Slapd, uid: &str, password: &str) {
    let classes = [("objectClass", "inetOrgPerson"), ("uid", uid), ("cn", uid), ("sn", uid)];
    let attributes = [&classes[..], &[("userPassword", password)]].concat();
    there.add(&content::entry("uid", uid, content::CONTRACTORS), &attributes).await;
}

async fn a_reference_means_nothing_where_it_is_not_followed() {
    let [here, there] = two().await;
    let password = secrets::password();
    add(&there, "away", &password).await;
    let node = TestNode::builder().ldap(&here).start().await;
    assert_eq!(user(&node, "jo").login().await, 200);
    assert_eq!(node.basic("away", &password).login().await, 401);
    node.elastic().run_as("away").authenticate().await.refused(403, "security_exception");
    assert_eq!(there.connections().await, 0);
}

async fn a_user_is_bound_where_a_reference_leads() {
    let [here, there] = two().await;
    let password = secrets::password();
    add(&there, "away", &password).await;
    let node = TestNode::builder().ldap(&here).ldap_setting(CORP, "follow_referrals", "true").start().await;
    assert_eq!(user(&node, "jo").login().await, 200);
    let dn = content::entry("uid", "away", content::CONTRACTORS);
    assert_eq!(node.elastic().run_as("away").whoami().await["metadata"]["ldap_dn"], dn);
    // Its own servers would say no to an entry that they do not hold.
    assert_eq!(node.basic("away", &password).login().await, 200);
    assert_eq!(node.basic("away", &secrets::password()).login().await, 401);
    assert_eq!((here.binds_of(&dn).await, there.binds_of(&dn).await), (0, 2));
    // Whom both know nobody is.
    add(&there, "jo", &password).await;
    node.elastic().run_as("jo").authenticate().await.refused(403, "security_exception");
}
