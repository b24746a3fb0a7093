//! Lucene's regular expressions.

use super::*;
use proptest::prelude::*;

#[test]
fn each_sign_does_what_it_says() {
    check("/abc/", &["abc"], &["ab", "xabc", "abcx"]);
    check("//", &[""], &["a", "/"]);
    check("/a.c/", &["abc", "a日c"], &["ac"]);
    check("/a|bc/", &["a", "bc"], &["ac", "abc"]);
    check("/(a|b)c/", &["ac", "bc"], &["c"]);
    check("/a?/", &["", "a"], &["aa"]);
    check("/a*/", &["", "aaa"], &["ab"]);
    check("/a+/", &["a", "aa"], &[""]);
    check("/a{2}/", &["aa"], &["a", "aaa"]);
    check("/a{2,}/", &["aa", "aaaa"], &["a"]);
    check("/a{1,3}/", &["a", "aaa"], &["", "aaaa"]);
    check("/(ab){0,1}/", &["", "ab"], &["abab"]);
    check("/[a-c]/", &["a", "b", "c"], &["d", ""]);
    check("/[^a-c]/", &["d", "日"], &["a", "", "dd"]);
    check("/[a-]/", &["a", "-"], &["b"]);
    check("/[]a]/", &["]", "a"], &["b"]);
    check(r"/[\]\d]/", &["]", "5"], &["d"]);
    check("/[a-ce-g]+/", &["abcefg"], &["d"]);
    check(r"/a\.b/", &["a.b"], &["axb"]);
    check(r"/\d\s\w\D\S\W/", &["5 _x. "], &["x x___"]);
    check("/\"a.b*\"/", &["a.b*"], &["axb"]);
    check("/()/", &[""], &["a"]);
    check("/a()b/", &["ab"], &["a"]);
}

#[test]
fn lucenes_own_signs_do_what_they_say() {
    check("/#/", &[], &["", "a"]);
    check("/a|#/", &["a"], &[""]);
    check("/@/", &["", "anything"], &[]);
    check("/a@/", &["a", "abc"], &["ba"]);
    check("/~a/", &["", "b", "aa"], &["a"]);
    check("/~(a.*)/", &["", "ba"], &["a", "ab"]);
    check("/~~a/", &["a"], &["", "b"]);
    // What is closest binds first: everything but `a`, any number of times.
    check("/~ab/", &["b", "bb", "aab"], &["ab", "a"]);
    check("/a.*&.*b/", &["ab", "axb"], &["a", "b", "ba"]);
    check("/[a-z]+&~(abc)/", &["ab", "abcd"], &["abc", "A"]);
    check("/~(.*secret.*)&logs-.*/", &["logs-1"], &["logs-secret", "metrics"]);
}

#[test]
fn intervals_are_numbers() {
    check("/<1-10>/", &["1", "5", "10", "01", "0010"], &["0", "11", "", "100"]);
    check("/<0-5>/", &["0", "5"], &["6", "", "00", "05"]);
    check("/<0-15>/", &["0", "00", "5", "05", "15"], &["16", ""]);
    check("/<01-10>/", &["01", "09", "10"], &["1", "9", "010", "11", "00"]);
    check("/<7-7>/", &["7"], &["07", "8"]);
    check("/<10-1>/", &["1", "10"], &["0", "11"]);
    check("/a<5-25>b/", &["a5b", "a25b", "a9b", "a024b"], &["a4b", "a26b", "ab"]);
    check("/logs-<2020-2024>/", &["logs-2020", "logs-2023"], &["logs-2025", "logs-02020"]);
}

#[test]
fn the_built_in_roles_expression_for_users_own_data_works() {
    check(
        "/~(([.]|ilm-history-).*)/",
        &["logs-1", "a.b", "ilm"],
        &[".security", ".x", "ilm-history-1", "ilm-history-"],
    );
    check("/metrics-(beats|kibana).*/", &["metrics-beats", "metrics-kibana-x"], &["metrics-x"]);
}

#[test]
fn what_is_wrong_is_told_with_its_place() {
    let cases = [
        ("/a", "invalid pattern [/a]. patterns starting with '/'"),
        ("/", "invalid pattern [/]. patterns starting with '/'"),
        ("/(a/", "expected ')' at position [3]"),
        ("/a)/", "end of expression expected at position [2]"),
        ("/[a/", "expected ']' at position [3]"),
        ("/[b-a]/", "invalid range (out of order) at position [5]"),
        ("/a{x}/", "integer expected at position [3]"),
        ("/a{1/", "expected '}' at position [4]"),
        ("/a{3,2}/", "invalid repetition range (out of order) at position [6]"),
        ("/\"a/", "expected '\"' at position [3]"),
        ("/<1>/", "expected an interval <n-m>"),
        ("/<name>/", "expected an interval <n-m>"),
        ("/a|/", "unexpected end of expression at position [3]"),
        ("/|a/", "unexpected character at position [1]"),
        (r"/a\/", "unexpected end of expression at position [3]"),
        ("/~/", "unexpected end of expression at position [2]"),
    ];
    for (pattern, expected) in cases {
        let error = Pattern::parse(pattern).unwrap_err().to_string();
        assert!(error.contains(expected), "{pattern}: {error}");
    }
    let whole = "invalid pattern [/a]. patterns starting with '/' indicate regular expression pattern and therefore must \
                 also end with '/'. other patterns (those that do not start with '/') will be treated as simple \
                 wildcard patterns";
    assert_eq!(Pattern::parse("/a").unwrap_err().to_string(), whole);
}

proptest! {
    #[test]
    fn a_complement_says_the_opposite(pattern in "[ab](\\|[ab]{1,3}|[ab.]?[*+?]){0,3}", text in "[abc]{0,6}") {
        let plain = matches(&format!("/{pattern}/"), &text);
        prop_assert_eq!(matches(&format!("/~({pattern})/"), &text), !plain);
    }

    #[test]
    fn an_intersection_says_both(a in "[ab.]{1,3}[*+]?", b in "[ab.]{1,3}[*+]?", text in "[ab]{0,5}") {
        let both = matches(&format!("/{a}/"), &text) && matches(&format!("/{b}/"), &text);
        prop_assert_eq!(matches(&format!("/{a}&{b}/"), &text), both);
    }

    #[test]
    fn an_interval_is_what_lies_between(low in 0..400_u64, high in 0..400_u64, number in 0..500_u64, zeros in 0..3_usize) {
        let pattern = interval::interval(low.min(high), low.max(high), None);
        let automaton = Automaton::compile(&pattern, &Effort::default()).unwrap();
        let inside = (low.min(high)..=low.max(high)).contains(&number);
        prop_assert_eq!(automaton.matches(&format!("{}{number}", "0".repeat(zeros))), inside);
    }

    #[test]
    fn an_interval_of_fixed_width_is_what_lies_between(low in 0..400_u64, high in 0..400_u64, number in 0..500_u64) {
        let pattern = interval::interval(low.min(high), low.max(high), Some(3));
        let automaton = Automaton::compile(&pattern, &Effort::default()).unwrap();
        let inside = (low.min(high)..=low.max(high)).contains(&number);
        prop_assert_eq!(automaton.matches(&format!("{number:03}")), inside);
    }
}
