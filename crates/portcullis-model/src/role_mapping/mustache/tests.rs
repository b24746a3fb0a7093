//! Templates: what they render, and what is refused.

use super::*;
use serde_json::json;

#[test]
fn values_are_written_as_inside_of_a_json_string() {
    let template = Template::parse("[{{#a}}\"{{.}}\",{{/a}}{{{b}}}]").unwrap();
    let rendered = template.render(&[&json!({"a": ["x\"", "{{b}}"], "b": "\""})]);
    assert_eq!(rendered, Ok(r#"["x\"","{{b}}","]"#.to_owned()));
}
