use std::path::Path;

use proptest::prelude::*;

use super::{Written, parse};
use crate::config::error::Origin;

fn entries(text: &str) -> Vec<(String, String, u64)> {
    let found = parse(Path::new("p.yml"), text).unwrap();
    found
        .into_iter()
        .map(|entry| {
            let value = match entry.value {
                Written::One(text) => text,
                Written::Many(list) => format!("{list:?}"),
            };
            let Origin::File { line, .. } = entry.origin else { panic!("not of the file") };
            (entry.name, value, line)
        })
        .collect()
}

fn refusal(text: &str) -> String {
    parse(Path::new("p.yml"), text).unwrap_err().to_string()
}

fn one(name: &str, value: &str, line: u64) -> (String, String, u64) {
    (name.to_owned(), value.to_owned(), line)
}

#[test]
fn nested_dotted_and_mixed_keys_are_the_same_names() {
    let text = "# a comment\ncluster.name: a\nhttp:\n  port: 1\n  ssl.enabled: true\nx.y:\n  z:\n    - one\n    - 2\n";
    assert_eq!(
        entries(text),
        [
            one("cluster.name", "a", 2),
            one("http.port", "1", 4),
            one("http.ssl.enabled", "true", 5),
            one("x.y.z", r#"["one", "2"]"#, 7),
        ]
    );
}

#[test]
fn values_stay_as_they_were_written() {
    for (written, value) in [
        ("9.20", "9.20"),
        ("007", "007"),
        ("0x10", "0x10"),
        ("1e3", "1e3"),
        ("1_000", "1_000"),
        ("True", "True"),
        ("yes", "yes"),
        ("18446744073709551616", "18446744073709551616"),
        ("2026-01-01", "2026-01-01"),
        ("'null'", "null"),
        ("\"a\\tb\"", "a\tb"),
        ("9.20 # comment", "9.20"),
        ("${HOME}", "${HOME}"),
    ] {
        assert_eq!(entries(&format!("ü.b: {written}\n")), [one("ü.b", value, 1)], "{written}");
    }
}

#[test]
fn an_alias_has_the_value_of_its_anchor() {
    assert_eq!(entries("a: &x 9.20\nb: *x\n"), [one("a", "9.20", 1), one("b", "9.20", 2)]);
}

#[test]
fn nothing_at_all_is_no_settings() {
    for text in ["", "\n\n", "# only a comment\n", "---\n", "{}"] {
        assert_eq!(entries(text), [], "{text:?}");
    }
}

#[test]
fn a_name_stands_once() {
    let reason = refusal("a: 1\nb: 2\na: 3\n");
    assert_eq!(reason, "the configuration is wrong: p.yml line 3: not valid YAML: the key [a] stands twice");
    let reason = refusal("a.b: 1\n\na:\n  b: 2\n");
    assert_eq!(
        reason,
        "the configuration is wrong: p.yml line 4: setting [a.b] stands twice, first at p.yml line 1"
    );
}

#[test]
fn what_is_no_setting_is_refused_with_its_line() {
    assert_eq!(refusal("a:\n  b:\n"), "the configuration is wrong: p.yml line 2: setting [a.b] has no value");
    assert_eq!(
        refusal("a:\n  - b: 1\n"),
        "the configuration is wrong: p.yml line 1: setting [a] must be a list of plain values"
    );
    assert!(refusal("- a\n- b\n").contains("must be a map of settings"));
    assert!(refusal("just words\n").contains("must be a map of settings"));
    assert!(refusal("a: 1\nb: [1\nc: 2\n").contains("not valid YAML"));
    assert!(refusal("a: 1\n---\nb: 1\n").contains("not valid YAML"));
}

#[test]
fn a_problem_shows_no_other_value() {
    let reason = refusal("password: s3cret-s3cret\nb: [1\n");
    assert!(!reason.contains("s3cret"), "{reason}");
    assert_eq!(reason.lines().count(), 1, "{reason}");
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(text in "([a-z:\\-\\[\\]{}&*!|>'\"#% .\n]|\\PC){0,60}") {
        let _ = parse(Path::new("p.yml"), &text);
    }
}
