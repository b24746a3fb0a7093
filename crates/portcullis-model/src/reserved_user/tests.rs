//! The table of reserved users, walked.

use super::*;
use crate::role::reserved;
use serde_json::json;

#[test]
fn every_row_is_sound() {
    for row in &RESERVED_USERS {
        assert_eq!(find(row.username), Some(row));
        assert!(!is_internal(row.username));
        for role in row.roles {
            assert!(reserved::is_reserved(role), "{role}");
        }
        let user = row.user(true);
        assert_eq!(
            (user.username.as_str(), user.enabled, &user.full_name, &user.email),
            (row.username, true, &None, &None)
        );
        assert_eq!(user.metadata["_reserved"], json!(true));
        assert_eq!(row.deprecation().is_some(), user.metadata.contains_key("_deprecated"));
        assert!(!row.user(false).enabled);
    }
}

#[test]
fn one_is_on_its_way_out() {
    let kibana = find("kibana").unwrap();
    assert_eq!(
        serde_json::to_string(&kibana.user(true).metadata).unwrap(),
        r#"{"_deprecated":true,"_deprecated_reason":"Please use the [kibana_system] user instead.","_reserved":true}"#
    );
    assert_eq!(
        kibana.deprecation().unwrap(),
        "The user [kibana] is deprecated and will be removed in a future version of Elasticsearch. Please use the \
         [kibana_system] user instead."
    );
}

#[test]
fn others_are_not_reserved() {
    assert_eq!(find("jo"), None);
    assert_eq!(find("Elastic"), None);
    assert!(is_internal("_xpack_security") && !is_internal("elastic"));
}
