//! What holds of every mapping: it is written as it was read, and it matches whom a naive reader of the rules thinks.

use super::*;
use proptest::collection::vec;
use proptest::prelude::*;

/// Rules over exact user names, so that a naive evaluator knows what a field matches.
fn rules() -> impl Strategy<Value = Value> {
    let name = prop_oneof![Just(json!("jo")), Just(json!("al")), Just(Value::Null)];
    let field = vec(name, 0..3).prop_map(|values| match values.as_slice() {
        [single] => json!({"field": {"username": single}}),
        several => json!({"field": {"username": several}}),
    });
    field.prop_recursive(4, 24, 3, |inner| {
        let except = inner.clone().prop_map(|rule| json!({"except": rule}));
        prop_oneof![
            vec(inner.clone(), 0..3).prop_map(|rules| json!({"any": rules})),
            vec(prop_oneof![inner, except], 0..3).prop_map(|rules| json!({"all": rules})),
        ]
    })
}

fn naively(rule: &Value, username: &str) -> bool {
    let each = |rules: &Value| {
        rules.as_array().unwrap().iter().map(|rule| naively(rule, username)).collect::<Vec<_>>()
    };
    match rule.as_object().unwrap().iter().next().unwrap() {
        (name, rules) if name == "any" => each(rules).contains(&true),
        (name, rules) if name == "all" => !each(rules).contains(&false),
        (name, rule) if name == "except" => !naively(rule, username),
        (_, field) => match &field["username"] {
            Value::Array(values) => values.iter().any(|value| value == username),
            value => value == username,
        },
    }
}

/// JSON that looks a little like rules.
fn json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "[a-z*?/\\\\=,. -]{0,8}".prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 32, 3, |inner| {
        let name = prop_oneof![
            Just("any"),
            Just("all"),
            Just("except"),
            Just("field"),
            Just("dn"),
            Just("groups"),
            Just("metadata.count"),
        ];
        prop_oneof![
            vec(inner.clone(), 0..3).prop_map(Value::from),
            vec((name, inner), 1..2).prop_map(|fields| {
                fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect::<Map<_, _>>().into()
            }),
        ]
    })
}

proptest! {
    #[test]
    fn rules_mean_what_they_say(rules in rules()) {
        prop_assert_eq!(matches(&rules, &jo()), naively(&rules, "jo"), "{}", rules);
    }

    #[test]
    fn rules_are_written_as_they_were_read(rules in rules()) {
        prop_assert_eq!(&with_rules(&rules).unwrap().to_json()["rules"], &rules);
    }

    #[test]
    fn anything_may_be_sent(rules in json()) {
        if let Ok(mapping) = with_rules(&rules) {
            drop(mapping.roles_for(&PreparedSubject::new(&jo())));
            prop_assert_eq!(RoleMapping::parse("m", &mapping.to_json()), Ok(mapping));
        }
    }

    #[test]
    fn a_value_never_changes_what_a_template_does(username in "[{}#/^!>.&a\"\\\\= ]{0,12}") {
        let subject = MappingSubject { username: username.clone(), ..jo() };
        let roles = |source: &str, format: &str| {
            let template = json!({"template": {"source": source}, "format": format});
            with_template(&template).unwrap().roles_for(&PreparedSubject::new(&subject)).roles
        };
        prop_assert_eq!(roles("[\"a\",\"x{{username}}y\",\"b\"]", "json"), ["a", &format!("x{username}y"), "b"]);
        prop_assert_eq!(roles("x{{{username}}}y", "string"), [format!("x{username}y")]);
        let listed = roles("[{{#tojson}}username{{/tojson}},\"b\"]", "json");
        prop_assert_eq!(listed.last().map(String::as_str), Some("b"));
    }
}
