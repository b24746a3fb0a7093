//! Distinguished names: what is read, and which are the same.

use super::*;

fn normalized(text: &str) -> String {
    DistinguishedName::parse(text).unwrap().normalized().to_owned()
}

#[test]
fn names_are_compared_without_case_and_spaces() {
    assert_eq!(normalized(" CN = Jo   Bloggs , OU=People;DC=Example"), "cn=jo bloggs,ou=people,dc=example");
}
