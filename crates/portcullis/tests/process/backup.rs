//! `portcullis backup` and `restore`, with a running node and without one.

use std::os::unix::fs::PermissionsExt;

use serde_json::json;

use crate::home::Home;
use crate::node::Node;

#[test]
fn what_worked_works_again_and_what_was_dead_stays_dead() {
    let home = Home::new();
    let node = Node::start_with(&home, "ELASTIC_PASSWORD", "changeme");
    let as_elastic = |method: &str, path: &str| node.request(method, path).basic("elastic", "changeme");
    let user = json!({"password": "s3krit-1", "roles": ["viewer"]});
    assert_eq!(as_elastic("PUT", "/_security/user/jo").json(user).send().status, 200);
    let key = || as_elastic("POST", "/_security/api_key").json(json!({"name": "k"})).send().body;
    let (live, dead) = (key(), key());
    let ids = json!({"ids": [dead["id"]]});
    assert_eq!(as_elastic("DELETE", "/_security/api_key").json(ids).send().status, 200);
    let role = json!({"cluster": ["monitor"], "metadata": {"a": "\u{e9}"}});
    assert_eq!(as_elastic("PUT", "/_security/role/reader").json(role).send().status, 200);
    let mapping = json!({"enabled": true, "roles": ["reader"], "rules": {"field": {"username": "*"}}});
    assert_eq!(as_elastic("PUT", "/_security/role_mapping/everybody").json(mapping).send().status, 200);
    let token = as_elastic("POST", "/_security/service/elastic/fleet-server/credential/token/t").send().body;
    let token = token["token"]["value"].as_str().unwrap().to_owned();
    home.run(&["backup", "running"]).well();
    node.end();
    home.run(&["backup", "stopped"]).well();
    let file = home.path().join("stopped");
    assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    let documents = |name: &str| {
        let text = std::fs::read_to_string(home.path().join(name)).unwrap();
        let lines: Vec<String> = text.lines().map(str::to_owned).collect();
        lines[1..lines.len() - 1].to_vec()
    };
    assert_eq!(documents("running"), documents("stopped"));

    let everything = |node: &Node| {
        let paths = [
            "/_security/user",
            "/_security/role",
            "/_security/role_mapping",
            "/_security/service/elastic/fleet-server/credential",
            "/_security/api_key",
        ];
        paths.map(|path| node.request("GET", path).basic("elastic", "changeme").send().body)
    };
    let node = Node::start(&home);
    let before = everything(&node);
    node.end();

    let other = Home::new();
    let file = file.display().to_string();
    let said = other.run(&["restore", &file]).well();
    assert!(said.contains("is valid again"), "{said}");
    assert!(other.run(&["restore", &file]).failed(70).contains("is not empty"));
    let node = Node::start(&other);
    assert_eq!((node.login("jo", "s3krit-1"), node.login("elastic", "changeme")), (200, 200));
    assert_eq!(everything(&node), before);
    assert_eq!(before[1]["reader"]["cluster"], json!(["monitor"]));
    assert_eq!(before[2]["everybody"]["roles"], json!(["reader"]));
    assert_eq!(node.login_with_token(&token), 200);
    let with_key = |key: &serde_json::Value| {
        let header = format!("ApiKey {}", key["encoded"].as_str().unwrap());
        node.request("GET", "/_security/_authenticate").header("Authorization", &header).send().status
    };
    assert_eq!((with_key(&live), with_key(&dead)), (200, 401));
    assert!(other.run(&["restore", &file]).failed(70).contains("in use"));
}

#[test]
fn a_file_that_is_not_whole_makes_no_store() {
    let home = Home::new();
    Node::start_with(&home, "ELASTIC_PASSWORD", "changeme").end();
    home.run(&["backup", "whole"]).well();
    let whole = std::fs::read(home.path().join("whole")).unwrap();
    std::fs::write(home.path().join("cut"), &whole[..whole.len() - 10]).unwrap();
    let other = Home::new();
    let cut = home.path().join("cut").display().to_string();
    assert!(other.run(&["restore", &cut]).failed(65).contains("nothing is written"));
    assert!(other.run(&["restore", "portcullis.yml"]).failed(65).contains("nothing is written"));
    assert!(!other.data().exists());
}

#[test]
fn without_a_store_there_is_nothing_to_back_up() {
    let home = Home::new();
    assert!(home.run(&["backup", "file"]).failed(67).contains("there is no store"));
    assert!(!home.data().exists() && !home.path().join("file").exists());
}
