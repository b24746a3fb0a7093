//! URLs of referrals.

use super::*;

fn query() -> Query {
    Query::entry("dc=x", Vec::new())
}

#[test]
fn where_it_leads_is_taken_and_what_is_asked_is_not() {
    let referral = ReferralUrl::parse("ldaps://b.example/ou=a%20b,dc=x?cn?sub?(uid=*)").unwrap();
    assert_eq!(referral.endpoint.to_string(), "ldaps://b.example:636");
    let asked = referral.query(&query());
    assert_eq!((asked.base.as_str(), asked.scope), ("ou=a b,dc=x", SearchScope::SubTree));
    assert_eq!(asked.filter, query().filter);
}

#[test]
fn what_it_does_not_say_stays() {
    for url in ["ldap://b.example", "ldap://b.example/", "ldap://b.example/??", "ldap://b.example:1389"] {
        assert_eq!(ReferralUrl::parse(url).unwrap().query(&query()), query(), "{url}");
    }
    assert_eq!(ReferralUrl::parse("ldap://[::1]:1389").unwrap().endpoint.to_string(), "ldap://[::1]:1389");
}

#[test]
fn anything_else_is_refused() {
    for url in
        ["", "b.example", "http://b.example", "ldap:///dc=x", "ldap://b/%ff", "ldap://b/??all", "ldapi://x"]
    {
        assert!(ReferralUrl::parse(url).is_err(), "{url}");
    }
}
