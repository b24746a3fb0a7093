//! The user that an entry makes.

use serde_json::json;

use super::*;
use crate::realms::ldap::entry::tests::entry;
use crate::realms::ldap::tests::{server, settings};

fn profile(metadata: &[&str]) -> Profile {
    let mut ldap = settings(vec![server(1)]).ldap;
    ldap.metadata = metadata.iter().map(|it| (*it).to_owned()).collect();
    Profile::new(&ldap, &ldap.groups)
}

#[test]
fn attributes_become_what_the_settings_say() {
    let jo = entry(
        "uid=jo,dc=x",
        &[
            ("CN", &[b"Jo", b"Johanna"]),
            ("mail", &[b"jo@x"]),
            ("room", &[b"7"]),
            ("phone", &[b"1", b"2"]),
            ("photo", &[b"\xff"]),
        ],
    );
    let user = profile(&["ROOM", "phone", "photo", "none"]).user("jo", &jo, vec!["cn=g".to_owned()]);
    assert_eq!((user.username.as_str(), user.dn.as_str()), ("jo", "uid=jo,dc=x"));
    assert_eq!((user.full_name.as_deref(), user.email.as_deref()), (Some("Jo"), Some("jo@x")));
    assert_eq!(user.groups, ["cn=g"]);
    assert_eq!(Value::from(user.metadata), json!({"ROOM": "7", "phone": ["1", "2"]}));
}

#[test]
fn only_what_is_needed_is_asked_for() {
    assert_eq!(profile(&["room"]).attributes(), ["cn", "mail", "room", "memberOf"]);
}

#[test]
fn an_empty_list_never_asks_for_everything() {
    let mut ldap = settings(vec![server(1)]).ldap;
    (ldap.full_name_attribute, ldap.email_attribute) = (String::new(), String::new());
    ldap.metadata.clear();
    let groups = Groups::TokenGroups(crate::realms::ldap::tests::search("", ""));
    assert_eq!(Profile::new(&ldap, &groups).attributes(), ["1.1"]);
}
