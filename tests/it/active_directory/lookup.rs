//! Acting as somebody of a domain. That needs an account which searches: nobody's password is there to do it with.

use portcullis_tests::node::TestNode;
use portcullis_tests::samba::Samba;
use portcullis_tests::samba::content::{group, user as dn};
use serde_json::json;

use super::{domain, map, realm};

portcullis_tests::tests![with_a_reader_people_are_found, without_a_reader_nobody_is];

async fn with_a_reader_people_are_found() {
    let samba = Samba::start().await;
    let node = TestNode::builder().active_directory_with_reader(&samba).start().await;
    map(&node, "outermost", json!({"field": {"groups": group("everyone")}})).await;
    for (name, account, roles) in [
        ("jo", "jo", json!(["outermost"])),
        ("jo@ad.example.org", "jo", json!(["outermost"])),
        ("amy.march@ad.example.org", "amy", json!([])),
        ("two words", "two words", json!(["outermost"])),
    ] {
        let who = node.elastic().run_as(name).whoami().await;
        assert_eq!((&who["username"], &who["roles"]), (&json!(name), &roles));
        assert_eq!(who["metadata"]["ldap_dn"], json!(dn(account)));
        assert_eq!(who["lookup_realm"], realm());
        assert_eq!(who["authentication_realm"]["name"], "reserved");
    }
    // A name of another domain may be somebody else's here.
    for name in ["nobody", "j*", "jo)(cn=*", "OTHER\\jo", "AD\\jo", "jo@elsewhere.example.org", "@", "\\"] {
        assert_eq!(node.elastic().run_as(name).authenticate().await.status, 403, "{name}");
    }
    assert_eq!(samba.binds_of("reader@ad.example.org").await, 1);
    assert_eq!(samba.binds().await, 1);
}

async fn without_a_reader_nobody_is() {
    let (samba, node) = domain().await;
    for name in ["jo", "jo@ad.example.org", "AD\\jo", "nobody"] {
        assert_eq!(node.elastic().run_as(name).authenticate().await.status, 403, "{name}");
    }
    assert_eq!(samba.binds().await, 0);
}
