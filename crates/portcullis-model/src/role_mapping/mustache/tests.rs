//! Templates: what they render, and what is refused.

use super::*;
use proptest::prelude::*;
use serde_json::{Value, json};

fn values() -> Value {
    json!({
        "a": "x",
        "b": {"c": {"d": "deep"}, "e.f": "dotted"},
        "list": ["1", "2"],
        "objects": [{"n": 1}, {"n": 2, "a": "own"}],
        "empty": [],
        "blank": "",
        "yes": true,
        "no": false,
        "null": null,
        "zero": 0,
        "odd": "q\"b\\n\n{{a}}",
    })
}

fn render(source: &str) -> String {
    Template::parse(source).unwrap().render(&[&values()]).unwrap()
}

#[test]
fn templates_render() {
    let cases = [
        ("", ""),
        ("plain } text { {", "plain } text { {"),
        ("{{a}}{{ a }}{{{a}}}{{{ a }}}{{&a}}{{& a}}", "xxxxxx"),
        ("{{missing}}{{null}}{{b.missing}}{{a.b}}", ""),
        ("{{b.c.d}}{{b.e.f}}{{list.1}}{{list.2}}", "deepdotted2"),
        ("{{zero}}{{yes}}{{no}}", "0truefalse"),
        ("{{list}}", r#"[\"1\",\"2\"]"#),
        ("{{{list}}}", r#"["1","2"]"#),
        ("{{odd}}", r#"q\"b\\n\n{{a}}"#),
        ("{{{odd}}}", "q\"b\\n\n{{a}}"),
        ("a{{! nothing }}b{{!\n}}c", "abc"),
        // Sections.
        ("{{#list}}<{{.}}>{{/list}}", "<1><2>"),
        ("{{#objects}}{{n}}{{a}};{{/objects}}", "1x;2own;"),
        ("{{#b}}{{#c}}{{d}}{{a}}{{/c}}{{/b}}", "deepx"),
        ("{{#b.c}}{{d}}{{/b.c}}", "deep"),
        ("{{# yes }}y{{/ yes }}{{#no}}n{{/no}}{{#zero}}z{{/zero}}{{#a}}a{{/a}}", "yza"),
        ("{{#empty}}e{{/empty}}{{#blank}}b{{/blank}}{{#null}}n{{/null}}{{#missing}}m{{/missing}}", ""),
        ("{{^empty}}e{{/empty}}{{^blank}}b{{/blank}}{{^null}}n{{/null}}{{^missing}}m{{/missing}}", "ebnm"),
        ("{{^list}}l{{/list}}{{^yes}}y{{/yes}}{{^no}}n{{/no}}", "n"),
        // Functions.
        (
            "{{#toJson}}list{{/toJson}}{{#tojson}} a {{/tojson}}{{#tojson}}missing{{/tojson}}",
            r#"["1","2"]"x"null"#,
        ),
        (
            "{{#join}}list{{/join}}|{{#join}}a{{/join}}|{{#join}}empty{{/join}}|{{#join}}missing{{/join}}",
            "1,2|x||",
        ),
        ("{{#join delimiter=' or '}}list{{/join delimiter=' or '}}", "1 or 2"),
        ("{{#url}}{{{odd}}}/ä{{/url}}", "q%22b%5Cn%0A%7B%7Ba%7D%7D%2F%C3%A4"),
        ("{{#list}}{{#toJson}}.{{/toJson}}{{/list}}", r#""1""2""#),
    ];
    for (source, expected) in cases {
        assert_eq!(render(source), expected, "{source}");
    }
}

#[test]
fn what_is_no_template_is_told_with_its_place() {
    let cases = [
        ("a{{b", "the tag does not end at position [1]"),
        ("{{{a}}", "the tag does not end at position [0]"),
        ("{{}}", "the name of a variable expected at position [0]"),
        ("{{a..b}}", "the name of a variable expected at position [0]"),
        ("{{#}}{{/}}", "the name of a variable expected at position [0]"),
        ("{{#a}}{{#b}}{{/b}}", "the section [a] does not end at position [0]"),
        ("{{#a}}{{/b}}", "[b] ends here and did not begin at position [6]"),
        ("{{/a}}", "[a] ends here and did not begin at position [0]"),
        ("{{> a}}", "there are no partials at position [0]"),
        ("{{=<% %>=}}", "delimiters cannot be changed at position [0]"),
        ("{{#toJson}}{{a}}{{/toJson}}", "[toJson] takes the name of a variable at position [0]"),
        ("{{#join}}{{/join}}", "[join] takes the name of a variable at position [0]"),
        ("{{#toJson}} {{/toJson}}", "the name of a variable expected at position [0]"),
        ("{{#join by='x'}}a{{/join by='x'}}", "[join] takes only [delimiter='…'] at position [0]"),
    ];
    for (source, expected) in cases {
        assert_eq!(Template::parse(source).unwrap_err().to_string(), expected, "{source}");
    }
}

#[test]
fn nesting_and_names_have_a_limit() {
    let nested = |depth: usize| Template::parse(&("{{#a}}".repeat(depth) + &"{{/a}}".repeat(depth)));
    assert!(nested(MAX_SECTION_NESTING).is_ok());
    let error = nested(MAX_SECTION_NESTING + 1).unwrap_err().to_string();
    assert_eq!(error, "sections may nest at most [32] deep at position [192]");
    let named = |length: usize| Template::parse(&format!("{{{{{}}}}}", "x".repeat(length)));
    assert!(named(MAX_VARIABLE_BYTES).is_ok());
    let error = named(MAX_VARIABLE_BYTES + 1).unwrap_err().to_string();
    assert_eq!(error, "the name of a variable may have at most [256] bytes at position [0]");
}

#[test]
fn later_scopes_go_first() {
    let template = Template::parse("{{a}}{{b}}").unwrap();
    let rendered = template.render(&[&json!({"a": 1, "b": 1}), &json!({"a": 2})]);
    assert_eq!(rendered, Ok("21".to_owned()));
}

proptest! {
    #[test]
    fn any_text_is_a_template_or_is_refused(source in "(\\{\\{|\\}\\}|[#/^!&>={} .a-c]|list|odd){0,24}") {
        if let Ok(template) = Template::parse(&source) {
            template.render(&[&values()]).ok();
        }
    }
}
