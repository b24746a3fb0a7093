//! Whom rules match.

use super::*;

fn field(name: &str, value: &Value) -> Value {
    json!({"field": {name: value}})
}

#[test]
fn a_field_matches_by_its_kind() {
    let cases = [
        ("username", json!("jo"), true),
        ("username", json!("JO"), false),
        ("username", json!("j*"), true),
        ("username", json!("j?"), true),
        ("username", json!("/j[a-z]/"), true),
        ("username", json!("/j/"), false),
        ("username", json!(["x", "jo"]), true),
        ("username", json!([]), false),
        ("username", json!(null), false),
        ("username", json!(true), false),
        ("realm.name", json!("ldap1"), true),
        ("realm.name", json!("ldap*"), true),
        ("realm.name", json!("ldap2"), false),
        // Not there.
        ("realm.domain", json!(null), true),
        ("realm.domain", json!("x"), false),
        ("userid", json!("*"), false),
        ("userid", json!([null, "x"]), true),
        ("metadata", json!(null), true),
        ("metadata.", json!(null), true),
        ("metadata.other", json!(null), true),
        ("metadata.other", json!("*"), false),
        // Metadata, by the kind of the value.
        ("metadata.flag", json!(true), true),
        ("metadata.flag", json!(false), false),
        ("metadata.flag", json!("true"), false),
        ("metadata.count", json!(7), true),
        ("metadata.count", json!(7.0), true),
        ("metadata.count", json!(7.5), false),
        ("metadata.count", json!(-7), false),
        ("metadata.count", json!("7"), false),
        ("metadata.share", json!(0.5), true),
        ("metadata.share", json!(0), false),
        ("metadata.nothing", json!(null), true),
        ("metadata.nothing", json!("*"), false),
        ("metadata.mail", json!("*@example.com"), true),
        ("metadata.mail", json!("*@example.net"), false),
        ("metadata.mail", json!("jo@example.org"), true),
        ("metadata.mail", json!(null), false),
        ("metadata.object", json!("*"), false),
        // Keys with dots, and objects one level down.
        ("metadata.some.dotted.key", json!("x"), true),
        ("metadata.nested.key", json!("y"), true),
        ("metadata.nested.dotted.key", json!("z"), true),
        ("metadata.nestedkey", json!(null), true),
        // Only `dn` and `groups` know distinguished names.
        ("metadata.dn", json!("cn=jo,dc=example"), false),
        ("metadata.dn", json!("CN=Jo,DC=example"), true),
    ];
    for (name, value, expected) in cases {
        assert_eq!(matches(&field(name, &value), &jo()), expected, "{name}: {value}");
    }
}

#[test]
fn distinguished_names_match_in_their_normalized_form() {
    let cases = [
        ("dn", r"cn=bloggs\2C jo , ou=people,dc=EXAMPLE,dc=com", true),
        ("dn", "cn=\"Bloggs, Jo\",ou=people,dc=example,dc=com", true),
        ("dn", "cn=jo,ou=people,dc=example,dc=com", false),
        ("dn", "*,dc=example,dc=com", true),
        ("dn", "*,OU=People, DC=Example,DC=com", true),
        ("dn", "*,ou=groups,dc=example,dc=com", false),
        ("dn", "*,c=example,dc=com", false),
        ("dn", r"*,CN=Bloggs\, Jo,OU=People,DC=example,DC=com", false),
        ("dn", "CN=Bloggs*,OU=People,DC=example,DC=com", true),
        ("dn", "*,OU=People,*", true),
        ("dn", "*", true),
        ("dn", "*, *", true),
        (r"dn", r"/CN=Bloggs\\, Jo.*/", true),
        (r"dn", r"/cn=bloggs.*,dc=com/", true),
        (r"dn", r"/cn=Bloggs.*/", false),
        ("groups", "cn=admins,ou=groups,dc=example,dc=com", true),
        ("groups", "*,ou=groups,dc=example,dc=com", true),
        ("groups", "CN=Admin?,OU=*,DC=example,DC=com", true),
        ("groups", "CN=Admin,OU=Groups,DC=example,DC=com", false),
        // What is no distinguished name is a text.
        ("groups", "Plain Group", true),
        ("groups", "plain group", false),
        ("groups", "Plain*", true),
        ("groups", "plain*", false),
        ("groups", "*,", false),
    ];
    for (name, value, expected) in cases {
        assert_eq!(matches(&field(name, &json!(value)), &jo()), expected, "{name}: {value}");
    }
    let nobody = MappingSubject::default();
    for (name, value, expected) in
        [("dn", json!(null), true), ("dn", json!("*"), false), ("groups", json!(null), false)]
    {
        assert_eq!(matches(&field(name, &value), &nobody), expected, "{name}: {value}");
    }
}

#[test]
fn a_comma_in_a_value_is_not_one_that_separates() {
    let expressions = ["/.*,OU=Admins,.*/", "/cn=.,ou=admins,dc=example/", "/.*,OU=Admins,DC=example/"];
    let wildcards = ["*,OU=Admins,DC=example", "*,ou=admins,*", "CN=?,OU=Admins,DC=example"];
    for value in wildcards.into_iter().chain(expressions) {
        let rules = field("dn", &json!(value));
        let named = |dn: &str| MappingSubject { dn: Some(dn.to_owned()), ..MappingSubject::default() };
        assert!(matches(&rules, &named("CN=x,OU=Admins,DC=example")), "{value}");
        assert!(!matches(&rules, &named(r"CN=x\,OU=Admins,DC=example")), "{value}");
        assert!(!matches(&rules, &named("CN=\"x,OU=Admins\",DC=example")), "{value}");
    }
}

#[test]
fn rules_are_put_together() {
    let (yes, no) = (field("username", &json!("jo")), field("username", &json!("x")));
    let cases = [
        (json!({"any": []}), false),
        (json!({"all": []}), true),
        (json!({"any": [no, yes]}), true),
        (json!({"any": [no, no]}), false),
        (json!({"all": [yes, no]}), false),
        (json!({"all": [yes, yes]}), true),
        (json!({"all": [yes, {"except": no}]}), true),
        (json!({"all": [yes, {"except": yes}]}), false),
        (json!({"all": [{"except": {"all": [{"except": yes}]}}]}), true),
        (json!({"any": [{"all": [{"except": {"any": []}}]}]}), true),
    ];
    for (rules, expected) in cases {
        assert_eq!(matches(&rules, &jo()), expected, "{rules}");
    }
}

#[test]
fn who_is_not_meant_gets_nothing() {
    let body = |enabled: bool| json!({"enabled": enabled, "roles": ["a", "b", "a"], "rules": {"all": []}});
    let roles = |enabled| {
        let mapping = RoleMapping::parse("m", &body(enabled)).unwrap();
        mapping.roles_for(&PreparedSubject::new(&jo()))
    };
    assert_eq!(roles(true).roles, ["a", "b"]);
    assert_eq!(roles(false), MappedRoles::default());
}
