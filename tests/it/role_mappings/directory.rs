//! Whom mappings give roles to: users of a directory, by what it says of them.

use portcullis_tests::directory;
use portcullis_tests::node::TestNode;
use portcullis_tests::secrets;
use serde_json::{Value, json};

use super::{gives, jo, put, with_directory};

portcullis_tests::tests![
    who_somebody_of_a_directory_is,
    a_rule_is_about_what_the_directory_says,
    rules_are_put_together,
    templates_make_names_of_roles,
    the_roles_of_all_mappings_are_put_together,
    a_disabled_mapping_gives_nothing,
    roles_allow_what_they_say,
    users_of_other_realms_are_not_mapped,
    a_change_counts_from_the_next_request,
];

async fn who_somebody_of_a_directory_is() {
    let (node, corp) = with_directory().await;
    let jo = jo(&node, &corp);
    put(&node, "m", &gives(&["viewer"], json!({"field": {"username": "jo"}}))).await;
    let realm = json!({"name": "corp", "type": "ldap"});
    let expected = json!({
        "username": "jo",
        "roles": ["viewer"],
        "full_name": "Jo March",
        "email": null,
        "metadata": {
            "room": 7,
            "ldap_dn": "uid=jo,ou=people,dc=tests",
            "ldap_groups": ["cn=Red,ou=groups,dc=tests", "cn=blue,ou=groups,dc=tests"],
        },
        "enabled": true,
        "authentication_realm": realm,
        "lookup_realm": realm,
        "authentication_type": "realm",
    });
    assert_eq!(jo.whoami().await, expected);
}

/// Whether a mapping with these rules is about `jo`.
async fn is_about(node: &TestNode, jo: &portcullis_tests::client::Client, rules: &Value) -> bool {
    put(node, "m", &gives(&["r"], rules.clone())).await;
    jo.whoami().await["roles"] == json!(["r"])
}

async fn a_rule_is_about_what_the_directory_says() {
    let (node, corp) = with_directory().await;
    let jo = jo(&node, &corp);
    let yes = [
        json!({"username": "jo"}),
        json!({"username": ["al", "j*"]}),
        json!({"username": "/j[a-z]/"}),
        json!({"dn": "UID=jo, OU=People, DC=Tests"}),
        json!({"dn": "*,ou=people,dc=tests"}),
        json!({"groups": "CN=red,OU=groups,DC=tests"}),
        json!({"groups": ["cn=green,ou=groups,dc=tests", "cn=Blue, ou=groups, dc=tests"]}),
        json!({"groups": "*,dc=tests"}),
        json!({"metadata.room": 7}),
        json!({"metadata.room": [1, 7.0]}),
        json!({"metadata.ldap_dn": "uid=jo,*"}),
        json!({"metadata.ldap_groups": "cn=blue,*"}),
        json!({"metadata.floor": null}),
        json!({"realm.name": "corp"}),
        json!({"realm.name": "c*"}),
    ];
    let no = [
        json!({"username": "JO"}),
        json!({"username": []}),
        json!({"username": null}),
        json!({"username": "/j/"}),
        json!({"dn": "ou=people,dc=tests"}),
        json!({"dn": "*,ou=groups,dc=tests"}),
        json!({"groups": "cn=red,dc=tests"}),
        json!({"groups": null}),
        json!({"metadata.room": "7"}),
        json!({"metadata.room": null}),
        json!({"realm.name": "default_native"}),
        json!({"realm": "corp"}),
        json!({"userid": "*"}),
    ];
    for (fields, expected) in yes.iter().map(|it| (it, true)).chain(no.iter().map(|it| (it, false))) {
        assert_eq!(is_about(&node, &jo, &json!({"field": fields})).await, expected, "{fields}");
    }
}

async fn rules_are_put_together() {
    let (node, corp) = with_directory().await;
    let jo = jo(&node, &corp);
    let (yes, no) = (json!({"field": {"username": "jo"}}), json!({"field": {"username": "al"}}));
    let cases = [
        (json!({"any": [no, yes]}), true),
        (json!({"any": [no, no]}), false),
        (json!({"all": [yes, yes]}), true),
        (json!({"all": [yes, no]}), false),
        (json!({"all": [yes, {"except": no}]}), true),
        (json!({"all": [yes, {"except": yes}]}), false),
        (json!({"all": [{"except": {"any": [no, yes]}}]}), false),
        (json!({"any": [{"all": [yes, {"except": {"all": [yes, no]}}]}]}), true),
    ];
    for (rules, expected) in cases {
        assert_eq!(is_about(&node, &jo, &rules).await, expected, "{rules}");
    }
}

async fn templates_make_names_of_roles() {
    let (node, corp) = with_directory().await;
    let jo = jo(&node, &corp);
    let cases = [
        (json!({"template": {"source": "of-{{username}}"}}), json!(["of-jo"])),
        (json!({"template": {"source": "{{realm.name}}-{{metadata.room}}"}}), json!(["corp-7"])),
        (
            json!({"template": {"source": "{{#tojson}}groups{{/tojson}}"}, "format": "json"}),
            json!(["cn=Red,ou=groups,dc=tests", "cn=blue,ou=groups,dc=tests"]),
        ),
        (
            json!({"template": {"source": "[\"b\",\"{{username}}\",\"b\"]"}, "format": "json"}),
            json!(["b", "jo"]),
        ),
        (json!({"template": {"source": "\"one\""}, "format": "json"}), json!(["one"])),
        (json!({"template": {"source": "{{nothing}}"}}), json!([])),
        (json!({"template": {"source": "{\"a\":1}"}, "format": "json"}), json!([])),
        (json!({"template": {"source": "[1]"}, "format": "json"}), json!([])),
        (json!({"template": {"source": "no JSON"}, "format": "json"}), json!([])),
    ];
    for (template, roles) in cases {
        let body =
            json!({"enabled": true, "role_templates": [template], "rules": {"field": {"username": "*"}}});
        put(&node, "m", &body).await;
        assert_eq!(jo.whoami().await["roles"], roles, "{template}");
    }
    // A name cannot add a role.
    let body = json!({
        "enabled": true,
        "role_templates": [{"template": {"source": "[\"{{username}}\"]"}, "format": "json"}],
        "rules": {"all": []},
    });
    put(&node, "m", &body).await;
    let (name, password) = (r#"x","superuser"#, secrets::password());
    corp.put(directory::user(name), &password);
    assert_eq!(node.basic(name, &password).whoami().await["roles"], json!([name]));
}

async fn the_roles_of_all_mappings_are_put_together() {
    let (node, corp) = with_directory().await;
    let jo = jo(&node, &corp);
    let everybody = json!({"all": []});
    put(&node, "a", &gives(&["red", "both"], everybody.clone())).await;
    put(&node, "b", &gives(&["both", "blue"], everybody)).await;
    put(&node, "c", &gives(&["other"], json!({"field": {"username": "al"}}))).await;
    node.write(
        "role_mapping.yml",
        "file: ['cn=red,ou=groups,dc=tests']\nboth: ['uid=jo,ou=people,dc=tests']\n",
    );
    assert_eq!(jo.whoami().await["roles"], json!(["blue", "both", "file", "red"]));
    node.elastic().delete("/_security/role_mapping/a").await.ok();
    assert_eq!(jo.whoami().await["roles"], json!(["blue", "both", "file"]));
}

async fn a_disabled_mapping_gives_nothing() {
    let (node, corp) = with_directory().await;
    let jo = jo(&node, &corp);
    let mut mapping = gives(&["r"], json!({"all": []}));
    for enabled in [true, false, true] {
        mapping["enabled"] = json!(enabled);
        put(&node, "m", &mapping).await;
        assert_eq!(jo.whoami().await["roles"], if enabled { json!(["r"]) } else { json!([]) });
    }
}

async fn roles_allow_what_they_say() {
    let (node, corp) = with_directory().await;
    let jo = jo(&node, &corp);
    // A role may be mapped before there is one.
    put(&node, "m", &gives(&["readers"], json!({"all": []}))).await;
    let may = async || jo.get("/_security/user").await.status;
    assert_eq!(may().await, 403);
    node.elastic().put("/_security/role/readers").json(&json!({"cluster": ["read_security"]})).await.ok();
    assert_eq!(may().await, 200);
    node.elastic().delete("/_security/role_mapping/m").await.ok();
    assert_eq!(may().await, 403);
}

async fn users_of_other_realms_are_not_mapped() {
    let password = secrets::password();
    let file = portcullis_tests::lines::user("fi", &password);
    let node = TestNode::builder().file("users", &file).start().await;
    put(&node, "m", &gives(&["mapped"], json!({"all": []}))).await;
    let native = node.user("na", &[]).await;
    let (_, key) = node.key_of(&node.elastic(), &json!({"name": "k"})).await;
    let token = node.token("t").await;
    for client in [node.basic("fi", &password), native, key, token] {
        assert_eq!(client.whoami().await["roles"], json!([]));
    }
    assert_eq!(node.elastic().whoami().await["roles"], json!(["superuser"]));
}

async fn a_change_counts_from_the_next_request() {
    let (node, corp) = with_directory().await;
    let jo = jo(&node, &corp);
    let roles = async || jo.whoami().await["roles"].clone();
    assert_eq!(roles().await, json!([]));
    put(&node, "m", &gives(&["a"], json!({"all": []}))).await;
    assert_eq!(roles().await, json!(["a"]));
    put(&node, "m", &gives(&["b"], json!({"all": []}))).await;
    assert_eq!(roles().await, json!(["b"]));
    put(&node, "m", &gives(&["b"], json!({"field": {"username": "al"}}))).await;
    assert_eq!(roles().await, json!([]));
    // What changes in the directory is seen when the user is cleared.
    put(&node, "m", &gives(&["green"], json!({"field": {"groups": "cn=green"}}))).await;
    assert_eq!(roles().await, json!([]));
    let mut changed = corp.find("jo").unwrap().unwrap();
    changed.groups = vec!["CN=Green".to_owned()];
    let password = secrets::password();
    corp.put(changed, &password);
    assert_eq!(roles().await, json!([]), "the cache answers");
    node.elastic().post("/_security/realm/corp/_clear_cache?usernames=jo").await.ok();
    assert_eq!(jo.login().await, 401);
    assert_eq!(node.basic("jo", &password).whoami().await["roles"], json!(["green"]));
}
