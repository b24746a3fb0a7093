//! Logon names.

use super::*;
use crate::realms::ldap::tests::search;

fn settings() -> ActiveDirectory {
    ActiveDirectory {
        domain_name: "example.com".to_owned(),
        search: search("", "(&(objectClass=user)(|(sAMAccountName={0})(userPrincipalName={1})))"),
        upn_filter: "(&(objectClass=user)(userPrincipalName={1}))".to_owned(),
        down_level_filter: "(&(objectClass=user)(sAMAccountName={0}))".to_owned(),
    }
}

#[track_caller]
fn check(username: &str, principal: &str, filter: &str) {
    let logon = Logon::parse(username).unwrap();
    assert_eq!(logon.principal(&settings()), principal);
    assert_eq!(logon.filter(&settings()), filter);
}

#[test]
fn each_form_is_bound_and_searched_in_its_own_way() {
    check(
        "jo",
        "jo@example.com",
        "(&(objectClass=user)(|(sAMAccountName=jo)(userPrincipalName=jo@example.com)))",
    );
    check("jo@other.org", "jo@other.org", "(&(objectClass=user)(userPrincipalName=jo@other.org))");
    check("EX\\jo", "EX\\jo", "(&(objectClass=user)(sAMAccountName=jo))");
    check(
        "j*",
        "j*@example.com",
        "(&(objectClass=user)(|(sAMAccountName=j\\2a)(userPrincipalName=j\\2a@example.com)))",
    );
    check("a\\b)(c", "a\\b)(c", "(&(objectClass=user)(sAMAccountName=b\\29\\28c))");
}

#[test]
fn half_a_name_is_none() {
    for username in ["@example.com", "jo@", "\\jo", "EX\\"] {
        assert_eq!(Logon::parse(username), None, "{username}");
    }
}

#[test]
fn names_of_other_domains_are_told_apart() {
    let foreign = |username| Logon::parse(username).unwrap().may_be_foreign(&settings());
    assert!(!foreign("jo"));
    assert!(!foreign("jo@EXAMPLE.com"));
    assert!(foreign("jo@example.org"));
    assert!(foreign("EX\\jo"));
}

#[test]
fn the_base_is_the_domain_unless_it_is_set() {
    assert_eq!(base(&settings()), "DC=example,DC=com");
    let set = ActiveDirectory { search: search("ou=x", ""), ..settings() };
    assert_eq!(base(&set), "ou=x");
}
