//! Who acts, who proved it, and what each is called.

use super::*;
use crate::subject::NATIVE_REALM;
use serde_json::json;

fn native() -> RealmRef {
    RealmRef::new("default_native", NATIVE_REALM)
}

fn none() -> [&'static str; 0] {
    []
}

#[test]
fn without_run_as_both_users_are_one() {
    let jo = Authentication::realm(User::new("jo", ["r"]), native());
    assert_eq!(jo.authenticating_user().username, "jo");
    assert_eq!((jo.realm.clone(), jo.is_run_as(), jo.type_name()), (jo.lookup_realm.clone(), false, "realm"));
}

#[test]
fn under_run_as_the_target_acts_and_the_credential_stays() {
    let jo = Authentication::realm(User::new("jo", ["r"]), RealmRef::new("default_file", "file"));
    let al = jo.run_as(User::new("al", none()), native());
    assert_eq!((al.effective.username.as_str(), al.authenticating_user().username.as_str()), ("al", "jo"));
    assert_eq!((&*al.realm.kind, &*al.lookup_realm.kind), ("file", "native"));
    assert!(al.is_run_as());
    // Once more, and the one who proved it is still the first.
    let cy = al.run_as(User::new("cy", none()), native());
    assert_eq!(cy.authenticating_user().username, "jo");
}

#[test]
fn a_service_token_stands_for_its_account() {
    let id = ServiceTokenId::new("elastic", "fleet-server", "token1");
    let token = Authentication::service_token(&id, TokenSource::File);
    assert_eq!(token.effective.username, "elastic/fleet-server");
    assert_eq!(token.effective.full_name.as_deref(), Some("Service account - elastic/fleet-server"));
    assert_eq!(
        (token.type_name(), token.realm.to_string().as_str()),
        ("token", "_service_account/_service_account")
    );
    assert_eq!(
        token.kind,
        AuthenticationKind::ServiceToken { name: "token1".to_owned(), source: TokenSource::File }
    );
    assert_eq!(TokenSource::Index.to_string(), "_service_account_index");
    assert_eq!(TokenSource::File.to_string(), "_service_account_file");
}

#[test]
fn an_api_key_stands_for_its_owner_without_the_owners_roles() {
    let document = json!({
        "doc_type": "api_key", "creation_time": 1, "expiration_time": null, "api_key_invalidated": false,
        "api_key_hash": "x", "version": 1, "name": "k", "role_descriptors": {}, "limited_by_role_descriptors": {},
        "creator": {"principal": "jo", "full_name": "Jo", "metadata": {"a": 1}, "realm": "default_native"},
    });
    let record = ApiKeyRecord::from_document(&document).unwrap();
    let key = Authentication::api_key("id1", &record);
    assert_eq!((key.effective.username.as_str(), key.effective.full_name.as_deref()), ("jo", Some("Jo")));
    assert!(key.effective.roles.is_empty() && key.effective.enabled);
    assert_eq!(
        (key.type_name(), &*key.realm.name, key.acting_api_key()),
        ("api_key", "_es_api_key", Some("id1"))
    );
    assert_eq!(key.run_as(User::new("al", none()), native()).acting_api_key(), None);
}

#[test]
fn nobody_is_anonymous() {
    let nobody = Authentication::direct(
        User::new("_anonymous", none()).into(),
        RealmRef::anonymous(),
        AuthenticationKind::Anonymous,
    );
    assert_eq!((nobody.type_name(), &*nobody.realm.name), ("anonymous", "__anonymous"));
    assert_eq!(RealmRef::reserved().to_string(), "reserved/reserved");
}
