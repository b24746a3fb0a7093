use portcullis_model::lifetime::WallTime;
use portcullis_store::{Document, DocumentKey, Kind, Revision};
use serde_json::{Value, json};

use super::api_key::ApiKeyHeader;
use super::user::StoredUser;
use super::{FromDocument, KINDS, check_room, kind_of, noun, source_of};
use crate::caches::affected::{Source, TABLE};

fn document(key: DocumentKey, body: &Value) -> Document {
    Document { key, revision: Revision(1), body: body.to_string().into() }
}

#[test]
fn each_kind_of_document_moves_rows_of_the_table() {
    for (kind, source) in KINDS {
        assert!(TABLE.iter().any(|row| row.source == *source), "{kind} moves nothing");
        assert_eq!(source_of(&DocumentKey::new(kind.clone(), "x")), Some((*source, "x")));
        assert_eq!(kind_of(noun(kind)).as_ref(), Some(kind));
    }
    assert_eq!(source_of(&DocumentKey::new(Kind::from_static("application-privilege_"), "x")), None);
}

#[test]
fn stored_ids_are_elasticsearchs() {
    let ids = [
        super::user::key("jo").to_string(),
        super::reserved_user::key("elastic").to_string(),
        super::role::key("mine").to_string(),
        super::role_mapping::key("mine").to_string(),
        super::api_key::key("VuaCfGcBCdbkQm-e5aOx").to_string(),
    ];
    assert_eq!(
        ids,
        ["user-jo", "reserved-user-elastic", "role-mine", "role-mapping_mine", "VuaCfGcBCdbkQm-e5aOx"]
    );
    assert_eq!(source_of(&super::api_key::key("user-jo")), Some((Source::ApiKey, "user-jo")));
}

#[test]
fn a_user_document_from_elsewhere_may_lack_what_can_be_guessed() {
    let body = json!({"username": "jo", "password": "x", "type": "user", "roles": ["a"], "unknown": {}});
    let stored = StoredUser::from_document(&document(super::user::key("jo"), &body)).ok().unwrap();
    assert!(stored.user.enabled && stored.user.metadata.is_empty());
    assert_eq!((stored.user.full_name, stored.user.email), (None, None));
}

#[test]
fn a_document_that_cannot_be_read_is_named_and_not_quoted() {
    let body = json!({"username": "jo", "password": {"secret": "hash"}, "type": "user"});
    let failure = StoredUser::from_document(&document(super::user::key("jo"), &body)).err().unwrap();
    assert!(
        failure.reason().starts_with("stored document [user-jo] cannot be read: line 1, column "),
        "{failure}"
    );
    assert!(!failure.reason().contains("hash"));
}

fn header(change: impl FnOnce(&mut Value)) -> ApiKeyHeader {
    let mut body = json!({
        "doc_type": "api_key", "creation_time": 1, "expiration_time": 100, "api_key_invalidated": false,
        "api_key_hash": "x", "creator": {"principal": "jo", "realm": "r"},
    });
    change(&mut body);
    ApiKeyHeader::from_document(&document(super::api_key::key("k"), &body)).unwrap()
}

#[test]
fn a_key_lives_up_to_its_expiration() {
    let live = |header: &ApiKeyHeader, now| header.is_live(WallTime(now));
    let key = header(|_| {});
    assert!(live(&key, 99) && !live(&key, 100));
    assert!(key.is_dead_since(WallTime(100)) && !key.is_dead_since(WallTime(99)));
    assert!(live(&header(|body| body["expiration_time"] = Value::Null), i64::MAX));
    let invalidated = header(|body| {
        body["api_key_invalidated"] = json!(true);
        body["invalidation_time"] = json!(50);
    });
    assert!(!live(&invalidated, 1));
    assert!(invalidated.is_dead_since(WallTime(50)) && !invalidated.is_dead_since(WallTime(49)));
}

#[test]
fn keys_without_a_type_are_for_this_api() {
    assert!(header(|_| {}).is_rest());
    assert!(!header(|body| body["type"] = json!("cross_cluster")).is_rest());
}

#[test]
fn a_new_document_leaves_room_for_what_disables_it() {
    let key = super::user::key("jo");
    let limit = portcullis_store::MAX_DOCUMENT_BYTES - 1024;
    assert!(check_room(&key, &vec![b'x'; limit].into()).is_ok());
    assert!(check_room(&key, &vec![b'x'; limit + 1].into()).is_err());
}
