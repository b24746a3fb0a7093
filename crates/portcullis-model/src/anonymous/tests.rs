//! Who the anonymous user is, and what others have of it.

use super::*;
use crate::authentication::TokenSource;
use crate::credential::ServiceTokenId;

fn texts(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

fn guest(roles: &[&str]) -> Anonymous {
    Anonymous::new("guest", texts(roles), Denied::Forbidden)
}

#[test]
fn without_roles_nobody_comes_in_and_the_name_is_kept_all_the_same() {
    let off = Anonymous::default();
    assert!(!off.is_on() && off.is_named("_anonymous") && !off.is_named("guest"));
    assert_eq!((off.user(), off.authentication()), (None, None));
    assert_eq!(off.added_to(&texts(&["a"])), texts(&["a"]));
}

#[test]
fn it_is_a_reserved_user_of_a_realm_of_its_own() {
    let who = guest(&["b", "a", "b"]).authentication().unwrap();
    assert_eq!(who.effective.username, "guest");
    assert_eq!(who.effective.roles, ["b", "a"]);
    assert_eq!(Value::Object(who.effective.metadata.clone()), serde_json::json!({"_reserved": true}));
    assert_eq!((&who.realm, &who.lookup_realm), (&RealmRef::anonymous(), &RealmRef::anonymous()));
    assert_eq!(who.kind, AuthenticationKind::Anonymous);
}

#[test]
fn roles_are_added_behind_and_once() {
    let anonymous = guest(&["a", "b"]);
    assert_eq!(anonymous.added_to(&texts(&["c", "a"])), texts(&["c", "a", "b"]));
    assert_eq!(anonymous.added_to(&[]), texts(&["a", "b"]));
    assert!(matches!(anonymous.added_to(&texts(&["b", "a", "c"])), Cow::Borrowed(_)));
}

#[test]
fn they_are_told_of_everybody_but_an_api_key_that_acts() {
    let anonymous = guest(&["a"]);
    let user = Arc::new(User::new("jo", ["c"]));
    let shown = |who: &Authentication| anonymous.shown_roles(who).into_owned();
    assert_eq!(shown(&Authentication::realm(Arc::clone(&user), RealmRef::reserved())), ["c", "a"]);
    assert_eq!(shown(&anonymous.authentication().unwrap()), ["a"]);
    let token = ServiceTokenId::new("elastic", "fleet-server", "t");
    assert_eq!(shown(&Authentication::service_token(&token, TokenSource::Index)), ["a"]);
    let kind = AuthenticationKind::ApiKey { id: "k".to_owned(), name: None };
    let owner = Arc::new(User::new("jo", [""; 0]));
    let key = Authentication::direct(owner, RealmRef::api_key(), kind);
    assert_eq!(shown(&key), [""; 0]);
    assert_eq!(shown(&key.run_as(user, RealmRef::reserved())), ["c", "a"]);
}
