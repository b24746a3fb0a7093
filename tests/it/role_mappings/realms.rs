//! Directories among the other realms: whose caches a change clears, who is asked first, and who may be acted as.

use portcullis_tests::directory::{TestDirectory, user};
use portcullis_tests::node::TestNode;
use portcullis_tests::{lines, secrets};
use serde_json::{Value, json};

use super::{CACHE, gives, jo, put, with_directory};

portcullis_tests::tests![
    a_change_clears_users_of_directories_and_nobody_else,
    the_same_name_may_be_in_two_realms,
    directories_are_asked_in_their_order,
    a_directory_that_is_away_is_neither_yes_nor_no,
    somebody_of_a_directory_can_be_acted_as,
];

const LOOKUPS: &str = "realm_lookup/ldap/corp";

async fn a_change_clears_users_of_directories_and_nobody_else() {
    let (corp, other) = (TestDirectory::new("ldap", "corp"), TestDirectory::new("active_directory", "other"));
    let password = secrets::password();
    let node = TestNode::builder()
        .file("users", &lines::user("fi", &password))
        .directory(10, &corp)
        .directory(11, &other)
        .start()
        .await;
    other.put(user("al"), &password);
    let (jo, al, fi) = (jo(&node, &corp), node.basic("al", &password), node.basic("fi", &password));
    let native = node.user("na", &[]).await;
    let (_, key) = node.key_of(&node.elastic(), &json!({"name": "k"})).await;
    let token = node.token("t").await;
    let acting = node.elastic().run_as("jo");
    let elastic = node.elastic();
    let kept = [
        (&fi, "realm/file/default_file"),
        (&native, "realm/native/default_native"),
        (&elastic, "realm/reserved/reserved"),
        (&key, "api_key"),
        (&token, "index_service_account_token"),
    ];
    let cleared = [(&jo, CACHE), (&al, "realm/active_directory/other"), (&acting, LOOKUPS)];
    for change in ["put", "put again", "file", "delete"] {
        for (client, _) in kept.iter().chain(&cleared) {
            client.whoami().await;
        }
        match change {
            "file" => node.write("role_mapping.yml", "r: ['cn=x']\n"),
            "delete" => drop(elastic.delete("/_security/role_mapping/m").await.ok()),
            _ => put(&node, "m", &gives(&[change], json!({"any": []}))).await,
        }
        for (_, cache) in cleared {
            assert_eq!(node.cache(cache).entries, 0, "{change}: {cache}");
        }
        for (client, cache) in kept {
            let hits = node.cache(cache).hits;
            client.whoami().await;
            assert_eq!(node.cache(cache).hits, hits + 1, "{change}: {cache} stays warm");
        }
    }
}

async fn the_same_name_may_be_in_two_realms() {
    let (node, corp) = with_directory().await;
    let remote = jo(&node, &corp);
    let native = node.user("jo", &["of-native"]).await;
    put(&node, "m", &gives(&["of-corp"], json!({"all": []}))).await;
    for _ in 0..2 {
        let who = remote.whoami().await;
        assert_eq!(
            (&who["authentication_realm"]["name"], &who["roles"]),
            (&json!("corp"), &json!(["of-corp"]))
        );
        let who = native.whoami().await;
        assert_eq!(
            (&who["authentication_realm"]["type"], &who["roles"]),
            (&json!("native"), &json!(["of-native"]))
        );
    }
    assert_eq!(node.basic("jo", &secrets::password()).login().await, 401);
    node.elastic().delete("/_security/user/jo").await.ok();
    assert_eq!(native.login().await, 401);
    remote.whoami().await;
    corp.remove("jo");
    node.elastic().post("/_security/realm/corp/_clear_cache").await.ok();
    assert_eq!(remote.login().await, 401);
}

async fn directories_are_asked_in_their_order() {
    let (first, second) = (TestDirectory::new("ldap", "first"), TestDirectory::new("ldap", "second"));
    // Not the order in which they were given.
    let node = TestNode::builder().directory(20, &second).directory(10, &first).start().await;
    let password = secrets::password();
    for directory in [&first, &second] {
        directory.put(user("both"), &password);
    }
    second.put(user("late"), &password);
    let realm =
        async |name: &str| node.basic(name, &password).whoami().await["authentication_realm"]["name"].clone();
    assert_eq!(realm("both").await, "first");
    assert_eq!(second.asked(), 0);
    assert_eq!(realm("late").await, "second");
    assert_eq!((first.asked(), second.asked()), (2, 1));
    for name in ["first", "second"] {
        put(&node, name, &gives(&[name], json!({"field": {"realm.name": name}}))).await;
    }
    for (name, roles) in [("both", json!(["first"])), ("late", json!(["second"]))] {
        assert_eq!(node.basic(name, &password).whoami().await["roles"], roles);
    }
}

async fn a_directory_that_is_away_is_neither_yes_nor_no() {
    let corp = TestDirectory::new("ldap", "corp");
    // Asked before the native realm.
    let node = TestNode::builder().directory(i64::MIN, &corp).start().await;
    let remote = jo(&node, &corp);
    let native = node.user("na", &[]).await;
    remote.whoami().await;
    corp.set_away(true);
    remote.whoami().await;
    native.whoami().await;
    for client in [node.basic("jo", &secrets::password()), node.basic("nobody", &secrets::password())] {
        let answer = client.authenticate().await;
        assert_eq!((answer.status, answer.header("retry-after")), (503, Some("1")));
        assert!(!answer.text().contains("corp"), "{}", answer.text());
    }
    node.elastic().whoami().await;
    // A mapping that changes meanwhile ends what was known.
    put(&node, "m", &gives(&["r"], json!({"all": []}))).await;
    assert_eq!(remote.login().await, 503);
    corp.set_away(false);
    assert_eq!(remote.whoami().await["roles"], json!(["r"]));
    assert_eq!(node.basic("nobody", &secrets::password()).login().await, 401);
}

async fn somebody_of_a_directory_can_be_acted_as() {
    let (node, corp) = with_directory().await;
    jo(&node, &corp);
    put(&node, "m", &gives(&["jos"], json!({"all": []}))).await;
    node.elastic().put("/_security/role/jos").json(&json!({"cluster": ["read_security"]})).await.ok();
    let acting = node.elastic().run_as("jo");
    let who = acting.whoami().await;
    assert_eq!(who["lookup_realm"], json!({"name": "corp", "type": "ldap"}));
    assert_eq!((&who["username"], &who["roles"]), (&json!("jo"), &json!(["jos"])));
    assert_eq!(who["metadata"]["ldap_dn"], "uid=jo,ou=people,dc=tests");
    let (before, asked) = (node.cache(LOOKUPS), corp.asked());
    acting.get("/_security/user").await.ok();
    let after = node.cache(LOOKUPS);
    assert_eq!((after.hits - before.hits, after.loads - before.loads, corp.asked()), (1, 0, asked));
    // The role, the mapping and the user each end it.
    put(&node, "m", &gives(&["other"], json!({"all": []}))).await;
    assert_eq!(acting.get("/_security/user").await.status, 403);
    assert_eq!(corp.asked(), asked + 1);
    corp.remove("jo");
    node.elastic().post("/_security/realm/corp/_clear_cache?usernames=jo").await.ok();
    let answer: Value = acting.authenticate().await.refused(403, "security_exception");
    assert!(answer["reason"].as_str().unwrap().contains("unauthorized to run as [jo]"), "{answer}");
    corp.set_away(true);
    assert_eq!(acting.login().await, 503);
}
