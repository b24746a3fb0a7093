//! Input that is meant to hurt: it is refused, or it costs no more than it may.

use super::*;

fn nested(depth: usize) -> Value {
    (1..depth).fold(json!({"any": []}), |rules, _| json!({"any": [rules]}))
}

#[test]
fn rules_nest_so_deep_and_no_deeper() {
    assert!(with_rules(&nested(MAX_RULE_NESTING)).is_ok());
    let too_deep = "failed to parse rules expression. rules may nest at most [32] deep";
    assert_eq!(with_rules(&nested(MAX_RULE_NESTING + 1)), Err(MappingError::Parse(too_deep.to_owned())));
    let exceptions =
        (0..MAX_RULE_NESTING).fold(json!({"any": []}), |rules, _| json!({"all": [{"except": rules}]}));
    assert_eq!(with_rules(&exceptions), Err(MappingError::Parse(too_deep.to_owned())));
}

#[test]
fn rules_are_so_many_and_no_more() {
    let values = |count: usize| with_rules(&json!({"field": {"x": vec!["y"; count]}}));
    assert!(values(MAX_RULE_NODES - 1).is_ok());
    let too_many =
        "failed to parse rules expression. a role mapping may have at most [10000] rules and values";
    assert_eq!(values(MAX_RULE_NODES), Err(MappingError::Parse(too_many.to_owned())));
    let rules = |count: usize| with_rules(&json!({"all": vec![json!({"any": []}); count]}));
    assert!(rules(MAX_RULE_NODES - 1).is_ok());
    assert_eq!(rules(MAX_RULE_NODES), Err(MappingError::Parse(too_many.to_owned())));
}

#[test]
fn hard_patterns_share_one_effort() {
    let hard = "/((a|b)*a(a|b){12}){20}/";
    let error = with_rules(&json!({"field": {"dn": vec![hard; 1_000]}})).unwrap_err();
    assert_eq!(error, MappingError::IllegalArgument(format!("pattern [{hard}] is too complex")));
}

#[test]
fn lists_have_an_end() {
    let sized = |field: &str, value: Value| {
        RoleMapping::parse("m", &json!({"enabled": true, field: value, "rules": {"all": []}}))
    };
    let too_many = |field: &str, most: usize| {
        Err(MappingError::IllegalArgument(format!(
            "a role mapping may have at most [{most}] entries in [{field}] but this one has [{}]",
            most + 1
        )))
    };
    assert!(sized("roles", json!(vec!["r"; MAX_ROLES])).is_ok());
    assert_eq!(sized("roles", json!(vec!["r"; MAX_ROLES + 1])), too_many("roles", MAX_ROLES));
    let template = json!({"template": "x"});
    assert!(sized("role_templates", json!(vec![&template; MAX_TEMPLATES])).is_ok());
    let templates = sized("role_templates", json!(vec![&template; MAX_TEMPLATES + 1]));
    assert_eq!(templates, too_many("role_templates", MAX_TEMPLATES));
}

#[test]
fn a_template_is_so_long_and_no_longer() {
    let sized = |bytes: usize| with_template(&json!({"template": "x".repeat(bytes)}));
    assert!(sized(MAX_TEMPLATE_BYTES).is_ok());
    let too_long = "a role template may have at most [32768] bytes but this one has [32769]";
    assert_eq!(sized(MAX_TEMPLATE_BYTES + 1), Err(MappingError::IllegalArgument(too_long.to_owned())));
}

#[test]
fn a_template_that_grows_with_its_values_stops() {
    let groups = (0..1_000).map(|n| format!("cn={n}")).collect();
    let subject = MappingSubject { groups, ..jo() };
    let problem = |source: &str| {
        let mapping = with_template(&json!({"template": {"source": source}})).unwrap();
        let mapped = mapping.roles_for(&PreparedSubject::new(&subject));
        assert_eq!(mapped.roles, Vec::<String>::new());
        mapped.problems
    };
    let square = "{{#groups}}{{#groups}}grown{{/groups}}{{/groups}}";
    assert_eq!(problem(square), ["invalid role template: it renders more than [65536] bytes"]);
    let silent = "{{#groups}}{{#groups}}{{#groups}}{{/groups}}{{/groups}}{{/groups}}";
    assert_eq!(problem(silent), ["invalid role template: it takes more than [100000] steps"]);
    let json = "{{#groups}}{{#tojson}}groups{{/tojson}}{{/groups}}";
    assert_eq!(problem(json), ["invalid role template: it renders more than [65536] bytes"]);
}

#[test]
fn a_template_that_needs_too_much_for_anybody_is_refused() {
    let many = vec![0; 400];
    let source = "{{#p}}{{#p}}grown{{/p}}{{/p}}";
    let error = with_template(&json!({"template": {"source": source, "params": {"p": many}}})).unwrap_err();
    let reason = "invalid role template: it renders more than [65536] bytes";
    assert_eq!(error, MappingError::IllegalArgument(reason.to_owned()));
}

#[test]
fn templates_give_so_many_roles_and_no_more() {
    let groups = (0..=MAX_ROLES).map(|n| format!("g{n}")).collect();
    let subject = MappingSubject { groups, ..jo() };
    let all = json!({"template": {"source": "{{#tojson}}groups{{/tojson}}"}, "format": "json"});
    let mapped = with_template(&all).unwrap().roles_for(&PreparedSubject::new(&subject));
    assert_eq!(mapped.problems, ["Roles array may have at most [1000] names but has [1001]"]);
    let body = json!({
        "enabled": true,
        "role_templates": [
            {"template": {"source": "[{{#groups}}\"a{{.}}\",{{/groups}}\"{{username}}\"]"}, "format": "json"},
            {"template": {"source": "[{{#groups}}\"b{{.}}\",{{/groups}}\"{{username}}\"]"}, "format": "json"},
        ],
        "rules": {"all": []},
    });
    let half = MappingSubject { groups: subject.groups[..700].to_vec(), ..subject };
    let mapped = RoleMapping::parse("m", &body).unwrap().roles_for(&PreparedSubject::new(&half));
    assert_eq!(mapped.roles.len(), MAX_ROLES);
    assert_eq!(mapped.problems, ["more than [1000] roles; the rest is left out"]);
}
