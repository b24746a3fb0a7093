//! Bodies and answers about users.

use portcullis_security::Kind;
use proptest::prelude::*;

use super::*;

fn refused(body: &str) -> (Kind, String) {
    let failure = put("jo", body.as_bytes()).err().unwrap();
    (failure.kind(), failure.reason().to_owned())
}

#[test]
fn a_whole_user_is_taken() {
    let body = r#"{"username":"jo","password":"s3krit","roles":["a","b"],"full_name":"Jo","email":null,
        "metadata":{"k":[1]},"enabled":false}"#;
    let user = put("jo", body.as_bytes()).unwrap();
    assert_eq!(user.username, "jo");
    assert_eq!(user.password.unwrap().expose(), b"s3krit");
    assert_eq!(user.password_hash, None);
    assert_eq!(user.roles.unwrap(), ["a", "b"]);
    assert_eq!(user.full_name.as_deref(), Some("Jo"));
    assert_eq!(user.email, None);
    assert_eq!(Value::Object(user.metadata.unwrap()), json!({"k": [1]}));
    assert!(!user.enabled);
}

#[test]
fn what_is_left_out_is_absent_and_enabled_is_true() {
    let user = put("jo", b"{}").unwrap();
    assert!(user.password.is_none() && user.roles.is_none() && user.metadata.is_none() && user.enabled);
    assert_eq!(put("jo", br#"{"roles":"a,b"}"#).unwrap().roles.unwrap(), ["a", "b"]);
    assert!(put("jo", br#"{"roles":""}"#).unwrap().roles.unwrap().is_empty());
}

#[test]
fn each_mistake_has_its_sentence() {
    for (body, kind, reason) in [
        (
            "[]",
            Kind::Parse,
            "failed to parse add user request. expected an object, but found token [START_ARRAY]",
        ),
        (r#"{"x":1}"#, Kind::Parse, "failed to parse add user request. unexpected field [x]"),
        (
            r#"{"password":1}"#,
            Kind::Parse,
            "expected field [password] to be of type string, but found [VALUE_NUMBER] instead",
        ),
        (
            r#"{"password":["s3krit"]}"#,
            Kind::Parse,
            "expected field [password] to be of type string, but found [START_ARRAY] instead",
        ),
        (
            r#"{"enabled":"yes"}"#,
            Kind::Parse,
            "expected field [enabled] to be of type boolean, but found [VALUE_STRING] instead",
        ),
        (
            r#"{"metadata":[]}"#,
            Kind::Parse,
            "expected field [metadata] to be of type object, but found [START_ARRAY] instead",
        ),
        (
            r#"{"roles":[1]}"#,
            Kind::Parse,
            "could not parse [roles] field. expected a string array but one of the value in the array is [VALUE_NUMBER]",
        ),
        (
            r#"{"roles":{}}"#,
            Kind::Parse,
            "could not parse [roles] field. expected a string array but found [START_OBJECT] value instead",
        ),
        (
            r#"{"roles":null}"#,
            Kind::Parse,
            "could not parse [roles] field. expected a string array but found null value instead",
        ),
        (
            r#"{"username":"joe"}"#,
            Kind::IllegalArgument,
            "[username] in source does not match the username provided [jo]",
        ),
        (
            r#"{"password":"a","password_hash":"b"}"#,
            Kind::Validation,
            "Validation Failed: 1: password_hash has already been set;",
        ),
        (r#"{"password":"a","password":"b"}"#, Kind::ContentParse, "[1:26] Duplicate field 'password'"),
    ] {
        assert_eq!(refused(body), (kind, reason.to_owned()), "{body}");
    }
}

#[test]
fn a_new_password_is_either_or() {
    assert!(matches!(change_password(br#"{"password":"x"}"#), Ok(NewPassword::Clear(_))));
    assert!(matches!(change_password(br#"{"password_hash":"x"}"#), Ok(NewPassword::Hash(_))));
    let reason = |body: &str| change_password(body.as_bytes()).err().unwrap().reason().to_owned();
    assert_eq!(reason(r#"{"a":1}"#), "failed to parse change password request. unexpected field [a]");
    assert_eq!(reason("{}"), "Validation Failed: 1: password is missing;");
    assert!(reason(r#"{"password":"a","password_hash":"b"}"#).contains("already been set"));
}

#[test]
fn a_user_is_told_with_all_its_fields_and_nothing_else() {
    let shown = by_name(vec![User::new("jo", ["a"])]);
    let expected = r#"{"jo":{"username":"jo","roles":["a"],"full_name":null,"email":null,"metadata":{},"enabled":true}}"#;
    assert_eq!(shown.to_string(), expected);
}

proptest! {
    #[test]
    fn no_body_panics(body in prop_oneof![
        prop::collection::vec(any::<u8>(), 0..80),
        r#"\{("(username|password|roles|metadata|enabled|x)":("a"|\[|\]|\{|\}|1|null|true|"a,b"),?){0,4}\}"#
            .prop_map(String::into_bytes),
    ]) {
        drop(put("jo", &body));
        drop(change_password(&body));
    }
}
