//! Rules for names, at their edges, and their words.

use super::*;
use proptest::prelude::*;

#[test]
fn names_end_at_their_limits() {
    for max in [NATIVE_NAME_MAX, FILE_NAME_MAX] {
        assert_eq!(validate_user_name(&"a".repeat(max), max), Ok(()));
        assert!(validate_user_name(&"a".repeat(max + 1), max).is_err());
        assert!(validate_role_name(&"a".repeat(max + 1), max).is_err());
    }
}

#[test]
fn names_are_printable_ascii_without_blanks_at_their_ends() {
    for good in ["a", "a b", "~!@#$%^&*()", "_", "[x]", "/"] {
        assert_eq!(validate_role_name(good, NATIVE_NAME_MAX), Ok(()), "{good}");
    }
    for bad in ["", " ", " a", "a ", "ä", "a\tb", "a\n", "\u{7f}"] {
        assert!(validate_role_name(bad, NATIVE_NAME_MAX).is_err(), "{bad:?}");
    }
}

#[test]
fn the_rule_is_told() {
    let rule = "names must be at least 1 and no more than 507 characters. They can contain alphanumeric characters \
                (a-z, A-Z, 0-9), spaces, punctuation, and printable symbols in the Basic Latin (ASCII) block. \
                Leading or trailing whitespace is not allowed.";
    assert_eq!(validate_user_name("", NATIVE_NAME_MAX), Err(format!("User {rule}")));
    assert_eq!(validate_role_name("", NATIVE_NAME_MAX), Err(format!("Role {rule}")));
    assert!(validate_user_name("", FILE_NAME_MAX).unwrap_err().contains("no more than 1024 characters"));
    assert_eq!(validate_password_length(5), Err("passwords must be at least [6] characters long".to_owned()));
    assert_eq!(validate_password_length(6), Ok(()));
}

#[test]
fn token_names_follow_their_own_rule() {
    for good in ["a", "-", "a_b", "token1", &"x".repeat(TOKEN_NAME_MAX)] {
        assert_eq!(validate_token_name(good), Ok(()), "{good}");
    }
    for bad in ["", "_a", "a.b", "a b", "ä", "*", &"x".repeat(TOKEN_NAME_MAX + 1)] {
        assert!(validate_token_name(bad).is_err(), "{bad}");
    }
    let expected = "invalid service token name [_a]. service account token name must have at least 1 character and at \
                    most 256 characters that are alphanumeric (A-Z, a-z, 0-9) or hyphen (-) or underscore (_). It must \
                    not begin with an underscore (_).";
    assert_eq!(validate_token_name("_a"), Err(expected.to_owned()));
}

#[test]
fn a_token_id_has_three_pieces() {
    let id = ServiceTokenId::parse("elastic/fleet-server/token1").unwrap();
    assert_eq!(id, ServiceTokenId::new("elastic", "fleet-server", "token1"));
    assert_eq!(id.to_string(), "elastic/fleet-server/token1");
    assert_eq!(id.principal(), "elastic/fleet-server");
    for bad in ["", "a", "a/b", "a/b/c/d", "a/b/", "/b/c", "a//c", "a/b/_c", "a/b/c d"] {
        assert_eq!(ServiceTokenId::parse(bad), None, "{bad}");
    }
}

proptest! {
    #[test]
    fn what_is_read_as_a_token_id_is_what_was_written(text in "[a-z/_]{0,20}|\\PC{0,20}") {
        if let Some(id) = ServiceTokenId::parse(&text) {
            prop_assert_eq!(id.to_string(), text);
        }
    }
}
