//! Each thing that can be wrong with a mapping, in the words of the API.

use super::*;

fn parse_error(reason: &str) -> MappingError {
    MappingError::Parse(reason.to_owned())
}

fn illegal(reason: &str) -> MappingError {
    MappingError::IllegalArgument(reason.to_owned())
}

fn invalid(items: &[&str]) -> MappingError {
    MappingError::RequestValidation(items.iter().map(|item| (*item).to_owned()).collect())
}

fn content(field: &str, reason: &str) -> MappingError {
    MappingError::XContentParse { field: Some(field.to_owned()), reason: reason.to_owned() }
}

/// A good body with one field changed, or taken away if the value is `null`.
fn body(field: &str, value: Value) -> Value {
    let mut body = json!({"enabled": true, "roles": ["r"], "rules": {"any": []}, "metadata": {}});
    let fields = body.as_object_mut().unwrap();
    match value {
        Value::Null => drop(fields.shift_remove(field)),
        value => drop(fields.insert(field.to_owned(), value)),
    }
    body
}

#[test]
fn of_the_whole() {
    let mistyped = |field: &str, token: &str| {
        content(field, &format!("[role-mapping] {field} doesn't support values of type: {token}"))
    };
    let missing =
        |field: &str| parse_error(&format!("failed to parse role-mapping [m]. missing field [{field}]"));
    let cases = [
        (
            json!([]),
            MappingError::XContentParse {
                field: None,
                reason: "[role-mapping] Expected START_OBJECT but was: START_ARRAY".to_owned(),
            },
        ),
        (json!({}), missing("roles")),
        (body("roles", Value::Null), missing("roles")),
        (body("rules", Value::Null), missing("rules")),
        (body("enabled", Value::Null), missing("enabled")),
        (body("name", json!("m")), content("name", "[role-mapping] unknown field [name]")),
        (body("enabled", json!(1)), mistyped("enabled", "VALUE_NUMBER")),
        (
            body("enabled", json!("yes")),
            illegal("Failed to parse value [yes] as only [true] or [false] are allowed.").within("enabled"),
        ),
        (body("roles", json!({})), mistyped("roles", "START_OBJECT")),
        (body("roles", json!(["a", 1])), mistyped("roles", "VALUE_NUMBER")),
        (body("roles", json!(["a", null])), mistyped("roles", "VALUE_NULL")),
        (body("metadata", json!([])), mistyped("metadata", "START_ARRAY")),
        (body("role_templates", json!("x")), mistyped("role_templates", "VALUE_STRING")),
        (body("role_templates", json!([1])), mistyped("role_templates", "VALUE_NUMBER")),
        (body("roles", json!([])), invalid(&["role-mapping roles or role-templates are missing"])),
        (
            body("role_templates", json!([{"template": "x"}])),
            invalid(&["role-mapping cannot have both roles and role-templates"]),
        ),
        (body("metadata", json!({"_x": 1})), invalid(&["metadata keys may not start with [_]"])),
    ];
    for (body, expected) in cases {
        assert_eq!(RoleMapping::parse("m", &body), Err(expected), "{body}");
    }
}

#[test]
fn of_the_name() {
    let good = body("metadata", json!({}));
    assert_eq!(RoleMapping::parse("", &good), Err(invalid(&["role-mapping name is missing"])));
    assert_eq!(
        RoleMapping::parse("", &body("metadata", json!({"_x": 1}))),
        Err(invalid(&["role-mapping name is missing", "metadata keys may not start with [_]"]))
    );
    assert_eq!(
        RoleMapping::parse("m (read only)", &good),
        Err(illegal("Invalid mapping name [m (read only)]. [ (read only)] is not an allowed suffix"))
    );
    assert!(RoleMapping::parse("a name with spaces", &good).is_ok());
}

#[test]
fn of_rules() {
    let cases = [
        (json!([]), "expected [rules] to be an object but found [START_ARRAY] instead"),
        (json!("x"), "expected [rules] to be an object but found [VALUE_STRING] instead"),
        (json!(null), "expected [rules] to be an object but found [VALUE_NULL] instead"),
        (json!({}), "object [rules] does not contain any fields"),
        (json!({"any": [], "all": []}), "object [rules] contains multiple fields"),
        (json!({"except": {"any": []}}), "field [except] is not allowed within [rules]"),
        (json!({"any": [{"except": {"any": []}}]}), "field [except] is not allowed within [any]"),
        (
            json!({"all": [{"except": {"except": {"any": []}}}]}),
            "field [except] is not allowed within [except]",
        ),
        (json!({"none": []}), "field [none] is not recognised in object [rules]"),
        (json!({"all": [{"x": 1}]}), "field [x] is not recognised in object [all]"),
        (json!({"all": [{"except": {"x": 1}}]}), "field [x] is not recognised in object [except]"),
        (json!({"any": [{}]}), "object [any] does not contain any fields"),
        (json!({"all": [{"any": [], "all": []}]}), "object [all] contains multiple fields"),
        (json!({"field": {}}), "object [field] does not contain any fields"),
        (json!({"field": {"a": 1, "b": 2}}), "object [field] contains multiple fields"),
        (json!({"any": {}}), "field [any] requires an array"),
        (json!({"all": "x"}), "field [all] requires an array"),
        (json!({"any": [1]}), "expected an object but found [VALUE_NUMBER] instead"),
        (json!({"all": [["x"]]}), "expected an object but found [START_ARRAY] instead"),
        (json!({"all": [{"except": []}]}), "expected an object but found [START_ARRAY] instead"),
        (json!({"field": "x"}), "expected an object but found [VALUE_STRING] instead"),
        (json!({"field": {"x": {"y": 1}}}), "expected a field value but found [START_OBJECT] instead"),
        (json!({"field": {"x": [["y"]]}}), "expected a field value but found [START_ARRAY] instead"),
    ];
    for (rules, expected) in cases {
        let expected = parse_error(&format!("failed to parse rules expression. {expected}"));
        assert_eq!(with_rules(&rules), Err(expected), "{rules}");
    }
}

#[test]
fn of_patterns() {
    let cases = [
        (
            "/home/jo",
            "invalid pattern [/home/jo]. patterns starting with '/' indicate regular expression pattern and therefore \
             must also end with '/'. other patterns (those that do not start with '/') will be treated as simple \
             wildcard patterns",
        ),
        ("/(/", "invalid regular expression [/(/]: "),
    ];
    for (pattern, start) in cases {
        for field in ["username", "dn"] {
            let Err(MappingError::IllegalArgument(reason)) = with_rules(&json!({"field": {field: pattern}}))
            else {
                panic!("{pattern} was taken");
            };
            assert!(reason.starts_with(start), "{reason}");
        }
    }
}

#[test]
fn of_templates() {
    let outer = "role_templates";
    let within = |parser: &str, what: &str| content(outer, &format!("[{parser}] {what}"));
    let cases = [
        (json!({}), illegal("Required [template]")),
        (
            json!({"template": "x", "format": "xml"}),
            illegal("Invalid format [xml] expected one of [json,string]"),
        ),
        (
            json!({"template": "x", "format": null}),
            within("role-mapping-template", "format doesn't support values of type: VALUE_NULL"),
        ),
        (
            json!({"template": []}),
            within("role-mapping-template", "template doesn't support values of type: START_ARRAY"),
        ),
        (json!({"template": "x", "y": 1}), within("role-mapping-template", "unknown field [y]")),
        (
            json!({"template": {}}),
            illegal("must specify either [source] for an inline script or [id] for a stored script"),
        ),
        (
            json!({"template": "{}"}),
            illegal("must specify either [source] for an inline script or [id] for a stored script"),
        ),
        (
            json!({"template": {"id": "s"}}),
            illegal("a role template must have its [source]: there are no stored scripts, so none is [s]"),
        ),
        (
            json!({"template": {"source": "x", "lang": "painless"}}),
            illegal("a role template is [mustache] but this one is [painless]"),
        ),
        (
            json!({"template": {"source": 1}}),
            within("script", "source doesn't support values of type: VALUE_NUMBER"),
        ),
        (json!({"template": {"source": "x", "y": 1}}), within("script", "unknown field [y]")),
        (
            json!({"template": " {\"source\": \"x\""}),
            illegal("invalid role template: it begins like a JSON object and is none"),
        ),
        (
            json!({"template": "a{{#b}}"}),
            illegal("invalid role template: the section [b] does not end at position [1]"),
        ),
        (
            json!({"template": {"source": "{{> /etc/passwd}}"}}),
            illegal("invalid role template: there are no partials at position [0]"),
        ),
    ];
    for (template, expected) in cases {
        assert_eq!(with_template(&template), Err(expected), "{template}");
    }
}
