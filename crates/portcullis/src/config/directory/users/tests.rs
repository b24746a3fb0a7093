use portcullis_security::settings::directory::{SearchScope, Users};

use crate::config::directory::tests::{DOMAIN, SEARCH, SERVER, active_directory, ldap, one, refused, warned};

#[test]
fn users_are_found_in_exactly_one_way() {
    refused(
        &ldap(SERVER),
        "realm [ldap.r] needs to know its users: set [.user_search.base_dn] to search them, or [.user_dn_templates]",
    );
    refused(
        &ldap(&format!("{SEARCH}, user_dn_templates: 'uid={{0}}'")),
        "[.user_dn_templates] and [.user_search.base_dn] do not go together; set the one that is meant",
    );
    for key in ["scope: base", "filter: '(a={0})'", "attribute: a"] {
        let set = key.split(':').next().unwrap();
        refused(
            &ldap(&format!("{SERVER}, user_dn_templates: 'uid={{0}}', user_search.{key}")),
            &format!("[.user_search.{set}] is set but [.user_search.base_dn] is not, so nothing is searched"),
        );
    }
}

#[test]
fn a_template_keeps_its_commas_and_has_the_username_in_it() {
    let templates = |text: &str| ldap(&format!("{SERVER}, user_dn_templates: {text}"));
    for (text, count) in [("'uid={0},ou=a,dc=x'", 1), ("['uid={0},ou=a,dc=x', 'uid={0},ou=b,dc=x']", 2)] {
        let Users::Templates(found) = one(&templates(text)).ldap.users else { panic!("no templates") };
        assert_eq!((found.len(), found.first().map(String::as_str)), (count, Some("uid={0},ou=a,dc=x")));
    }
    refused(
        &templates("['uid={0},dc=x', 'uid=admin,dc=x']"),
        "setting [.user_dn_templates]: [uid=admin,dc=x] must have the username in it, as [{0}]",
    );
}

#[test]
fn a_filter_is_one_and_has_the_username_in_it() {
    let Users::Search(search) =
        one(&ldap(&format!("{SEARCH}, user_search: {{filter: '(a={{0}})', scope: base}}"))).ldap.users
    else {
        panic!("no search")
    };
    assert_eq!((search.filter.as_str(), search.scope), ("(a={0})", SearchScope::Base));
    for (given, key) in [
        (ldap(&format!("{SEARCH}, user_search.filter: '(uid=admin)'")), "user_search.filter"),
        // A place that only Active Directory has: with this one every name would be the same entry.
        (ldap(&format!("{SEARCH}, user_search.filter: '(|(uid=admin)(uid={{1}}))'")), "user_search.filter"),
        (active_directory(&format!("{DOMAIN}, user_search.filter: '(a=b)'")), "user_search.filter"),
        (active_directory(&format!("{DOMAIN}, user_search.upn_filter: '(a=b)'")), "user_search.upn_filter"),
        (
            active_directory(&format!("{DOMAIN}, user_search.down_level_filter: '(a=b)'")),
            "user_search.down_level_filter",
        ),
    ] {
        let places = if given.refusal().contains(".ldap.") { "[{0}]" } else { "[{0}] or [{1}]" };
        refused(&given, &format!("setting [.{key}] must have the username in it, as {places}"));
    }
    let unbalanced =
        "is not a search filter: it must be in parentheses, as [(uid={0})], and each of them closed";
    for (key, base) in [("user_search.filter", "cn"), ("group_search.filter", "group_search.base_dn")] {
        refused(
            &ldap(&format!("{SEARCH}, {base}: x, {key}: '(&(a={{0}})'").replace(", cn: x", "")),
            &format!("setting [.{key}] {unbalanced}"),
        );
    }
}

#[test]
fn the_deprecated_attribute_becomes_the_filter() {
    let given = ldap(&format!("{SEARCH}, user_search.attribute: sAMAccountName"));
    assert!(
        matches!(one(&given).ldap.users, Users::Search(search) if search.filter == "(sAMAccountName={0})")
    );
    warned(
        &given,
        "[.user_search.attribute] is deprecated; set [.user_search.filter] to [(sAMAccountName={0})]",
    );
    refused(
        &ldap(&format!("{SEARCH}, user_search.attribute: a, user_search.filter: '(a={{0}})'")),
        "[.user_search.attribute] and [.user_search.filter] do not go together; set only the second",
    );
    refused(
        &ldap(&format!("{SEARCH}, user_search.attribute: 'a=*)(b'")),
        "setting [.user_search.attribute]: [a=*)(b] is not the name of an attribute",
    );
}
