//! The table of service accounts, walked.

use super::*;
use crate::role::{Rendering, Restriction, reserved};
use serde_json::json;

#[test]
fn every_account_is_sound() {
    let principals: Vec<&str> = all().iter().map(ServiceAccount::principal).collect();
    assert_eq!(
        principals,
        [
            "elastic/auto-ops",
            "elastic/enterprise-search-server",
            "elastic/fleet-server",
            "elastic/fleet-server-remote",
            "elastic/kibana"
        ]
    );
    for account in all() {
        let found = find(account.namespace(), account.service()).unwrap();
        assert_eq!(found.principal(), account.principal());
        let role = account.role_descriptor();
        assert_eq!(role.validate(), Vec::<String>::new(), "{}", account.principal());
        let json = role.to_json(Rendering::Api);
        assert_eq!(**role, RoleDescriptor::parse(&role.name, &json, Restriction::Refused).unwrap());
        let user = account.user();
        assert_eq!(user.full_name, Some(format!("Service account - {}", account.principal())));
        assert_eq!(serde_json::Value::Object(user.metadata), json!({"_elastic_service_account": true}));
        assert!(user.roles.is_empty() && user.enabled && user.email.is_none());
    }
}

#[test]
fn kibanas_account_may_what_kibanas_user_may() {
    let account = find("elastic", "kibana").unwrap().role_descriptor();
    let role = reserved::find("kibana_system").unwrap();
    assert_eq!(
        (&account.cluster, &account.indices, &account.global),
        (&role.cluster, &role.indices, &role.global)
    );
    assert_eq!(account.name, "elastic/kibana");
    assert!(account.metadata.is_empty());
}

#[test]
fn others_do_not_exist() {
    assert!(find("elastic", "fleet").is_none());
    assert!(find("other", "fleet-server").is_none());
}
