//! Patterns for normalized names.

use super::*;
use crate::pattern::Pattern;

#[test]
fn a_pattern_is_normalized_as_the_names_are() {
    let cases = [
        ("CN=*, OU=People", "cn=jo,ou=people", true),
        ("CN=*, OU=People", "cn=jo,ou=persons", false),
        ("CN=J?,OU=People", "cn=jo,ou=people", true),
        ("CN=Admins*", "cn=admins,dc=example", true),
        (r"CN=Smith\, J*,DC=a", r"cn=smith\, john,dc=a", true),
        (r"CN=\*,DC=a", "cn=*,dc=a", true),
        (r"CN=\*,DC=a", "cn=jo,dc=a", false),
        ("OU=*+CN=jo,DC=a", "cn=jo+ou=x,dc=a", true),
        // No names by themselves.
        ("*", "cn=jo", true),
        ("*, OU=People , *", "cn=jo,ou=people,dc=a", true),
        ("*,OU=People,*", r"cn=jo\,ou=people,dc=a", false),
        (r"*Smith\, J*", r"cn=smith\, john,dc=a", true),
        (r"*\**", "cn=a*b", true),
        (r"*\**", "cn=ab", false),
        ("*\\", "cn=ab", false),
    ];
    for (pattern, name, expected) in cases {
        let folded = Pattern::parse(&folded_pattern(pattern)).unwrap();
        assert_eq!(folded.matches(read(name).normalized()), expected, "[{pattern}] and [{name}]");
    }
}

#[test]
fn the_marks_themselves_are_left_alone() {
    assert_eq!(folded_pattern("CN=\u{10fffe}*"), "CN=\u{10fffe}*");
}
