//! Role mappings: what is read, what is written, whom they match, and the words for each thing that can be wrong.

use super::*;
use serde_json::json;

#[test]
fn a_mapping_gives_its_roles_to_whom_it_matches() {
    let body = json!({
        "enabled": true,
        "roles": ["a"],
        "rules": {"field": {"groups": "cn=admins,dc=example"}},
        "metadata": {},
    });
    let mapping = RoleMapping::parse("m", &body).unwrap();
    assert_eq!(mapping.to_json(), body);
    let subject =
        MappingSubject { groups: vec!["CN=Admins, DC=Example".to_owned()], ..MappingSubject::default() };
    assert_eq!(mapping.roles_for(&PreparedSubject::new(&subject)).roles, ["a"]);
}
