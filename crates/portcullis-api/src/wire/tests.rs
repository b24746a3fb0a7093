//! Authentications, tokens and roles on the wire.

use std::sync::Arc;

use portcullis_model::authentication::{Authentication, AuthenticationKind, TokenSource};
use portcullis_model::subject::{RealmRef, User};
use portcullis_secrets::Secret;
use serde_json::{Value, json};

use super::json::parse;
use super::*;

/// As `_authenticate` tells it where there is no anonymous access.
fn shown(authentication: &Authentication) -> Value {
    authentication::shown(authentication, &authentication.effective.roles)
}

#[test]
fn a_user_of_a_realm_is_told_in_elasticsearchs_order() {
    let native = RealmRef::new("default_native", "native");
    let told = shown(&Authentication::realm(User::new("jo", ["a"]), native.clone()));
    let expected = concat!(
        r#"{"username":"jo","roles":["a"],"full_name":null,"email":null,"metadata":{},"enabled":true,"#,
        r#""authentication_realm":{"name":"default_native","type":"native"},"#,
        r#""lookup_realm":{"name":"default_native","type":"native"},"authentication_type":"realm"}"#
    );
    assert_eq!(told.to_string(), expected);

    let run_as = Authentication::realm(User::new("boss", ["b"]), RealmRef::reserved())
        .run_as(User::new("jo", ["a"]), native);
    let told = shown(&run_as);
    assert_eq!(told["username"], "jo");
    assert_eq!(told["authentication_realm"]["name"], "reserved");
    assert_eq!(told["lookup_realm"]["name"], "default_native");
}

#[test]
fn keys_and_tokens_are_told_beside_the_user() {
    let user = Arc::new(User::new("elastic/fleet-server", Vec::<String>::new()));
    let kind = AuthenticationKind::ServiceToken { name: "token1".to_owned(), source: TokenSource::File };
    let token = Authentication::direct(Arc::clone(&user), RealmRef::service_account(), kind);
    let told = shown(&token);
    assert_eq!(told["token"], json!({"name": "token1", "type": "_service_account_file"}));
    assert_eq!(told["authentication_type"], "token");

    let kind = AuthenticationKind::ApiKey { id: "i".to_owned(), name: Some("k".to_owned()) };
    let told = shown(&Authentication::direct(user, RealmRef::api_key(), kind));
    assert_eq!(told["api_key"], json!({"id": "i", "name": "k"}));
    assert_eq!(told["authentication_realm"], json!({"name": "_es_api_key", "type": "_es_api_key"}));
}

#[test]
fn a_secret_is_taken_only_out_of_a_string() {
    assert_eq!(secret::take(parse(b"\"s3krit\"").unwrap()).ok().unwrap().expose(), b"s3krit");
    assert_eq!(secret::take(parse(b"[\"s3krit\"]").unwrap()).err().unwrap().token(), "START_ARRAY");
}

#[test]
fn a_new_token_is_told_once_with_its_name() {
    let token = portcullis_security::manage::service_tokens::CreatedToken {
        name: "token1".to_owned(),
        bearer: Secret::from_string("AAEAAW".to_owned()),
    };
    assert_eq!(
        service_accounts::created(&token).to_string(),
        r#"{"created":true,"token":{"name":"token1","value":"AAEAAW"}}"#
    );
}

#[test]
fn the_tokens_of_an_account_are_counted_over_index_and_files() {
    let names = portcullis_security::manage::service_tokens::AccountCredentials {
        index: vec!["token1".to_owned()],
        file: vec!["token1".to_owned(), "token2".to_owned()],
    };
    let telling = crate::error::Telling { challenges: &[], traces: false, detailed: true };
    let told = service_accounts::credentials("elastic/fleet-server", names, "node-1", telling);
    let expected = concat!(
        r#"{"service_account":"elastic/fleet-server","count":3,"tokens":{"token1":{}},"nodes_credentials":{"#,
        r#""_nodes":{"total":1,"successful":1,"failed":0},"#,
        r#""file_tokens":{"token1":{"nodes":["node-1"]},"token2":{"nodes":["node-1"]}}}}"#
    );
    assert_eq!(told.to_string(), expected);
}

#[test]
fn a_role_is_parsed_without_restriction_and_its_mistakes_keep_their_kind() {
    let role = roles::put("r", br#"{"cluster":["all"]}"#).unwrap();
    assert_eq!((role.name.as_str(), role.cluster.len()), ("r", 1));
    let failure = roles::put("r", br#"{"restriction":{}}"#).err().unwrap();
    assert_eq!(failure.reason(), "failed to parse role [r]. unexpected field [restriction]");
    let failure = roles::put("r", br#"{"cluster":"all"}"#).err().unwrap();
    assert_eq!(failure.reason(), "failed to parse role [r]");
    assert!(failure.cause().unwrap().reason().contains("expected a string array but found [VALUE_STRING]"));
    assert!(roles::put("r", b"[]").is_err());
    let told = roles::by_name(&[role]);
    assert_eq!(told["r"]["transient_metadata"], json!({"enabled": true}));
}
