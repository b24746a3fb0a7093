//! Names of applications and of their privileges, and what is said of bad ones.

use super::*;
use Wildcards::{Allowed, Refused};

#[test]
fn good_names_are_taken() {
    for name in ["app", "myApp1", "kibana-.kibana", "app_x*y".trim_end_matches("*y"), "abc-Ä"] {
        assert_eq!(validate_application_name(name, Refused), Ok(()), "{name}");
    }
    for name in ["*", "app*", "kibana-*", "a*"] {
        assert_eq!(validate_application_name(name, Allowed), Ok(()), "{name}");
    }
}

#[test]
fn bad_names_are_told_why() {
    let cases = [
        ("", Refused, "Application names cannot be blank"),
        ("  ", Allowed, "Application names cannot be blank"),
        ("app*", Refused, "Application names may not contain '*' (found 'app*')"),
        ("*", Refused, "Application names may not contain '*' (found '*')"),
        ("a*b", Allowed, "Application name patterns only support trailing wildcards (found 'a*b')"),
        ("a**", Allowed, "Application name patterns only support trailing wildcards (found 'a**')"),
        ("my app", Refused, "Application names may not contain whitespace (found 'my app')"),
        (
            "App",
            Refused,
            "An application name prefix must match the pattern ^[a-z][A-Za-z0-9]*$ (found 'App')",
        ),
        ("-app", Allowed, "An application name prefix must match the pattern ^[a-z][A-Za-z0-9]*$ (found '')"),
        ("ap", Refused, "An application name prefix must be at least 3 characters long (found 'ap')"),
        ("ap-x", Refused, "An application name prefix must be at least 3 characters long (found 'ap')"),
        (
            "app-a/b",
            Refused,
            "An application name suffix may not contain any of the characters '\\/*?\"<>| ,' (found '-a/b')",
        ),
    ];
    for (name, wildcards, message) in cases {
        assert_eq!(validate_application_name(name, wildcards), Err(message.to_owned()), "{name}");
    }
}

#[test]
fn privileges_are_names_or_visible_patterns() {
    for text in ["read", "data:read/*", "*", ""] {
        assert_eq!(validate_privilege_or_action(text), Ok(()), "{text}");
    }
    assert_eq!(
        validate_privilege_or_action("a b"),
        Err("Application privilege names and actions must match the pattern ^\\p{Graph}*$ (found 'a b')"
            .to_owned())
    );
}
