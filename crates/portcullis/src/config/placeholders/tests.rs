use proptest::prelude::*;

use super::fill;

fn filled(text: &str) -> Result<String, String> {
    fill(text, |name| match name {
        "HOME" => Some("/root"),
        "EMPTY" => Some(""),
        "NESTED" => Some("${HOME}"),
        _ => None,
    })
}

#[test]
fn variables_and_defaults_are_put_in() {
    for (text, expected) in [
        ("", ""),
        ("plain $HOME {HOME}", "plain $HOME {HOME}"),
        ("${HOME}", "/root"),
        ("a${HOME}b${HOME}c", "a/rootb/rootc"),
        ("${EMPTY}", ""),
        ("${EMPTY:x}", ""),
        ("${GONE:}", ""),
        ("${GONE:a:b}", "a:b"),
        ("${HOME:other}", "/root"),
        // What a variable holds is taken as it is.
        ("${NESTED}", "${HOME}"),
    ] {
        assert_eq!(filled(text).as_deref(), Ok(expected), "{text}");
    }
}

#[test]
fn a_missing_variable_is_named_and_the_rest_of_the_value_is_not() {
    let reason = filled("s3cret ${GONE} more").unwrap_err();
    assert_eq!(reason, "needs the environment variable [GONE], which is not set");
    let reason = filled("s3cret ${HOME").unwrap_err();
    assert_eq!(reason, "has a `${` without its `}`");
}

proptest! {
    #[test]
    fn any_text_is_either_filled_or_refused(text in ".*") {
        let result = filled(&text);
        if !text.contains("${") {
            prop_assert_eq!(result, Ok(text));
        }
    }
}
