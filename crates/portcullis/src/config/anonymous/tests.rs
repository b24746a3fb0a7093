use crate::config::tests::file;

use super::*;

const PREFIX: &str = "xpack.security.authc.anonymous";

#[test]
fn roles_switch_it_on_as_a_list_or_as_text() {
    for roles in ["[a, b, a]", "'a, b'", "\n  - a\n  - b"] {
        let config = file(&format!("{PREFIX}.roles: {roles}\n")).load();
        let expected = Anonymous::new("_anonymous", vec!["a".to_owned(), "b".to_owned()], Denied::Forbidden);
        assert_eq!(config.authc.anonymous, expected, "{roles}");
        assert_eq!(
            config.warnings,
            [format!(
                "anonymous access is on: requests without credentials, and all users, have the roles [a, b] \
                 ([{PREFIX}.roles])"
            )]
        );
    }
    let config = file("").set(&format!("{PREFIX}.roles=a,b")).load();
    assert_eq!(config.authc.anonymous.roles(), ["a", "b"]);
}

#[test]
fn no_roles_leave_it_off() {
    for text in ["", "username: guest", "authz_exception: false"] {
        let text = if text.is_empty() { String::new() } else { format!("{PREFIX}.{text}\n") };
        let config = file(&text).load();
        assert!(!config.authc.anonymous.is_on(), "{text}");
        assert_eq!(config.warnings, [""; 0], "{text}");
    }
}

#[test]
fn name_and_exception_are_taken() {
    let text = format!("{PREFIX}:\n  username: guest\n  roles: r\n  authz_exception: false\n");
    let expected = Anonymous::new("guest", vec!["r".to_owned()], Denied::Unauthenticated);
    assert_eq!(file(&text).load().authc.anonymous, expected);
}

#[test]
fn the_superuser_is_warned_of_loudly() {
    let config = file(&format!("{PREFIX}.roles: [viewer, superuser]\n")).load();
    let [warning] = config.warnings.as_slice() else { panic!("{:?}", config.warnings) };
    assert!(warning.starts_with("ANYBODY WHO REACHES THIS NODE MAY DO EVERYTHING"), "{warning}");
}

#[test]
fn names_that_cannot_be_stop_the_start_also_while_it_is_off() {
    let rows = [
        ("username: elastic", "[elastic] is the name of a built-in user"),
        ("username: _system", "[_system] is the name of a built-in user"),
        ("username: ' guest'", "User names must be at least 1"),
        ("roles: [a, 'b\u{e9}']", "[b\u{e9}]: Role names must be at least 1"),
        ("roles: a,,b", "must not have an empty value"),
        ("roles: [a, '']", "must not have an empty value"),
        ("roles: []", "must not be empty"),
        ("username: [a]", "takes one value, not a list"),
        ("authz_exception: maybe", "only [true] or [false]"),
        ("role: a", "unknown setting [xpack.security.authc.anonymous.role] did you mean"),
    ];
    for (text, expected) in rows {
        let refusal = file(&format!("{PREFIX}.{text}\n")).refusal();
        assert!(
            refusal.starts_with("conf/portcullis.yml line 1: ") && refusal.contains(expected),
            "{refusal}"
        );
    }
}
