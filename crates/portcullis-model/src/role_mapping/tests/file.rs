//! The content of `role_mapping.yml`.

use super::*;
use crate::dn::DistinguishedName;
use crate::role_mapping::file::{MAX_FILE_ENTRIES, MappingFile};

#[test]
fn names_have_the_roles_that_the_file_says() {
    let mut problems = Vec::new();
    let content = json!({
        "admin": ["cn=admins,ou=groups,dc=example,dc=com", "no name", 1],
        "user": "CN=\"Bloggs, Jo\", OU=People, DC=example, DC=com",
        "both": ["CN=Admins,OU=Groups,DC=example,DC=com", r"CN=Bloggs\, Jo,OU=People,DC=example,DC=com"],
        "other": ["cn=other"],
    });
    let file = MappingFile::parse(&content, &mut problems).unwrap();
    assert_eq!(
        problems,
        [
            "invalid entry of role [admin]: [no name] is not a distinguished name: [=] expected at position [3]. \
             skipping it...",
            "invalid entry of role [admin]: expected a distinguished name but found [VALUE_NUMBER]. skipping it...",
        ]
    );
    assert_eq!(file.roles_for(&PreparedSubject::new(&jo())), ["user", "both", "admin"]);
    let maps = |dn: &str| file.maps_group(&DistinguishedName::parse(dn).unwrap());
    assert!(maps("CN=OTHER"));
    assert!(!maps("cn=another"));
}

#[test]
fn a_file_may_be_empty_and_must_be_a_map() {
    let parse = |content: &Value| MappingFile::parse(content, &mut Vec::new());
    assert_eq!(parse(&Value::Null), Ok(MappingFile::default()));
    assert_eq!(parse(&json!({})), Ok(MappingFile::default()));
    assert_eq!(
        parse(&json!([])),
        Err("expected a map from role to names but found [START_ARRAY]".to_owned())
    );
    let many = vec!["cn=x"; MAX_FILE_ENTRIES + 1];
    assert_eq!(parse(&json!({"r": many})), Err("more than [100000] distinguished names".to_owned()));
}
