//! Bodies and answers about API keys.

use portcullis_model::api_key::Creator;
use portcullis_model::lifetime::WallTime;
use portcullis_secrets::Secret;
use portcullis_security::Kind;
use proptest::prelude::*;

use super::*;

fn reason<T>(outcome: Result<T, Failure>) -> String {
    outcome.err().unwrap().reason().to_owned()
}

#[test]
fn a_whole_request_is_taken() {
    let body =
        r#"{"name":"k","expiration":"1d","role_descriptors":{"r":{"cluster":["all"]}},"metadata":{"a":1}}"#;
    let key = create(body.as_bytes()).unwrap();
    assert_eq!((key.name.as_deref(), key.expiration.as_deref()), (Some("k"), Some("1d")));
    let roles = key.role_descriptors.unwrap();
    assert_eq!((roles[0].name.as_str(), roles[0].cluster.as_slice()), ("r", &["all".to_owned()][..]));
    assert_eq!(Value::Object(key.metadata.unwrap()), json!({"a": 1}));
}

#[test]
fn mistakes_name_parser_field_and_place() {
    assert_eq!(reason(create(b"{}")), "Required [name]");
    assert_eq!(
        reason(create(b"{\"name\":\"k\",\n \"nam\":1}")),
        "[2:2] [api_key_request] unknown field [nam] did you mean [name]?"
    );
    assert_eq!(
        reason(create(br#"{"name":["k"]}"#)),
        "[1:2] [api_key_request] name doesn't support values of type: START_ARRAY"
    );
    assert_eq!(reason(create(b"[]")), "[1:1] [api_key_request] Expected START_OBJECT but was: START_ARRAY");
    let failure = create(br#"{"name":"k","role_descriptors":{"r":{"x":1}}}"#).err().unwrap();
    assert_eq!(failure.reason(), "[1:13] [api_key_request] failed to parse field [role_descriptors]");
    assert_eq!(failure.cause().unwrap().kind(), Kind::Parse);
    assert_eq!(failure.cause().unwrap().reason(), "failed to parse role [r]. unexpected field [x]");
}

#[test]
fn an_update_may_be_empty_and_empty_descriptors_are_not_absent_ones() {
    assert!(update(b"").unwrap().role_descriptors.is_none());
    assert!(update(b"{}").unwrap().metadata.is_none());
    assert!(update(br#"{"role_descriptors":{}}"#).unwrap().role_descriptors.unwrap().is_empty());
    assert!(reason(update(br#"{"name":"x"}"#)).contains("unknown field [name]"));
}

#[test]
fn an_invalidation_takes_a_list_one_id_and_a_flag_as_text() {
    assert_eq!(invalidate(br#"{"ids":["a","b"]}"#).unwrap().ids.unwrap(), ["a", "b"]);
    assert_eq!(invalidate(br#"{"ids":"a"}"#).unwrap().ids.unwrap(), ["a"]);
    assert!(invalidate(br#"{"owner":"true"}"#).unwrap().owner);
    assert!(!invalidate(br#"{"owner":false,"name":null}"#).unwrap().owner);
    assert!(reason(invalidate(br#"{"id":"a"}"#)).contains("unknown field [id] did you mean [ids]?"));
    let failure = invalidate(br#"{"owner":"yes"}"#).err().unwrap();
    assert_eq!(failure.reason(), "[1:2] [invalidate_api_key] failed to parse field [owner]");
}

#[test]
fn a_filter_takes_blank_values_as_absent() {
    let query = Query::parse(Some("id=&name=%20&username=jo&owner&with_limited_by=true")).unwrap();
    let filter = filter(&query).unwrap();
    assert!(filter.ids.is_empty() && filter.name.is_none() && filter.owner && filter.with_limited_by);
    assert_eq!(filter.username.as_deref(), Some("jo"));
}

#[test]
fn a_new_key_is_told_with_padded_standard_base64() {
    let key = CreatedApiKey {
        id: "VuaCfGcBCdbkQm-e5aOx".to_owned(),
        name: "k".to_owned(),
        expiration: Some(5),
        secret: Secret::from_string("ui2lp2axTNmsyakw9tvNnw".to_owned()),
    };
    let expected = concat!(
        r#"{"id":"VuaCfGcBCdbkQm-e5aOx","name":"k","expiration":5,"api_key":"ui2lp2axTNmsyakw9tvNnw","#,
        r#""encoded":"VnVhQ2ZHY0JDZGJrUW0tZTVhT3g6dWkybHAyYXhUTm1zeWFrdzl0dk5udw=="}"#
    );
    assert_eq!(created(&key).to_string(), expected);
}

fn record() -> ApiKeyRecord {
    ApiKeyRecord {
        kind: ApiKeyType::Rest,
        name: Some("k".to_owned()),
        creation: WallTime(1),
        expiration: None,
        invalidated: true,
        invalidation: Some(WallTime(2)),
        hash: "{SSHA256}hash".to_owned(),
        role_descriptors: Vec::new(),
        limited_by: vec![RoleDescriptor::empty("r")],
        version: 1,
        metadata: None,
        certificate_identity: None,
        creator: Creator {
            principal: "jo".to_owned(),
            full_name: None,
            email: None,
            metadata: Map::new(),
            realm: "default_native".to_owned(),
            realm_type: Some("native".to_owned()),
            realm_domain: None,
        },
    }
}

#[test]
fn a_key_is_told_in_elasticsearchs_order_without_its_hash() {
    let expected = concat!(
        r#"{"api_keys":[{"id":"i","name":"k","type":"rest","creation":1,"invalidated":true,"invalidation":2,"#,
        r#""username":"jo","realm":"default_native","realm_type":"native","metadata":{},"role_descriptors":{}}]}"#
    );
    assert_eq!(listed(&[("i".to_owned(), record())], false).to_string(), expected);
    let limited = listed(&[("i".to_owned(), record())], true);
    assert_eq!(limited["api_keys"][0]["limited_by"][0]["r"]["cluster"], json!([]));
    let remote = ApiKeyRecord { kind: ApiKeyType::CrossCluster, ..record() };
    assert_eq!(listed(&[("i".to_owned(), remote)], true)["api_keys"][0].get("limited_by"), None);
}

#[test]
fn errors_are_told_only_where_there_are_any() {
    let telling = Telling { challenges: &[], traces: false, detailed: true };
    let mut outcome = Invalidated { invalidated: vec!["a".to_owned()], ..Invalidated::default() };
    let expected = r#"{"invalidated_api_keys":["a"],"previously_invalidated_api_keys":[],"error_count":0}"#;
    assert_eq!(invalidated(&outcome, telling).to_string(), expected);
    outcome.errors.push(Failure::internal("Error invalidating api key"));
    let told = invalidated(&outcome, telling);
    assert_eq!(told["error_count"], 1);
    assert_eq!(told["error_details"], json!([{"type": "exception", "reason": "Error invalidating api key"}]));
}

proptest! {
    #[test]
    fn no_body_panics(body in prop_oneof![
        prop::collection::vec(any::<u8>(), 0..80),
        r#"\{("(name|ids|owner|role_descriptors|metadata|x)":("a"|\[\]|\{"r":1\}|\{\}|1|null|true),?){0,4}\}"#
            .prop_map(String::into_bytes),
    ]) {
        drop(create(&body));
        drop(update(&body));
        drop(invalidate(&body));
    }
}
