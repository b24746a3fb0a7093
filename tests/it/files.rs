//! The files of the configuration folder: their users, roles and tokens, what a change does, and what is left out.

use std::os::unix::fs::PermissionsExt;
use std::time::Duration;

use portcullis_security::files::Reading;
use portcullis_tests::client::Client;
use portcullis_tests::node::TestNode;
use portcullis_tests::{lines, secrets};
use serde_json::{Value, json};

portcullis_tests::tests![
    users_come_and_go_with_their_lines,
    roles_of_users_come_and_go_with_their_lines,
    a_role_of_the_file_counts_from_its_change,
    a_line_that_does_not_parse_is_left_out,
    a_file_that_cannot_be_read_keeps_what_was_good,
    yaml_that_does_not_parse_keeps_what_was_good,
    a_missing_file_is_empty,
    a_shrunken_file_is_read_twice,
    an_unchanged_file_evicts_nothing,
    the_running_node_takes_changes_in_by_itself,
    the_same_name_may_be_in_the_file_and_in_the_index,
    a_reserved_name_in_the_file_is_nobody,
    realms_are_asked_in_their_order,
    a_realm_that_does_not_authenticate_still_looks_users_up,
];

async fn users_come_and_go_with_their_lines() {
    let node = TestNode::start().await;
    let (jo_password, al_password) = (secrets::password(), secrets::password());
    let (jo, al) = (node.basic("jo", &jo_password), node.basic("al", &al_password));
    assert_eq!(jo.login().await, 401);
    let (jo_line, al_line) = (lines::user("jo", &jo_password), lines::user("al", &al_password));
    node.write("users", &format!("{jo_line}{al_line}"));
    let who = jo.whoami().await;
    assert_eq!(who["authentication_realm"], json!({"name": "default_file", "type": "file"}));
    assert_eq!((&who["roles"], &who["full_name"]), (&json!([]), &Value::Null));
    al.whoami().await;
    node.write("users", &al_line);
    assert_eq!(jo.login().await, 401);
    al.whoami().await;
    node.write("users", &format!("{al_line}{}", lines::user("jo", &secrets::password())));
    assert_eq!(jo.login().await, 401, "the old password");
    node.write("users", &format!("{al_line}{jo_line}"));
    assert_eq!(jo.login().await, 200, "the old password again");
}

async fn roles_of_users_come_and_go_with_their_lines() {
    let password = secrets::password();
    let node = TestNode::builder().file("users", &lines::user("jo", &password)).start().await;
    let jo = node.basic("jo", &password);
    assert_eq!(jo.whoami().await["roles"], json!([]));
    node.write("users_roles", "superuser:jo\nviewer : al , jo\n");
    let roles = jo.whoami().await["roles"].clone();
    let mut roles: Vec<&str> = roles.as_array().unwrap().iter().map(|role| role.as_str().unwrap()).collect();
    roles.sort_unstable();
    assert_eq!(roles, ["superuser", "viewer"]);
    jo.get("/_security/user").await.ok();
    node.write("users_roles", "viewer:jo\n");
    assert_eq!(jo.get("/_security/user").await.status, 403);
}

const ROLES: &str = "readers:\n  cluster: [ read_security ]\nothers:\n  cluster: [ monitor ]\n";

async fn a_role_of_the_file_counts_from_its_change() {
    let node = TestNode::builder().file("roles.yml", ROLES).start().await;
    let jo = node.user("jo", &["readers"]).await;
    let may = async || jo.get("/_security/user").await.status;
    assert_eq!(may().await, 200);
    node.write("roles.yml", "readers:\n  cluster: [ monitor ]\n");
    assert_eq!(may().await, 403);
    node.write("roles.yml", ROLES);
    assert_eq!(may().await, 200);
    node.write("roles.yml", "others:\n  cluster: [ monitor ]\n");
    assert_eq!(may().await, 403);
    let got = node.elastic().get("/_security/role/others").await;
    assert_eq!(got.status, 404, "roles of the file are not told");
}

/// What the statistics tell of a file.
async fn file(node: &TestNode, name: &str) -> Value {
    let stats = node.elastic().get("/_security/stats").await.ok();
    stats["nodes"][&node.security().settings().node_id]["files"][name].clone()
}

async fn a_line_that_does_not_parse_is_left_out() {
    let node = TestNode::start().await;
    let password = secrets::password();
    let line = lines::user("jo", &password);
    node.write("users", &format!("# comment\nno colon\n\n{line}al:plain text\n:x\n"));
    assert_eq!(node.basic("jo", &password).login().await, 200);
    let al = node.anonymous().with("Authorization", "Basic YWw6cGxhaW4gdGV4dA==");
    assert_eq!(al.login().await, 401, "a password stands in the file as it is");
    let told = file(&node, "users").await;
    let left_out: Vec<u64> =
        told["ignored_lines"].as_array().unwrap().iter().map(|it| it["line"].as_u64().unwrap()).collect();
    assert_eq!(left_out, [2, 5, 6]);
    assert!(!told.to_string().contains("plain text"), "{told}");

    let (line, bearer) = lines::token("t");
    node.write("service_tokens", &format!("broken\nelastic/fleet-server/u:plain text\n{line}"));
    node.anonymous().bearer(&bearer).whoami().await;
    assert_eq!(file(&node, "service_tokens").await["ignored_lines"].as_array().unwrap().len(), 2);

    node.write("users_roles", "superuser\nsuperuser:jo\n:jo\n");
    assert_eq!(node.basic("jo", &password).whoami().await["roles"], json!(["superuser"]));
    assert_eq!(file(&node, "users_roles").await["ignored_lines"].as_array().unwrap().len(), 2);
}

async fn a_file_that_cannot_be_read_keeps_what_was_good() {
    let password = secrets::password();
    let node = TestNode::builder().file("users", &lines::user("jo", &password)).start().await;
    let jo = node.basic("jo", &password);
    jo.whoami().await;
    assert_eq!(file(&node, "users").await["error"], Value::Null);
    let path = node.folders().configuration().join("users");
    std::fs::write(&path, [b'a', b':', 0xff, 0xfe]).unwrap();
    node.take_files_in();
    node.elastic().post("/_security/realm/*/_clear_cache").await.ok();
    jo.whoami().await;
    assert!(file(&node, "users").await["error"].as_str().unwrap().contains("UTF-8"));
    // A folder cannot be read, whoever one is.
    std::fs::remove_file(&path).unwrap();
    std::fs::create_dir(&path).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o700)).unwrap();
    node.take_files_in();
    node.elastic().post("/_security/realm/*/_clear_cache").await.ok();
    jo.whoami().await;
    assert!(file(&node, "users").await["error"].as_str().unwrap().contains("cannot be read"));
    std::fs::remove_dir(&path).unwrap();
    node.write("users", &lines::user("jo", &secrets::password()));
    assert_eq!(jo.login().await, 401);
    assert_eq!(file(&node, "users").await["error"], Value::Null);
}

async fn yaml_that_does_not_parse_keeps_what_was_good() {
    let node = TestNode::builder().file("roles.yml", ROLES).start().await;
    let jo = node.user("jo", &["readers"]).await;
    for broken in ["readers: [", "readers:\n\t- x: {\n", "- a\n- b\n"] {
        node.write("roles.yml", broken);
        node.elastic().post("/_security/role/*/_clear_cache").await.ok();
        assert_eq!(jo.get("/_security/user").await.status, 200, "{broken}");
        assert!(file(&node, "roles.yml").await["error"].is_string(), "{broken}");
    }
    // One bad role leaves the others.
    node.write("roles.yml", &format!("{ROLES}broken:\n  nonsense: 1\n"));
    assert_eq!(jo.get("/_security/user").await.status, 200);
    let told = file(&node, "roles.yml").await;
    assert_eq!(
        (&told["error"], told["ignored_lines"].as_array().unwrap().len()),
        (&Value::Null, 1),
        "{told}"
    );
}

async fn a_missing_file_is_empty() {
    let password = secrets::password();
    let node = TestNode::builder().file("users", &lines::user("jo", &password)).start().await;
    let jo = node.basic("jo", &password);
    jo.whoami().await;
    node.folders().remove("users");
    node.take_files_in();
    assert_eq!(jo.login().await, 401);
    assert_eq!(file(&node, "users").await["exists"], false);
}

async fn a_shrunken_file_is_read_twice() {
    let password = secrets::password();
    // No watcher may look in between.
    let line = lines::user("jo", &password);
    let node =
        TestNode::builder().file("users", &format!("{line}{}", lines::user("al", &password))).start().await;
    let jo = node.basic("jo", &password);
    jo.whoami().await;
    let looks_again = |text: &str| {
        node.folders().write("users", text);
        node.security().take_files_in(Reading::First)
    };
    assert!(looks_again(""), "an empty file does not count at once");
    node.take_files_in();
    assert_eq!(jo.login().await, 401);
    assert!(!looks_again(&format!("{line}{line}{line}")), "a file that grew counts at once");
    assert_eq!(jo.login().await, 200);
}

async fn an_unchanged_file_evicts_nothing() {
    let password = secrets::password();
    let line = lines::user("jo", &password);
    let node = TestNode::builder().file("users", &line).start().await;
    let jo = node.basic("jo", &password);
    jo.whoami().await;
    let before = node.slow_hashes();
    node.write("users", &line);
    node.write("users", &format!("{line}# a comment\n"));
    jo.whoami().await;
    assert_eq!(node.slow_hashes(), before);
}

/// Asks until the answer is `status`. The node looks at its files when the system tells it of a change.
async fn until(client: &Client, status: u16) {
    let asking = async { while client.login().await != status {} };
    tokio::time::timeout(Duration::from_secs(30), asking).await.expect("the change is not taken in");
}

async fn the_running_node_takes_changes_in_by_itself() {
    let node = TestNode::start().await;
    let password = secrets::password();
    let jo = node.basic("jo", &password);
    let (line, bearer) = lines::token("file1");
    let token = node.anonymous().bearer(&bearer);
    node.folders().write("users", &lines::user("jo", &password));
    until(&jo, 200).await;
    node.folders().write("service_tokens", &line);
    until(&token, 200).await;
    node.folders().write("users", "");
    until(&jo, 401).await;
    node.folders().remove("service_tokens");
    until(&token, 401).await;
}

async fn the_same_name_may_be_in_the_file_and_in_the_index() {
    let password = secrets::password();
    let node = TestNode::builder().file("users", &lines::user("jo", &password)).start().await;
    let of_index = node.user("jo", &[]).await;
    let of_file = node.basic("jo", &password);
    for _ in 0..2 {
        assert_eq!(of_file.whoami().await["authentication_realm"]["type"], "file");
        assert_eq!(of_index.whoami().await["authentication_realm"]["type"], "native");
    }
    node.elastic().delete("/_security/user/jo").await.ok();
    assert_eq!(of_index.login().await, 401);
    of_file.whoami().await;
}

async fn a_reserved_name_in_the_file_is_nobody() {
    let password = secrets::password();
    let node = TestNode::builder().file("users", &lines::user("elastic", &password)).start().await;
    assert_eq!(node.basic("elastic", &password).login().await, 401);
    node.elastic().whoami().await;
}

async fn realms_are_asked_in_their_order() {
    let password = secrets::password();
    let node = TestNode::builder()
        .setting("xpack.security.authc.realms.native.first.order", "1")
        .setting("xpack.security.authc.realms.file.second.order", "2")
        .file("users", &lines::user("jo", &password))
        .start()
        .await;
    node.elastic().put("/_security/user/jo").json(&json!({"password": password, "roles": []})).await.ok();
    let jo = node.basic("jo", &password);
    assert_eq!(jo.whoami().await["authentication_realm"], json!({"name": "first", "type": "native"}));
    node.elastic().delete("/_security/user/jo").await.ok();
    assert_eq!(jo.whoami().await["authentication_realm"], json!({"name": "second", "type": "file"}));
}

async fn a_realm_that_does_not_authenticate_still_looks_users_up() {
    let password = secrets::password();
    let node = TestNode::builder()
        .setting("xpack.security.authc.realms.file.f.order", "1")
        .setting("xpack.security.authc.realms.file.f.authentication.enabled", "false")
        .file("users", &lines::user("jo", &password))
        .start()
        .await;
    assert_eq!(node.basic("jo", &password).login().await, 401);
    assert_eq!(
        node.elastic().run_as("jo").whoami().await["lookup_realm"],
        json!({"name": "f", "type": "file"})
    );
}
