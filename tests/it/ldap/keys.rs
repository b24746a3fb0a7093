//! What users of a directory own and manage: API keys are theirs, users and passwords of the native realm are not.

use portcullis_tests::slapd::content;
use portcullis_tests::{logs, secrets};
use serde_json::{Value, json};

use super::{both, clear, map, user};

portcullis_tests::tests![
    a_directorys_user_has_api_keys,
    keys_are_found_and_invalidated_by_the_realms_name,
    users_of_a_directory_are_not_listed,
    the_password_of_a_directory_is_not_changed_here,
    what_they_do_is_in_the_log_with_their_realm,
];

const KEYS: &str = "/_security/api_key";

fn names(keys: &Value) -> Vec<&str> {
    let keys = keys["api_keys"].as_array().unwrap();
    let mut names: Vec<&str> = keys.iter().map(|key| key["name"].as_str().unwrap()).collect();
    names.sort_unstable();
    names
}

async fn a_directorys_user_has_api_keys() {
    let (slapd, node) = both().await;
    node.elastic()
        .put("/_security/role/owners")
        .json(&json!({"cluster": ["manage_own_api_key", "read_security"]}))
        .await
        .ok();
    map(&node, "m", &["owners"], json!({"field": {"groups": content::group("admins")}})).await;
    let jo = user(&node, "jo");
    let (id, key) = node.key_of(&jo, &json!({"name": "k"})).await;
    let who = key.whoami().await;
    assert_eq!((&who["username"], &who["authentication_type"]), (&json!("jo"), &json!("api_key")));
    assert_eq!(who["api_key"]["id"], id);
    let told = jo.get(&format!("{KEYS}?id={id}")).await.ok();
    let told = &told["api_keys"][0];
    assert_eq!(
        (&told["username"], &told["realm"], &told["realm_type"]),
        (&json!("jo"), &json!("corp"), &json!("ldap"))
    );
    // The key's own rights are those that its owner had; the directory is not asked for them.
    key.get("/_security/role").await.ok();
    let before = (slapd.binds().await, slapd.searches().await);
    node.elastic().delete("/_security/role_mapping/m").await.ok();
    slapd.remove_user("jo").await;
    clear(&node, "corp").await;
    assert_eq!((jo.login().await, key.login().await), (401, 200));
    key.get("/_security/role").await.ok();
    assert_eq!((slapd.binds().await, slapd.searches().await), (before.0, before.1 + 1));
}

async fn keys_are_found_and_invalidated_by_the_realms_name() {
    let (_slapd, node) = both().await;
    let privileges = json!({"cluster": ["manage_own_api_key"]});
    node.elastic().put("/_security/role/owners").json(&privileges).await.ok();
    map(&node, "m", &["owners"], json!({"field": {"realm.name": "corp"}})).await;
    let native = node.user("jo", &["owners"]).await;
    let (jo, amy) = (user(&node, "jo"), user(&node, "amy"));
    let mut keys = Vec::new();
    for (owner, name) in [(&native, "native-jo"), (&jo, "corp-jo"), (&amy, "corp-amy"), (&amy, "corp-amy-2")]
    {
        keys.push(node.key_of(owner, &json!({"name": name})).await.1);
    }
    let [of_native, of_jo, of_amy, of_amy_too] = keys.as_slice() else { panic!("four keys") };
    let elastic = node.elastic();
    let of_corp = elastic.get(&format!("{KEYS}?realm_name=corp")).await.ok();
    assert_eq!(names(&of_corp), ["corp-amy", "corp-amy-2", "corp-jo"]);
    // The same name in another realm is somebody else.
    assert_eq!(names(&jo.get(&format!("{KEYS}?owner=true")).await.ok()), ["corp-jo"]);
    assert_eq!(names(&jo.get(&format!("{KEYS}?username=jo&realm_name=corp")).await.ok()), ["corp-jo"]);
    jo.get(&format!("{KEYS}?username=jo&realm_name=default_native")).await.refused(403, "security_exception");
    for body in [json!({"realm_name": "corp"}), json!({"username": "jo", "realm_name": "default_native"})] {
        jo.delete(KEYS).json(&body).await.refused(403, "security_exception");
    }
    jo.delete(KEYS).json(&json!({"username": "jo", "realm_name": "corp"})).await.ok();
    assert_eq!((of_jo.login().await, of_native.login().await, of_amy.login().await), (401, 200, 200));
    let gone = elastic.delete(KEYS).json(&json!({"realm_name": "corp"})).await.ok();
    assert_eq!(gone["invalidated_api_keys"].as_array().map(Vec::len), Some(2), "{gone}");
    assert_eq!((of_amy.login().await, of_amy_too.login().await, of_native.login().await), (401, 401, 200));
}

async fn users_of_a_directory_are_not_listed() {
    let (_slapd, node) = both().await;
    user(&node, "jo").whoami().await;
    node.elastic().run_as("amy").whoami().await;
    let listed = node.elastic().get("/_security/user").await.ok();
    assert!(
        listed.get("jo").is_none() && listed.get("amy").is_none() && listed.get("elastic").is_some(),
        "{listed}"
    );
    let answer = node.elastic().get("/_security/user/jo").await;
    assert_eq!((answer.status, answer.json()), (404, json!({})));
    let gone = node.elastic().delete("/_security/user/jo").await;
    assert_eq!((gone.status, gone.json()), (404, json!({"found": false})));
}

async fn the_password_of_a_directory_is_not_changed_here() {
    let (_slapd, node) = both().await;
    let jo = user(&node, "jo");
    let body = json!({"password": secrets::password()});
    let targets = ["/_security/user/_password", "/_security/user/jo/_password"];
    for target in targets {
        let denied = jo.put(target).json(&body).await.refused(403, "security_exception");
        assert!(denied["reason"].as_str().unwrap().contains("user [jo]"), "{denied}");
    }
    // Not either that of the native user of the same name.
    let native = node.user("jo", &[]).await;
    for target in targets {
        jo.put(target).json(&body).await.refused(403, "security_exception");
    }
    assert_eq!((native.login().await, jo.login().await), (200, 200));
    node.elastic().delete("/_security/user/jo").await.ok();
    // Who may change passwords is told that there is none to change.
    map(&node, "m", &["superuser"], json!({"field": {"dn": content::user("jo")}})).await;
    let reason = "Validation Failed: 1: user must exist in order to change password;";
    for target in targets {
        jo.put(target).json(&body).await.refused_because(400, "validation_exception", reason);
    }
    assert_eq!(jo.login().await, 200);
}

async fn what_they_do_is_in_the_log_with_their_realm() {
    let (_slapd, node) = both().await;
    map(&node, "m", &["superuser"], json!({"field": {"realm.name": "corp"}})).await;
    let id = "a-request-of-somebody-of-corp";
    user(&node, "jo").put("/_security/role/r").json(&json!({})).header("X-Request-Id", id).await.ok();
    let mut lines = logs::lines_with(id);
    lines.retain(|line| line["event.action"] == "put_role");
    let [line] = lines.as_slice() else { panic!("{lines:?}") };
    assert_eq!((&line["user.name"], &line["user.realm"]), (&json!("jo"), &json!("corp")), "{line}");
}
