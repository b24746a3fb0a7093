//! Decisions, and the sentences for a no.

use super::*;
use crate::anonymous::{Anonymous, Denied};
use crate::authentication::{Authentication, AuthenticationKind, TokenSource};
use crate::credential::ServiceTokenId;
use crate::privilege::SECURITY_ACTIONS;
use crate::role::{RoleDescriptor, reserved};
use crate::service_account;
use crate::subject::{RealmRef, User};

fn action(name: &str) -> String {
    format!("{SECURITY_ACTIONS}{name}")
}

fn user(name: &str, kind: &str) -> Authentication {
    Authentication::realm(User::new(name, [""; 0]), RealmRef::new(format!("default_{kind}"), kind))
}

fn key_of(owner: &str, id: &str) -> Authentication {
    let kind = AuthenticationKind::ApiKey { id: id.to_owned(), name: None };
    Authentication::direct(User::new(owner, [""; 0]).into(), RealmRef::api_key(), kind)
}

fn role(cluster: &[&str], run_as: &[&str]) -> RoleDescriptor {
    RoleDescriptor {
        cluster: cluster.iter().map(|it| (*it).to_owned()).collect(),
        run_as: run_as.iter().map(|it| (*it).to_owned()).collect(),
        ..RoleDescriptor::empty("r")
    }
}

fn permission(cluster: &[&str], run_as: &[&str]) -> Arc<Permission> {
    Arc::new(Permission::compile([&role(cluster, run_as)]))
}

fn about(username: &str) -> RequestFacts {
    RequestFacts::User { username: username.to_owned() }
}

fn may(authentication: &Authentication, authority: &Authority, name: &str, facts: &RequestFacts) -> bool {
    decide(authentication, authority, &action(name), facts) == Verdict::Granted
}

#[test]
fn roles_add_up() {
    let roles = [
        role(&["read_security"], &[]),
        role(&["manage_token", "bogus", "cluster:monitor/main"], &["a*", "/x"]),
    ];
    let authority = Authority::of_roles(Arc::new(Permission::compile(&roles)));
    let jo = user("jo", "native");
    assert!(may(&jo, &authority, "user/get", &RequestFacts::None));
    assert!(may(&jo, &authority, "token/create", &RequestFacts::None));
    assert!(!may(&jo, &authority, "user/put", &about("al")));
    assert_eq!(decide(&jo, &authority, "cluster:monitor/main", &RequestFacts::None), Verdict::Granted);
    assert!(
        authority.allows_run_as("al") && !authority.allows_run_as("jo") && !authority.allows_run_as("/x")
    );
}

#[test]
fn patterns_that_together_are_too_much_grant_nothing() {
    let patterns: Vec<String> = (0..1_000).map(|n| format!("/{n}(.*a.{{9}})&.*|jo/")).collect();
    let patterns: Vec<&str> = patterns.iter().map(String::as_str).collect();
    assert!(permission(&[], &patterns[..1]).allows_run_as("jo"));
    let hard = permission(&[], &patterns);
    assert!(hard.allows_run_as("jo"), "those before the end of the effort stand");
    let last = patterns.last().unwrap().trim_matches('/').replace("|jo", "|al");
    assert!(!permission(&[], &[&patterns[..], &[format!("/{last}/").as_str()]].concat()).allows_run_as("al"));
    assert!(!permission(&[], &["*"]).allows_run_as(&"a".repeat(1025)), "nobody has a name that long");
}

#[test]
fn the_superuser_may_everything_over_the_cluster() {
    let superuser = reserved::find(reserved::SUPERUSER).unwrap();
    let authority = Authority::of_roles(Arc::new(Permission::compile([&**superuser])));
    let elastic = user("elastic", "reserved");
    for name in ["user/put", "delegate_pki", "cache/clear", "api_key/grant"] {
        assert!(may(&elastic, &authority, name, &RequestFacts::None), "{name}");
    }
    for other in ["indices:data/read/search", "internal:x", ""] {
        assert_eq!(decide(&elastic, &authority, other, &RequestFacts::None), Verdict::Denied, "{other}");
    }
    assert!(authority.allows_run_as("anybody"));
}

#[test]
fn a_key_may_what_both_it_and_its_owner_may() {
    let narrow = permission(&["read_security"], &["a*"]);
    let wide = permission(&["manage_security"], &["*b"]);
    let key = key_of("jo", "k");
    let both = Authority::of_api_key(Some(narrow.clone()), wide.clone());
    assert!(may(&key, &both, "user/get", &RequestFacts::None));
    assert!(!may(&key, &both, "user/put", &about("al")));
    assert!(both.allows_run_as("ab") && !both.allows_run_as("a") && !both.allows_run_as("b"));
    let swapped = Authority::of_api_key(Some(wide.clone()), narrow);
    assert!(!may(&key, &swapped, "user/put", &about("al")), "the key cannot outdo its owner");
    assert!(may(&key, &Authority::of_api_key(None, wide.clone()), "user/put", &about("al")));
    let derived = Authority::of_api_key(Some(wide), Arc::default());
    assert!(!may(&key, &derived, "user/get", &RequestFacts::None), "limited by nothing is nothing");
}

#[test]
fn everybody_may_a_little_for_their_own_account() {
    let nothing = Authority::of_roles(Arc::default());
    let jo = user("jo", "native");
    assert!(may(&jo, &nothing, "user/authenticate", &RequestFacts::None));
    for name in ["user/has_privileges", "user/list_privileges", "user/change_password"] {
        assert!(may(&jo, &nothing, name, &about("jo")), "{name}");
        assert!(!may(&jo, &nothing, name, &about("al")), "{name}");
        assert!(!may(&jo, &nothing, name, &RequestFacts::None), "{name}");
    }
    for name in ["user/put", "user/get", "user/delete", "user/set_enabled"] {
        assert!(!may(&jo, &nothing, name, &about("jo")), "{name}");
    }
}

#[test]
fn a_password_is_changed_only_where_it_is_kept_and_with_one() {
    let nothing = Authority::of_roles(Arc::default());
    let change =
        |authentication: &Authentication| may(authentication, &nothing, "user/change_password", &about("jo"));
    assert!(change(&user("jo", "native")) && change(&user("jo", "reserved")));
    assert!(!change(&user("jo", "file")) && !change(&user("jo", "ldap")));
    assert!(!change(&key_of("jo", "k")));
    // Under run-as it is the target's realm that counts, and the credential's kind.
    let target = || User::new("jo", [""; 0]);
    assert!(change(&user("al", "file").run_as(target(), RealmRef::new("default_native", "native"))));
    assert!(!change(&user("al", "native").run_as(target(), RealmRef::new("default_file", "file"))));
    assert!(!change(&key_of("al", "k").run_as(target(), RealmRef::new("default_native", "native"))));
}

#[test]
fn who_comes_without_credentials_has_no_password_and_only_keys_of_its_own() {
    let anonymous = Anonymous::new("jo", vec!["r".to_owned()], Denied::Forbidden).authentication().unwrap();
    let nothing = Authority::of_roles(Arc::default());
    assert!(may(&anonymous, &nothing, "user/authenticate", &RequestFacts::None));
    assert!(!may(&anonymous, &nothing, "user/change_password", &about("jo")));
    let own = Authority::of_roles(permission(&["manage_own_api_key"], &[]));
    let invalidate = |realm: &str| {
        let (username, realm) = (Some("jo".to_owned()), Some(realm.to_owned()));
        let facts = ApiKeyFacts::Invalidate { ids: Vec::new(), owner: false, username, realm };
        may(&anonymous, &own, "api_key/invalidate", &RequestFacts::ApiKeys(facts))
    };
    assert!(invalidate("__anonymous") && !invalidate("default_native"));
}

#[test]
fn a_key_may_look_at_itself() {
    let nothing = Authority::of_api_key(None, Arc::default());
    let get = |ids: &[&str], with_limited_by| {
        let ids = ids.iter().map(|id| (*id).to_owned()).collect();
        let facts = ApiKeyFacts::Get { ids, owner: false, username: None, realm: None, with_limited_by };
        RequestFacts::ApiKeys(facts)
    };
    let key = key_of("jo", "k");
    assert!(may(&key, &nothing, "api_key/get", &get(&["k"], false)));
    assert!(!may(&key, &nothing, "api_key/get", &get(&["k"], true)));
    assert!(!may(&key, &nothing, "api_key/get", &get(&["l"], false)));
    assert!(!may(&key, &nothing, "api_key/get", &get(&["k", "l"], false)));
    assert!(!may(&key, &nothing, "api_key/get", &get(&[], false)));
    assert!(!may(&user("jo", "native"), &nothing, "api_key/get", &get(&["k"], false)));
}

#[test]
fn a_service_account_may_what_its_row_says() {
    let account = service_account::find("elastic", "fleet-server").unwrap();
    let authority = Authority::of_roles(Arc::new(Permission::compile([&**account.role_descriptor()])));
    let id = ServiceTokenId::new("elastic", "fleet-server", "t");
    let fleet = Authentication::service_token(&id, TokenSource::Index);
    assert!(may(&fleet, &authority, "api_key/create", &RequestFacts::ApiKeys(ApiKeyFacts::Create)));
    assert!(!may(&fleet, &authority, "user/get", &RequestFacts::None));
    assert!(may(&fleet, &authority, "user/authenticate", &RequestFacts::None));
}

fn names(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

#[test]
fn the_sentence_for_a_user() {
    let (viewer, none) = (names(&["viewer"]), names(&[]));
    let roles = RoleNames::Resolved { effective: &viewer, missing: &none };
    assert_eq!(
        denial(&user("bob", "native"), roles, &action("user/put"), &about("al")),
        "action [cluster:admin/xpack/security/user/put] is unauthorized for user [bob] with effective roles [viewer], \
         this action is granted by the cluster privileges [manage_security,all]"
    );
    let (several, missing) = (names(&["b", "a"]), names(&["z", "y"]));
    let roles = RoleNames::Resolved { effective: &several, missing: &missing };
    assert_eq!(
        denial(&user("bob", "native"), roles, &action("user/get"), &RequestFacts::None),
        "action [cluster:admin/xpack/security/user/get] is unauthorized for user [bob] with effective roles [a,b] \
         (assigned roles [y,z] were not found), this action is granted by the cluster privileges \
         [read_security,manage_security,all]"
    );
    assert_eq!(
        denial(&user("bob", "native"), RoleNames::Assigned(&several), "internal:x", &RequestFacts::None),
        "action [internal:x] is unauthorized for user [bob] with assigned roles [a,b]"
    );
}

#[test]
fn the_sentence_under_run_as() {
    let (roles, none) = (names(&["r"]), names(&[]));
    let resolved = RoleNames::Resolved { effective: &roles, missing: &none };
    let empty = RoleNames::Resolved { effective: &none, missing: &none };
    let run_as =
        user("jo", "file").run_as(User::new("al", [""; 0]), RealmRef::new("default_native", "native"));
    let expected = "action [cluster:admin/xpack/security/user/delete] is unauthorized for user [jo] run as [al] with \
                    effective roles [r], this action is granted by the cluster privileges [manage_security,all]";
    assert_eq!(denial(&run_as, resolved, &action("user/delete"), &about("x")), expected);
    assert_eq!(
        run_as_denial(&user("jo", "file"), empty, &action("user/authenticate"), "al"),
        "action [cluster:admin/xpack/security/user/authenticate] is unauthorized for user [jo] with effective roles [], \
         because user [jo] is unauthorized to run as [al]"
    );
    // Told of the one who proved it, also when the target has been put in its place already.
    assert_eq!(
        run_as_denial(&run_as, resolved, "cluster:x", "al"),
        "action [cluster:x] is unauthorized for user [jo] with effective roles [r], because user [jo] is unauthorized \
         to run as [al]"
    );
    let key = key_of("jo", "k");
    assert_eq!(
        run_as_denial(&key, empty, "cluster:x", "al"),
        "action [cluster:x] is unauthorized for API key id [k] of user [jo], because API key id [k] of user [jo] is \
         unauthorized to run as [al]"
    );
}

#[test]
fn the_sentences_for_keys_and_accounts_have_no_roles() {
    let none = names(&[]);
    let roles = RoleNames::Resolved { effective: &none, missing: &none };
    let grant = RequestFacts::ApiKeys(ApiKeyFacts::Grant);
    assert_eq!(
        denial(&key_of("jo", "k1"), roles, &action("api_key/grant"), &grant),
        "action [cluster:admin/xpack/security/api_key/grant] is unauthorized for API key id [k1] of user [jo], this \
         action is granted by the cluster privileges [grant_api_key,manage_api_key,manage_security,all]"
    );
    let id = ServiceTokenId::new("elastic", "fleet-server", "t");
    let fleet = Authentication::service_token(&id, TokenSource::Index);
    assert_eq!(
        denial(&fleet, roles, &action("user/get"), &RequestFacts::None),
        "action [cluster:admin/xpack/security/user/get] is unauthorized for service account [elastic/fleet-server], \
         this action is granted by the cluster privileges [read_security,manage_security,all]"
    );
}
