//! API keys: their states, their rules, and their documents.

use super::*;
use crate::authentication::Authentication;
use crate::lifetime::TimeValue;
use crate::role::reserved;
use crate::subject::{RealmRef, User};
use serde_json::json;

/// A document with all fields that must be there, in the order in which they are written.
fn document() -> Value {
    json!({
        "doc_type": "api_key", "type": "rest", "creation_time": 1_700_000_000_000_i64, "expiration_time": null,
        "api_key_invalidated": false, "api_key_hash": "{SSHA256}x",
        "role_descriptors": {
            "role-a": {"cluster": ["all"], "indices": [], "applications": [], "run_as": [], "metadata": {}, "type": "role"},
        },
        "limited_by_role_descriptors": {
            "viewer": {"cluster": [], "indices": [], "applications": [], "run_as": [], "metadata": {}, "type": "role"},
        },
        "name": "my-api-key", "version": 8_070_099, "metadata_flattened": null,
        "creator": {
            "principal": "joe", "full_name": null, "email": null, "metadata": {},
            "realm": "default_native", "realm_type": "native",
        },
    })
}

fn with(field: &str, value: Value) -> Value {
    let mut document = document();
    document[field] = value;
    document
}

fn without(field: &str) -> Value {
    let mut document = document();
    document.as_object_mut().unwrap().shift_remove(field);
    document
}

fn record() -> ApiKeyRecord {
    ApiKeyRecord::from_document(&document()).unwrap()
}

#[test]
fn what_is_read_is_written_byte_for_byte() {
    let mut document = document();
    assert_eq!(record().to_document().to_string(), document.to_string());
    let all = ApiKeyRecord {
        kind: ApiKeyType::CrossCluster,
        expiration: Some(WallTime(5)),
        invalidated: true,
        invalidation: Some(WallTime(4)),
        metadata: json!({"a": 1}).as_object().cloned(),
        certificate_identity: Some("CN=.*".to_owned()),
        creator: Creator { realm_domain: Some(json!({"name": "d"})), ..record().creator },
        ..record()
    };
    let written = all.to_document();
    assert_eq!(ApiKeyRecord::from_document(&written).unwrap(), all);
    let order: Vec<&str> = written.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(
        order,
        [
            "doc_type",
            "type",
            "creation_time",
            "expiration_time",
            "api_key_invalidated",
            "invalidation_time",
            "api_key_hash",
            "role_descriptors",
            "limited_by_role_descriptors",
            "name",
            "version",
            "metadata_flattened",
            "certificate_identity",
            "creator",
        ]
    );
    document["unknown"] = json!({"x": 1});
    assert_eq!(ApiKeyRecord::from_document(&document).unwrap(), record(), "what is not known is left alone");
}

#[test]
fn what_must_be_there_must_be_there() {
    for field in [
        "doc_type",
        "creation_time",
        "expiration_time",
        "api_key_invalidated",
        "api_key_hash",
        "version",
        "role_descriptors",
        "limited_by_role_descriptors",
        "creator",
    ] {
        let error = ApiKeyRecord::from_document(&without(field)).unwrap_err();
        assert_eq!(error.to_string(), format!("api key document is missing {field} field"));
    }
    for field in ["type", "name", "metadata_flattened", "invalidation_time", "certificate_identity"] {
        assert!(ApiKeyRecord::from_document(&without(field)).is_ok(), "{field}");
    }
    assert_eq!(ApiKeyRecord::from_document(&without("type")).unwrap().kind, ApiKeyType::Rest);
    assert_eq!(ApiKeyRecord::from_document(&without("name")).unwrap().name, None);
    assert_eq!(
        ApiKeyRecord::from_document(&with("role_descriptors", Value::Null)).unwrap().role_descriptors,
        []
    );
    let old = json!({"principal": "jo", "realm": "file1"});
    let creator = ApiKeyRecord::from_document(&with("creator", old)).unwrap().creator;
    assert_eq!((creator.principal.as_str(), creator.realm_type, creator.metadata.len()), ("jo", None, 0));
}

#[test]
fn what_cannot_be_read_is_named_but_not_shown() {
    for (field, value) in [
        ("type", json!("other")),
        ("creation_time", json!("secret")),
        ("creation_time", json!(null)),
        ("expiration_time", json!("secret")),
        ("api_key_invalidated", json!("secret")),
        ("api_key_hash", json!(null)),
        ("version", json!("secret")),
        ("name", json!(["secret"])),
        ("metadata_flattened", json!("secret")),
        ("role_descriptors", json!("secret")),
        ("creator", json!("secret")),
    ] {
        let error = ApiKeyRecord::from_document(&with(field, value)).unwrap_err();
        assert_eq!(error, DocumentError::Unreadable(field));
        assert!(!error.to_string().contains("secret"));
    }
    assert_eq!(
        ApiKeyRecord::from_document(&with("doc_type", json!("role-mapping"))),
        Err(DocumentError::OtherKind("role-mapping".to_owned()))
    );
    assert_eq!(ApiKeyRecord::from_document(&json!([])), Err(DocumentError::NotAnObject));
    let bad = with("role_descriptors", json!({"r": {"x": 1}}));
    assert!(matches!(ApiKeyRecord::from_document(&bad), Err(DocumentError::Descriptor(_))));
}

#[test]
fn the_superuser_of_old_is_the_superuser_of_today() {
    let old = json!({
        "cluster": ["all"],
        "indices": [{"names": ["*"], "privileges": ["all"], "allow_restricted_indices": true}],
        "applications": [{"application": "*", "privileges": ["*"], "resources": ["*"]}],
        "run_as": ["*"], "metadata": {"_reserved": true}, "type": "role",
    });
    let limited_by = |name: &str, role: &Value| {
        let document = with("limited_by_role_descriptors", json!({name: role}));
        ApiKeyRecord::from_document(&document).unwrap().limited_by.remove(0)
    };
    let today = reserved::find(reserved::SUPERUSER).unwrap();
    assert_eq!(limited_by("superuser", &old), **today);
    let mut other = old.clone();
    other["run_as"] = json!([]);
    assert!(limited_by("superuser", &other).run_as.is_empty(), "only exactly that one");
    assert_eq!(limited_by("mine", &old).name, "mine");
}

#[test]
fn a_key_is_no_longer_good_at_its_expiration() {
    let expiring = ApiKeyRecord { expiration: Some(WallTime(1_000)), ..record() };
    assert_eq!(expiring.state(WallTime(999)), ApiKeyState::Active);
    assert_eq!(expiring.state(WallTime(1_000)), ApiKeyState::Expired);
    assert_eq!(record().state(WallTime(i64::MAX)), ApiKeyState::Active);
    let both = ApiKeyRecord { invalidated: true, ..expiring };
    assert_eq!(both.state(WallTime(2_000)), ApiKeyState::Invalidated);
}

#[test]
fn only_whole_seconds_of_an_expiration_count() {
    let at = |text: &str| expires_at(WallTime(1_234), TimeValue::parse("expiration", text).unwrap());
    assert_eq!(at("500ms"), Ok(WallTime(1_234)));
    assert_eq!(at("1999ms"), Ok(WallTime(2_234)));
    assert_eq!(at("1d"), Ok(WallTime(86_401_234)));
    assert_eq!(at("-1"), Ok(WallTime(1_234)));
    let longest = TimeValue::from_millis(i64::MAX);
    let message = "API key expiration [9223372036854775807ms] is too far in the future";
    assert_eq!(expires_at(WallTime(1_234), longest), Err(message.to_owned()));
}

#[test]
fn names_follow_their_rule() {
    assert_eq!(validate_name("k"), Ok(()));
    assert_eq!(validate_name(&"ä".repeat(NAME_MAX)), Ok(()));
    for (name, message) in [
        (String::new(), "api key name is required"),
        ("k".repeat(NAME_MAX + 1), "api key name may not be more than 256 characters long"),
        (" k".to_owned(), "api key name may not begin or end with whitespace"),
        ("k\t".to_owned(), "api key name may not begin or end with whitespace"),
        ("_k".to_owned(), "api key name may not begin with an underscore"),
    ] {
        assert_eq!(validate_name(&name), Err(message.to_owned()));
    }
}

#[test]
fn metadata_and_expiration_follow_their_rules() {
    let metadata = |value: Value| validate_metadata(value.as_object().unwrap());
    assert_eq!(metadata(json!({"a": {"_b": 1}})), Ok(()));
    assert_eq!(metadata(json!({"_a": 1})), Err("API key metadata keys may not start with [_]".to_owned()));
    assert_eq!(validate_new_expiration(TimeValue::from_millis(1)), Ok(()));
    for past in [TimeValue::ZERO, TimeValue::UNLIMITED] {
        assert_eq!(validate_new_expiration(past), Err("API key expiration must be in the future".to_owned()));
    }
}

#[test]
fn a_key_begets_only_keys_that_can_do_nothing() {
    let nothing = RoleDescriptor::empty("r");
    let something = RoleDescriptor { cluster: vec!["none".to_owned()], ..RoleDescriptor::empty("r") };
    assert!(may_derive(std::slice::from_ref(&nothing)));
    assert!(!may_derive(&[]), "it must have been said");
    assert!(!may_derive(&[nothing, something]));
}

#[test]
fn what_cannot_be_updated_says_why() {
    let now = WallTime(1_000);
    let refusal = |record: ApiKeyRecord| record.update_refusal("k", now);
    assert_eq!(refusal(record()), None);
    let cases = [
        (ApiKeyRecord { invalidated: true, ..record() }, "cannot update invalidated API key [k]"),
        (ApiKeyRecord { expiration: Some(now), ..record() }, "cannot update expired API key [k]"),
        (ApiKeyRecord { name: None, ..record() }, "cannot update legacy API key [k] without name"),
        (
            ApiKeyRecord { kind: ApiKeyType::CrossCluster, ..record() },
            "cannot update API key of type [cross_cluster] while expected type is [rest]",
        ),
    ];
    for (record, message) in cases {
        assert_eq!(refusal(record), Some(message.to_owned()));
    }
}

#[test]
fn a_creator_is_whoever_acts() {
    let jo = User { email: Some("jo@x".to_owned()), ..User::new("jo", ["r"]) };
    let creator = Creator::of(
        &Authentication::realm(User::new("al", ["r"]), RealmRef::new("f", "file"))
            .run_as(jo, RealmRef::new("n", "native")),
    );
    assert_eq!(
        (creator.principal.as_str(), creator.realm.as_str(), creator.realm_type.as_deref()),
        ("jo", "n", Some("native"))
    );
    let user = creator.user();
    assert_eq!(
        (user.username.as_str(), user.email.as_deref(), user.roles.len(), user.enabled),
        ("jo", Some("jo@x"), 0, true)
    );
}
