//! Patterns made to do harm.

use super::*;
use proptest::prelude::*;

#[test]
fn length_has_an_end() {
    assert!(Pattern::parse(&"a".repeat(MAX_PATTERN_BYTES)).is_ok());
    let error = Pattern::parse(&"a".repeat(MAX_PATTERN_BYTES + 1)).unwrap_err();
    assert_eq!(error, PatternError::TooLong(MAX_PATTERN_BYTES + 1));
    assert_eq!(error.to_string(), "a pattern may have at most [8192] bytes but this one has [8193]");
}

#[test]
fn nesting_has_an_end() {
    let groups = |depth: usize| format!("/{}a{}/", "(".repeat(depth), ")".repeat(depth));
    assert!(Pattern::parse(&groups(MAX_NESTING)).is_ok());
    assert!(matches!(Pattern::parse(&groups(MAX_NESTING + 1)), Err(PatternError::TooDeep(_))));
    for sign in ["~", "?", "*", "(", "{1}"] {
        let text = sign.repeat(2_000);
        let pattern = if matches!(sign, "~" | "(") { format!("/{text}a/") } else { format!("/a{text}/") };
        assert!(matches!(Pattern::parse(&pattern), Err(PatternError::TooDeep(_))), "{sign}");
    }
}

#[test]
fn size_has_an_end() {
    for pattern in [
        "/a{1000000}/",
        "/(){4000000000}/",
        "/((a{100}){100}){100}/",
        "/(a{0,3000}){0,3000}/",
        // Deterministic, these have a state for each set of places.
        "/~(.*a.{20})/",
        "/~(.*a.{12}|.*b.{12}|.*c.{12})/",
        "/(.*a.{14})&(.*b.{14})&(.*c.{14})/",
        "/~(~(~(.*a.{13})b.{13})c.{13})/",
    ] {
        assert_eq!(Pattern::parse(pattern), Err(PatternError::TooComplex(pattern.to_owned())), "{pattern}");
    }
}

#[test]
fn a_large_pattern_against_a_long_text_ends() {
    let pattern = Pattern::parse("/((a|aa|aaa)*b?){1,50}c/").unwrap();
    assert!(!pattern.matches(&"a".repeat(2_000)));
    let nested = Pattern::parse("/((((a*)*)*)*)*b/").unwrap();
    assert!(!nested.matches(&"a".repeat(2_000)));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn no_text_makes_it_panic(pattern in "\\PC{0,60}", text in "\\PC{0,30}") {
        if let Ok(pattern) = Pattern::parse(&pattern) {
            let _ = pattern.matches(&text);
        }
    }

    #[test]
    fn no_expression_makes_it_panic(inside in r#"[ab0-9~&|<>\-@#"\[\]\^.()*+?{},\\]{0,16}"#, text in "[ab0-9]{0,8}") {
        if let Ok(pattern) = Pattern::parse(&format!("/{inside}/")) {
            let _ = pattern.matches(&text);
        }
    }
}
