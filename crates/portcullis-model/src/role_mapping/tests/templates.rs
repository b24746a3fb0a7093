//! What roles templates give, and what is told of those that give none.

use super::*;

fn rendered(template: &Value) -> MappedRoles {
    with_template(template).unwrap().roles_for(&PreparedSubject::new(&jo()))
}

#[test]
fn a_template_gives_roles() {
    let text = |source: &str| json!({"template": {"source": source}});
    let array = |source: &str| json!({"template": {"source": source}, "format": "json"});
    let cases: [(Value, &[&str]); 12] = [
        (json!({"template": "user_{{username}}"}), &["user_jo"]),
        (text("{{realm.name}}-{{metadata.count}}-{{missing}}"), &["ldap1-7-"]),
        (text("{{#metadata.flag}}flagged{{/metadata.flag}}"), &["flagged"]),
        (text("{{^metadata.flag}}plain{{/metadata.flag}}"), &[]),
        (text("{{metadata.some.dotted.key}}{{metadata.nested.key}}"), &["xy"]),
        (array("\"{{username}}\""), &["jo"]),
        (array("[]"), &[]),
        (array("{{#tojson}}groups{{/tojson}}"), &["CN=Admins, OU=Groups, DC=example, DC=com", "Plain Group"]),
        (
            array("[{{#metadata.mail}}\"{{.}}\",{{/metadata.mail}}\"{{username}}\"]"),
            &["jo@example.org", "JO@example.com", "jo"],
        ),
        (
            array("[\"{{#join delimiter=' and '}}metadata.mail{{/join delimiter=' and '}}\"]"),
            &["jo@example.org and JO@example.com"],
        ),
        (array("[\"{{dn}}\", \"{{dn}}\"]"), &[r"CN=Bloggs\, Jo,OU=People,DC=example,DC=com"]),
        (
            json!({"template": {"source": "{{p}}{{username}}", "params": {"p": "of-", "username": "nobody"}}}),
            &["of-jo"],
        ),
    ];
    for (template, roles) in cases {
        assert_eq!(
            rendered(&template),
            MappedRoles { roles: roles.iter().map(|role| (*role).to_owned()).collect(), problems: vec![] },
            "{template}"
        );
    }
}

#[test]
fn output_that_is_no_list_of_names_gives_nothing_and_is_told() {
    let cases = [
        ("{}", "Roles template must generate a string or an array of strings, but found [START_OBJECT]"),
        (
            "{{#tojson}}missing{{/tojson}}",
            "Roles template must generate a string or an array of strings, but found [VALUE_NULL]",
        ),
        ("[\"a\", 1]", "Roles array may only contain strings but found [VALUE_NUMBER] [1]"),
        ("[\"a\", [\"b\"]]", "Roles array may only contain strings but found [START_ARRAY] [[\"b\"]]"),
        ("{{username}}", "Roles template must generate JSON, but at column [1] it does not"),
    ];
    for (source, problem) in cases {
        let mapped = rendered(&json!({"template": {"source": source}, "format": "json"}));
        assert_eq!(mapped, MappedRoles { roles: vec![], problems: vec![problem.to_owned()] }, "{source}");
    }
}

#[test]
fn a_bad_template_leaves_the_others_alone() {
    let templates = json!([
        {"template": "a"},
        {"template": {"source": "1"}, "format": "json"},
        {"template": "b"},
    ]);
    let body = json!({"enabled": true, "role_templates": templates, "rules": {"all": []}});
    let mapped = RoleMapping::parse("m", &body).unwrap().roles_for(&PreparedSubject::new(&jo()));
    assert_eq!(mapped.roles, ["a", "b"]);
    assert_eq!(mapped.problems.len(), 1);
}

#[test]
fn a_value_cannot_add_a_role() {
    let subject = MappingSubject { username: r#"x","superuser"#.to_owned(), ..jo() };
    let mapping =
        with_template(&json!({"template": {"source": "[\"{{username}}\"]"}, "format": "json"})).unwrap();
    assert_eq!(mapping.roles_for(&PreparedSubject::new(&subject)).roles, [r#"x","superuser"#]);
}
