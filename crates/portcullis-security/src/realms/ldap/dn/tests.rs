//! Names that are made.

use proptest::prelude::*;

use super::*;

#[test]
fn signs_of_the_language_are_values() {
    let of = |name| from_template("uid={0},ou=people,dc=example,dc=com", name);
    assert_eq!(of("jo"), "uid=jo,ou=people,dc=example,dc=com");
    assert_eq!(of("jo,ou=admins"), "uid=jo\\2cou\\3dadmins,ou=people,dc=example,dc=com");
    assert_eq!(of("a+uid=b"), "uid=a\\2buid\\3db,ou=people,dc=example,dc=com");
    assert_eq!(of(" a#\\\"<>;"), "uid=\\20a#\\5c\\22\\3c\\3e\\3b,ou=people,dc=example,dc=com");
    assert_eq!(of("#a"), "uid=\\23a,ou=people,dc=example,dc=com");
}

#[test]
fn a_domain_has_a_base() {
    assert_eq!(of_domain("example.com"), "DC=example,DC=com");
    assert_eq!(of_domain("ad.example.com."), "DC=ad,DC=example,DC=com");
    assert_eq!(of_domain("a,b.c"), "DC=a\\2cb,DC=c");
}

proptest! {
    #[test]
    fn no_name_adds_a_part_to_a_dn(name in "\\PC*|[,+=;<>\"\\\\# \0a-z]*") {
        let made = from_template("uid={0},dc=x", &name);
        let inside = made.strip_prefix("uid=").unwrap().strip_suffix(",dc=x").unwrap();
        for sign in [',', '+', '=', ';', '<', '>', '"', '\0'] {
            prop_assert!(!inside.contains(sign), "{}", made);
        }
        // Each backslash begins two digits, so it takes nothing away of what comes after the name.
        for (at, _) in inside.match_indices('\\') {
            let digits = inside.get(at + 1..at + 3);
            prop_assert!(digits.is_some_and(|it| it.bytes().all(|it| it.is_ascii_hexdigit())), "{}", made);
        }
    }
}
