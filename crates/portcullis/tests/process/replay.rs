//! `portcullis restore --replay-revocations`: what was revoked after a backup stays revoked in what is restored from it.

use serde_json::{Value, json};

use crate::home::Home;
use crate::node::Node;

const PASSWORD: &str = "s3krit-1";

/// A node with users, keys, tokens, roles and mappings, all of them good.
struct Town {
    home: Home,
    node: Node,
    keys: Vec<Value>,
    tokens: Vec<String>,
}

impl Town {
    fn new() -> Self {
        let home = Home::new();
        let node = Node::start_with(&home, "ELASTIC_PASSWORD", "changeme");
        let mut town = Self { home, node, keys: Vec::new(), tokens: Vec::new() };
        for name in ["leaver", "locked", "changed", "again", "demoted", "renamed", "good"] {
            let user = json!({"password": PASSWORD, "roles": ["viewer"]});
            town.ok("PUT", &format!("/_security/user/{name}"), user);
        }
        for name in ["dead", "narrowed", "noted", "good"] {
            let key = town.ok("POST", "/_security/api_key", json!({"name": name}));
            town.keys.push(key);
        }
        for name in ["dead", "good"] {
            let path = format!("/_security/service/elastic/fleet-server/credential/token/{name}");
            let token = town.ok("POST", &path, Value::Null);
            town.tokens.push(token["token"]["value"].as_str().unwrap().to_owned());
        }
        for name in ["dropped", "narrowed", "good"] {
            town.ok(
                "PUT",
                &format!("/_security/role/{name}"),
                json!({"cluster": ["monitor", "manage_pipeline"]}),
            );
            let mapping =
                json!({"enabled": true, "roles": ["viewer"], "rules": {"field": {"username": "x"}}});
            town.ok("PUT", &format!("/_security/role_mapping/{name}"), mapping);
        }
        town.ok("PUT", "/_security/user/kibana_system/_password", json!({"password": PASSWORD}));
        town
    }

    #[track_caller]
    fn ok(&self, method: &str, path: &str, body: Value) -> Value {
        let request = self.node.request(method, path).basic("elastic", "changeme");
        let answer = if body.is_null() { request.send() } else { request.json(body).send() };
        assert_eq!(answer.status, 200, "{method} {path}: {answer:?}");
        answer.body
    }

    /// What somebody does who cleans up.
    fn revoke(&self) {
        self.ok("DELETE", "/_security/user/leaver", Value::Null);
        self.ok("PUT", "/_security/user/locked/_disable", Value::Null);
        self.ok("PUT", "/_security/user/again/_disable", Value::Null);
        self.ok("PUT", "/_security/user/again/_enable", Value::Null);
        self.ok("PUT", "/_security/user/changed/_password", json!({"password": "s3krit-2"}));
        self.ok("PUT", "/_security/user/kibana_system/_password", json!({"password": "s3krit-2"}));
        self.ok("PUT", "/_security/user/logstash_system/_password", json!({"password": "s3krit-2"}));
        self.ok("PUT", "/_security/user/demoted", json!({"roles": []}));
        self.ok("PUT", "/_security/user/renamed", json!({"roles": ["viewer"], "full_name": "R"}));
        self.ok("DELETE", "/_security/api_key", json!({"ids": [self.keys[0]["id"]]}));
        let less = json!({"role_descriptors": {"less": {"cluster": ["monitor"]}}});
        self.ok("PUT", &format!("/_security/api_key/{}", self.keys[1]["id"].as_str().unwrap()), less);
        let note = json!({"metadata": {"a": 1}});
        self.ok("PUT", &format!("/_security/api_key/{}", self.keys[2]["id"].as_str().unwrap()), note);
        let token = "/_security/service/elastic/fleet-server/credential/token/dead";
        self.ok("DELETE", token, Value::Null);
        self.ok("DELETE", "/_security/role/dropped", Value::Null);
        self.ok("PUT", "/_security/role/narrowed", json!({"cluster": ["monitor"]}));
        self.ok("DELETE", "/_security/role_mapping/dropped", Value::Null);
        let mapping = json!({"enabled": true, "roles": ["viewer"], "rules": {"field": {"username": "y"}}});
        self.ok("PUT", "/_security/role_mapping/narrowed", mapping);
    }
}

/// Who gets in.
fn admitted(node: &Node, keys: &[Value], tokens: &[String]) -> Vec<(String, u16)> {
    let mut all = Vec::new();
    for name in ["leaver", "locked", "changed", "again", "demoted", "renamed", "good", "kibana_system"] {
        all.push((name.to_owned(), node.login(name, PASSWORD)));
    }
    for key in keys {
        let header = format!("ApiKey {}", key["encoded"].as_str().unwrap());
        let answer = node.request("GET", "/_security/_authenticate").header("Authorization", &header).send();
        all.push((format!("key {}", key["name"].as_str().unwrap()), answer.status));
    }
    all.extend(tokens.iter().map(|token| ("token".to_owned(), node.login_with_token(token))));
    all
}

#[track_caller]
fn read(node: &Node, path: &str) -> Value {
    node.request("GET", path).basic("elastic", "changeme").send().body
}

#[test]
fn what_was_revoked_after_the_backup_stays_revoked() {
    let town = Town::new();
    town.home.run(&["backup", "backup"]).well();
    town.revoke();
    let Town { home, node, keys, tokens } = town;
    std::fs::write(home.path().join("log"), node.end_with_log()).unwrap();
    let (backup, log) = (home.path().join("backup"), home.path().join("log"));
    let (backup, log) = (backup.to_str().unwrap(), log.to_str().unwrap());

    let without = Home::new();
    without.run(&["restore", backup]).well();
    let node = Node::start(&without);
    let all = admitted(&node, &keys, &tokens);
    assert!(all.iter().all(|(_, status)| *status == 200), "the test can fail: {all:?}");
    node.end();

    let other = Home::new();
    let said = other.run(&["restore", backup, "--replay-revocations", log]).well();
    let node = Node::start(&other);
    let refused: Vec<String> = admitted(&node, &keys, &tokens)
        .into_iter()
        .filter(|(_, status)| *status == 401)
        .map(|(name, _)| name)
        .collect();
    assert_eq!(refused, ["leaver", "locked", "changed", "kibana_system", "key dead", "token"], "{said}");
    assert_eq!((node.login("logstash_system", "s3krit-2"), node.login("changed", "s3krit-2")), (401, 401));
    assert_eq!(node.login_with_token(&tokens[1]), 200);
    assert_eq!(read(&node, "/_security/user/demoted")["demoted"]["roles"], json!([]));
    assert_eq!(read(&node, "/_security/user/renamed")["renamed"]["roles"], json!(["viewer"]));
    let roles = read(&node, "/_security/role");
    assert!(roles["dropped"].is_null() && roles["narrowed"].is_null() && !roles["good"].is_null(), "{roles}");
    let mappings = read(&node, "/_security/role_mapping");
    assert!(mappings["dropped"].is_null(), "{mappings}");
    assert_eq!(
        (&mappings["narrowed"]["enabled"], &mappings["good"]["enabled"]),
        (&json!(false), &json!(true))
    );
    let monitor = |key: &Value| {
        let header = format!("ApiKey {}", key["encoded"].as_str().unwrap());
        node.request("GET", "/_security/user").header("Authorization", &header).send().status
    };
    assert_eq!(keys.iter().map(monitor).collect::<Vec<_>>(), [401, 403, 200, 200]);
    let key = read(&node, &format!("/_security/api_key?id={}", keys[0]["id"].as_str().unwrap()));
    assert!(key["api_keys"][0]["invalidation"].as_i64().is_some_and(|at| at > 0), "{key}");
    for line in [
        "1 API keys are invalidated",
        "1 service account tokens are not restored",
        "3 passwords do not work",
        "    changed\n",
        "    kibana_system\n",
        "    demoted\n",
        "    narrowed\n",
    ] {
        assert!(said.contains(line), "{line}: {said}");
    }
}

#[test]
fn a_log_that_begins_later_or_is_none_restores_nothing() {
    let town = Town::new();
    town.home.run(&["backup", "backup"]).well();
    town.revoke();
    let Town { home, node, .. } = town;
    let whole = node.end_with_log();
    let file = |name: &str, text: &str| {
        std::fs::write(home.path().join(name), text).unwrap();
        home.path().join(name).to_str().unwrap().to_owned()
    };
    let backup = home.path().join("backup");
    let backup = backup.to_str().unwrap();
    let made = whole.find("a backup was made").unwrap();
    let (earlier, later) = whole.split_at(made + whole[made..].find('\n').unwrap() + 1);
    let other = Home::new();
    let restore = |more: &[&str]| other.run(&[&["restore", backup], more].concat());
    let late = file("late", later);
    let said = restore(&["--replay-revocations", &late]).failed(65);
    assert!(said.contains("no log reaches back to the backup"), "{said}");
    let garbage = file("garbage", &format!("{earlier}what is this?\n{later}"));
    let said = restore(&["--replay-revocations", &garbage]).failed(65);
    let line = earlier.lines().count() + 1;
    assert!(said.contains(&format!("garbage], line {line}: it is no line of")), "{said}");
    assert!(!other.data().exists());

    // Rotated, in whatever order, and cut off at the end.
    let (early, cut) = (file("early", earlier), file("cut", &format!("{later}{{\"timestamp\":\"2")));
    let done = restore(&["--replay-revocations", &cut, "--replay-revocations", &early]);
    assert!(done.err.contains("is cut off, and left out"), "{done:?}");
    assert!(done.well().contains("1 API keys are invalidated"));

    let third = Home::new();
    let arguments = ["restore", backup, "--replay-revocations", &late, "--accept-gap"];
    assert!(third.run(&arguments).well().contains("1 API keys are invalidated"));
    assert!(third.run(&["restore", backup, "--accept-gap"]).failed(2).starts_with("error: "));
}
