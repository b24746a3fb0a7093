//! `users`, `users_roles`, `roles.yml` and `service_tokens`, edited by hand beside a node that runs.

use portcullis_secrets::{HashAlgorithm, Secret};

use crate::home::Home;
use crate::node::{Node, eventually};

fn hash(password: &str) -> String {
    let hash = HashAlgorithm::parse("bcrypt4").unwrap().hash(&Secret::from_string(password.to_owned()));
    hash.unwrap().as_str().to_owned()
}

fn line(username: &str, password: &str) -> String {
    format!("{username}:{}\n", hash(password))
}

#[test]
fn a_line_of_users_is_a_user_as_long_as_it_stands_there() {
    let home = Home::new();
    let node = Node::start(&home);
    assert_eq!(node.login("jo", "s3krit-1"), 401);
    let (jo, al) = (line("jo", "s3krit-1"), line("al", "s3krit-2"));
    home.write("users", &format!("{jo}{al}"));
    eventually("both get in", || node.login("jo", "s3krit-1") == 200 && node.login("al", "s3krit-2") == 200);
    home.write("users", &format!("{}{al}", line("jo", "s3krit-3")));
    eventually("the new password counts", || node.login("jo", "s3krit-3") == 200);
    assert_eq!(node.login("jo", "s3krit-1"), 401);
    home.write("users", &al);
    eventually("jo is gone", || node.login("jo", "s3krit-3") == 401);
    assert_eq!(node.login("al", "s3krit-2"), 200);
}

#[test]
fn roles_come_and_go_with_their_lines() {
    let home = Home::new();
    home.write("users", &line("jo", "s3krit-1"));
    let node = Node::start(&home);
    let may = || node.request("GET", "/_cluster/health").basic("jo", "s3krit-1").send().status;
    assert_eq!(may(), 403);
    home.write("roles.yml", "watcher:\n  cluster: [ monitor ]\n");
    home.write("users_roles", "watcher:jo\n");
    eventually("jo may", || may() == 200);
    home.write("roles.yml", "watcher:\n  cluster: [ manage_own_api_key ]\n");
    eventually("the role grants less", || may() == 403);
    home.write("roles.yml", "watcher:\n  cluster: [ monitor ]\n");
    eventually("the role grants it again", || may() == 200);
    home.write("users_roles", "watcher:al\n");
    eventually("jo has no role", || may() == 403);
    assert_eq!(node.login("jo", "s3krit-1"), 200);
}

#[test]
fn a_token_is_dead_once_its_line_is() {
    let home = Home::new();
    let node = Node::start(&home);
    let out = home.run(&["service-tokens", "create", "elastic/fleet-server", "file1"]).well();
    let token = out.trim_end().rsplit(' ').next().unwrap();
    assert_eq!(node.login_with_token(token), 200);
    let lines = std::fs::read_to_string(home.config().join("service_tokens")).unwrap();
    home.write("service_tokens", "# nobody\n");
    eventually("the token is dead", || node.login_with_token(token) == 401);
    home.write("service_tokens", &lines);
    eventually("the token is back", || node.login_with_token(token) == 200);
}

#[test]
fn lines_that_are_none_are_told_and_the_others_count() {
    let home = Home::new();
    home.write("users", &format!("plain:clear-text-password\nno colon here\n{}", line("jo", "s3krit-1")));
    let mut node = Node::start(&home);
    assert_eq!((node.login("jo", "s3krit-1"), node.login("plain", "clear-text-password")), (200, 401));
    let log = node.log();
    assert_eq!(log.matches("left out").count(), 2, "{log}");
    assert!(!log.contains("clear-text-password"), "{log}");
}
