//! What lies within what.

use super::*;
use proptest::prelude::*;

fn set(patterns: &[&str]) -> PatternSet {
    PatternSet::parse(patterns.iter().copied()).unwrap()
}

#[test]
fn a_pattern_lies_within_a_wider_one() {
    let within: &[(&[&str], &[&str])] = &[
        (&["l*"], &["logs-*"]),
        (&["*"], &["*"]),
        (&["*"], &["/.*/", "a?b"]),
        (&["a*", "b*"], &["a*", "b1", "abc"]),
        (&["a*c"], &["abc", "a*b*c"]),
        (&["/[a-c]+/"], &["a", "abc", "/a{2,5}/"]),
        (&["?*"], &["??", "a*"]),
        (&["a", "b", "c"], &["/[a-c]/"]),
        (&["/~(a.*)/"], &["b*", ""]),
        (&[], &[]),
        (&["a"], &[]),
        (&["a"], &["/#/"]),
    ];
    for (wide, narrow) in within {
        assert!(set(wide).includes(&set(narrow)), "{narrow:?} should lie within {wide:?}");
    }
    let outside: &[(&[&str], &[&str])] = &[
        (&["logs-*"], &["l*"]),
        (&["a*", "b*"], &["*"]),
        (&["a*c"], &["a*"]),
        (&["a", "b"], &["/[a-c]/"]),
        (&["??"], &["?*"]),
        (&[], &["a"]),
        (&["/~(a.*)/"], &["a1"]),
    ];
    for (wide, narrow) in outside {
        assert!(!set(wide).includes(&set(narrow)), "{narrow:?} should not lie within {wide:?}");
    }
}

#[test]
fn what_is_denied_counts_on_both_sides() {
    let effort = Effort::default();
    let language = |allowed: &[&str], denied: &[&str]| Language::new(&set(allowed), &set(denied), &effort);
    assert!(language(&["a*"], &["ab*"]).includes(&language(&["a*"], &["a?*"]), &effort));
    assert!(!language(&["a*"], &["ab*"]).includes(&language(&["a*"], &[]), &effort));
    assert!(language(&["a*"], &["ab*"]).includes(&language(&["a*"], &["ab*", "ac*"]), &effort));
    assert!(language(&["a*"], &["b*"]).includes(&language(&["a*"], &[]), &effort));
    assert!(language(&[], &[]).includes(&language(&["a*"], &["*"]), &effort));
}

#[test]
fn what_is_too_hard_to_tell_is_a_no() {
    // To tell these apart takes one state for each set of places where the `a` may have been.
    let hard = set(&["/.*a.{16}/"]);
    assert!(!hard.includes(&set(&["/.*ab.{15}/"])));
    assert!(set(&["*"]).includes(&set(&["ab"])));
}

proptest! {
    #[test]
    fn whatever_lies_within_is_matched(wide in "[ab*?]{0,5}", narrow in "[ab*?]{0,5}", text in "[ab]{0,6}") {
        if set(&[&wide]).includes(&set(&[&narrow])) && matches(&narrow, &text) {
            prop_assert!(matches(&wide, &text));
        }
    }

    #[test]
    fn what_is_exact_lies_within_what_matches_it(wide in "[ab*?]{0,6}", text in "[ab]{0,6}") {
        prop_assert_eq!(set(&[&wide]).includes(&set(&[&text])), matches(&wide, &text));
    }

    #[test]
    fn everything_lies_within_itself(pattern in "[ab*?]{0,8}|/[ab.]{1,3}[*+?]?/") {
        prop_assert!(set(&[&pattern]).includes(&set(&[&pattern])));
    }
}
