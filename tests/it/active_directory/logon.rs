//! The forms of a name with which people log on, and what is no name of anybody.

use portcullis_tests::node::TestNode;
use portcullis_tests::samba::content::{PEOPLE, user as dn};
use portcullis_tests::samba::{Samba, password};
use serde_json::json;

use super::{domain, realm, user};

portcullis_tests::tests![
    every_form_of_a_name_is_the_same_person,
    a_reader_finds_them_as_well,
    no_name_means_more_than_it_says,
    who_bound_is_who_was_found,
];

/// Names to log on with, and whose they are.
const NAMES: [(&str, &str); 15] = [
    ("jo", "jo"),
    ("JO", "jo"),
    ("jo@ad.example.org", "jo"),
    ("jo@AD.Example.org", "jo"),
    ("AD\\jo", "jo"),
    ("amy", "amy"),
    ("amy.march@ad.example.org", "amy"),
    ("AD\\amy", "amy"),
    ("beth", "beth"),
    // Of the domain all the same.
    ("beth@march.example", "beth"),
    ("jo@march.example", "meg"),
    ("jürgen", "jürgen"),
    ("jürgen.größe@ad.example.org", "jürgen"),
    ("two words", "two words"),
    ("AD\\two words", "two words"),
];

async fn every_form_of_a_name_is_the_same_person() {
    let (_samba, node) = domain().await;
    all_get_in(&node).await;
}

async fn a_reader_finds_them_as_well() {
    let samba = Samba::start().await;
    let node = TestNode::builder().active_directory_with_reader(&samba).start().await;
    all_get_in(&node).await;
}

async fn all_get_in(node: &TestNode) {
    for (name, account) in NAMES {
        let answer = node.basic(name, &password(account)).authenticate().await;
        assert_eq!(answer.status, 200, "{name}: {}", answer.text());
        let who = answer.json();
        assert_eq!(who["username"], name, "as it was typed");
        assert_eq!(who["metadata"]["ldap_dn"], json!(dn(account)), "{name}");
        assert_eq!((&who["authentication_realm"], &who["lookup_realm"]), (&realm(), &realm()), "{name}");
    }
    let who = user(node, "jo").whoami().await;
    assert_eq!((&who["full_name"], &who["email"]), (&json!("Jo March"), &json!("jo@ad.example.org")));
}

async fn no_name_means_more_than_it_says() {
    let (_samba, node) = domain().await;
    let whole = dn("jo");
    let names = [
        "*",
        "j*",
        "jo)(cn=*",
        "jo*@ad.example.org",
        "*@ad.example.org",
        "AD\\*",
        "AD\\jo)(cn=*",
        "\\jo",
        "AD\\",
        "@ad.example.org",
        "jo@",
        "jo\\2a",
        "jo,OU=people",
        "jo@elsewhere.example.org",
        "ELSEWHERE\\jo",
        "AD\\jo@ad.example.org",
        "Jo March",
        PEOPLE,
        &whole,
    ];
    for name in names {
        let answer = node.basic(name, &password("jo")).authenticate().await;
        assert_eq!(answer.status, 401, "{name}: {}", answer.text());
    }
    // The principal is another one.
    let answer = node.basic("amy@ad.example.org", &password("amy")).authenticate().await;
    assert_eq!(answer.status, 401, "{}", answer.text());
}

async fn who_bound_is_who_was_found() {
    let samba = Samba::start().await;
    let node = TestNode::builder()
        .active_directory(&samba)
        .active_directory_setting("user_search.upn_filter", "(sAMAccountName={0})")
        .start()
        .await;
    // The server lets `meg` in under this name, and that filter finds `jo`.
    assert_eq!(node.basic("jo@march.example", &password("meg")).login().await, 401);
    assert_eq!(node.basic("jo@march.example", &password("jo")).login().await, 401);
    assert_eq!(node.basic("beth@march.example", &password("beth")).login().await, 200);
}
