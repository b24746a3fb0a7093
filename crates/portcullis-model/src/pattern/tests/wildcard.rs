//! Simple wildcards.

use super::*;
use proptest::prelude::*;

#[test]
fn each_sign_does_what_it_says() {
    check("", &[""], &["a"]);
    check("*", &["", "a", "日本"], &[]);
    check("abc", &["abc"], &["ab", "abcd", "ABC"]);
    check("a*", &["a", "ab"], &["", "ba"]);
    check("*a", &["a", "ba"], &["ab", ""]);
    check("a*c", &["ac", "abc", "acc"], &["a", "c", "acb"]);
    check("a?c", &["abc", "a日c"], &["ac", "abbc"]);
    check("??", &["ab"], &["a", "abc"]);
    check("a**b", &["ab", "axb"], &["a"]);
    check("*a*b*a*", &["aba", "xaxbxax"], &["aab", "bab"]);
    check(r"a\*", &["a*"], &["a", "ab"]);
    check(r"a\?", &["a?"], &["ab"]);
    check(r"a\", &[r"a\"], &["a"]);
    check(r"a\\*", &[r"a\", r"a\x"], &["a"]);
    check("a[b]", &["a[b]"], &["ab"]);
    check("a/b/", &["a/b/"], &["a"]);
}

#[test]
fn many_asterisks_take_no_more_than_their_share() {
    let pattern = format!("{}b", "a*".repeat(500));
    assert!(!matches(&pattern, &"a".repeat(4_000)));
}

/// Says the same as the real one, by trying everything.
fn slowly(pattern: &[char], text: &[char]) -> bool {
    match pattern {
        [] => text.is_empty(),
        ['*', rest @ ..] => (0..=text.len()).any(|at| slowly(rest, &text[at..])),
        ['?', rest @ ..] => !text.is_empty() && slowly(rest, &text[1..]),
        [c, rest @ ..] => text.first() == Some(c) && slowly(rest, &text[1..]),
    }
}

proptest! {
    #[test]
    fn it_agrees_with_trying_everything(pattern in "[ab*?]{0,8}", text in "[ab]{0,8}") {
        let (p, t): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
        prop_assert_eq!(matches(&pattern, &text), slowly(&p, &t));
    }

    #[test]
    fn the_automaton_agrees_with_the_matcher(pattern in r"[ab*?\\]{0,8}", text in r"[ab*?\\]{0,8}") {
        let pattern = Pattern::parse(&pattern).unwrap();
        let automaton = Automaton::compile(&pattern.expression(), &Effort::default()).unwrap();
        prop_assert_eq!(pattern.matches(&text), automaton.matches(&text));
    }
}
