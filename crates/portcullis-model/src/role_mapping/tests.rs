//! Role mappings: what is read, what is written, whom they match, and the words for each thing that can be wrong.

mod errors;
mod file;
mod grammar;
mod hostile;
mod properties;
mod rules;
mod templates;

use super::*;
use serde_json::json;

/// A mapping with these rules, or what is wrong with them.
fn with_rules(rules: &Value) -> Result<RoleMapping, MappingError> {
    let mapping = RoleMapping::parse("m", &json!({"enabled": true, "roles": ["r"], "rules": rules}));
    mapping.map_err(|error| match error {
        MappingError::Field { field, cause } if field == "rules" => *cause,
        other => panic!("not about the rules: {other:?}"),
    })
}

fn with_template(template: &Value) -> Result<RoleMapping, MappingError> {
    RoleMapping::parse("m", &json!({"enabled": true, "role_templates": [template], "rules": {"all": []}}))
}

/// Somebody of a directory.
fn jo() -> MappingSubject {
    let metadata = json!({
        "flag": true,
        "count": 7,
        "share": 0.5,
        "nothing": null,
        "mail": ["jo@example.org", "JO@example.com"],
        "some.dotted.key": "x",
        "nested": {"key": "y", "dotted.key": "z"},
        "object": {"k": "v"},
        "dn": "CN=Jo,DC=example",
    });
    MappingSubject {
        username: "jo".to_owned(),
        dn: Some(r"CN=Bloggs\, Jo,OU=People,DC=example,DC=com".to_owned()),
        groups: vec!["CN=Admins, OU=Groups, DC=example, DC=com".to_owned(), "Plain Group".to_owned()],
        metadata: metadata.as_object().cloned().unwrap_or_default(),
        realm_name: "ldap1".to_owned(),
    }
}

fn matches(rules: &Value, subject: &MappingSubject) -> bool {
    let mapping = with_rules(rules).unwrap();
    !mapping.roles_for(&PreparedSubject::new(subject)).roles.is_empty()
}
