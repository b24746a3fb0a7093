//! How groups are asked for.

use super::*;
use crate::realms::ldap::entry::tests::entry;
use crate::realms::ldap::tests::search;

#[test]
fn a_search_without_a_filter_asks_for_the_usual_groups() {
    let bare = Groups::Search { search: search("ou=g", ""), user_attribute: None };
    let Groups::Search { search: complete, .. } = complete(&bare, &Users::Templates(Vec::new())) else {
        panic!()
    };
    assert_eq!(filter::check(&complete.filter), Ok(()));
    let asked = filter::fill(&complete.filter, &["uid=a(b),dc=x"]);
    assert!(asked.contains("(member=uid=a\\28b\\29,dc=x)"), "{asked}");
}

#[test]
fn sids_are_asked_for_together() {
    let asked = any_of(&[&[1, 0], &[0xff]]);
    assert_eq!(asked, "(|(objectSid=\\01\\00)(objectSid=\\ff))");
    assert_eq!(filter::check(&asked), Ok(()));
}

#[test]
fn the_rule_in_chain_is_a_filter() {
    let asked = filter::fill(IN_CHAIN, &["CN=a*,DC=x"]);
    assert_eq!(asked, "(member:1.2.840.113556.1.4.1941:=CN=a\\2a,DC=x)");
    assert_eq!(filter::check(&asked), Ok(()));
}

#[test]
fn half_of_a_list_is_none() {
    assert_eq!(listed(&entry("x", &[("memberOf", &[b"cn=a"])]), "memberOf"), Ok(vec!["cn=a".to_owned()]));
    assert!(listed(&entry("x", &[("memberOf;range=0-1", &[b"cn=a"])]), "memberOf").is_err());
}

#[test]
fn nobody_is_in_more_groups_than_may_be_read() {
    let jo = Entry::bare("uid=jo".to_owned());
    assert!(bounded(vec![String::new(); MAX_GROUPS], &jo).is_ok());
    assert!(bounded(vec![String::new(); MAX_GROUPS + 1], &jo).is_err());
}
