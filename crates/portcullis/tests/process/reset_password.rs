//! `portcullis reset-password`, through a node that runs and without one.

use serde_json::json;

use crate::home::{Done, Home};
use crate::node::Node;

/// The password that a run printed.
#[track_caller]
fn new_password(done: Done, username: &str) -> String {
    let out = done.well();
    let mut lines = out.lines();
    assert_eq!(lines.next(), Some(&*format!("Password for the [{username}] user successfully reset.")));
    let password = lines.next().and_then(|line| line.strip_prefix("New value: ")).unwrap();
    assert_eq!((password.len(), lines.next()), (20, None), "{out}");
    password.to_owned()
}

#[test]
fn through_the_running_node_the_old_password_is_dead_at_once() {
    let home = Home::new();
    let mut node = Node::start(&home);
    let mut old = new_password(home.run(&["reset-password", "elastic"]), "elastic");
    assert_eq!(node.login("elastic", &old), 200);
    for arguments in [["reset-password", "-u", "elastic"], ["reset-password", "elastic", "--auto"]] {
        // The cache knows the old one.
        assert_eq!(node.login("elastic", &old), 200);
        let new = new_password(home.run(&arguments), "elastic");
        assert_eq!((node.login("elastic", &old), node.login("elastic", &new)), (401, 200));
        assert!(!node.log().contains(&new), "{}", node.log());
        old = new;
    }
    assert_eq!(node.stop(), "");
}

#[test]
fn a_native_user_gets_one_and_keeps_everything_else() {
    let home = Home::new();
    let node = Node::start_with(&home, "ELASTIC_PASSWORD", "changeme");
    let put = node.request("PUT", "/_security/user/jo").basic("elastic", "changeme");
    let user = json!({"password": "s3krit-1", "roles": ["viewer"], "full_name": "Jo", "metadata": {"a": 1}});
    assert_eq!(put.json(user).send().status, 200);
    assert_eq!(node.login("jo", "s3krit-1"), 200);
    let new = new_password(home.run(&["reset-password", "jo"]), "jo");
    assert_eq!(node.login("jo", "s3krit-1"), 401);
    let me = node.request("GET", "/_security/_authenticate").basic("jo", &new).send();
    assert_eq!(me.status, 200);
    assert_eq!(
        (&me.body["roles"], &me.body["full_name"], &me.body["metadata"]),
        (&json!(["viewer"]), &json!("Jo"), &json!({"a": 1}))
    );
}

#[test]
fn without_a_node_it_is_written_into_the_store() {
    let home = Home::new();
    Node::start_with(&home, "ELASTIC_PASSWORD", "changeme").end();
    let new = new_password(home.run(&["reset-password", "elastic"]), "elastic");
    let node = Node::start(&home);
    assert_eq!((node.login("elastic", "changeme"), node.login("elastic", &new)), (401, 200));
}

#[test]
fn without_a_data_folder_none_is_made() {
    let home = Home::new();
    let said = home.run(&["reset-password", "elastic"]).failed(67);
    let place = home.data().display().to_string();
    assert!(said.contains(&format!("there is no data folder [{place}]")), "{said}");
    assert!(!home.data().exists());
}

#[test]
fn an_unknown_user_is_told() {
    let home = Home::new();
    let node = Node::start(&home);
    let said = home.run(&["reset-password", "nobody"]).failed(70);
    assert_eq!(said, "portcullis: user [nobody] does not exist\n");
    node.end();
    let said = home.run(&["reset-password", "nobody"]).failed(70);
    assert_eq!(said, "portcullis: user [nobody] does not exist\n");
}

#[test]
fn interactive_takes_one_line_where_there_is_no_terminal() {
    let home = Home::new();
    let node = Node::start_with(&home, "ELASTIC_PASSWORD", "changeme");
    let arguments = ["reset-password", "elastic", "-i"];
    let out = home.run_with_input(&arguments, "pässword 2\nthe second line\n").well();
    // What somebody typed is not shown again.
    assert_eq!(out, "Password for the [elastic] user successfully reset.\n");
    assert_eq!((node.login("elastic", "changeme"), node.login("elastic", "pässword 2")), (401, 200));
    for short in ["", "\n", "12345\n"] {
        let said = home.run_with_input(&arguments, short).failed(70);
        assert!(said.contains("passwords must be at least [6] characters long"), "{said}");
    }
    assert_eq!(node.login("elastic", "pässword 2"), 200);
}

#[test]
fn a_user_is_needed_and_one_way_to_choose_the_password() {
    let home = Home::new();
    for arguments in [&["reset-password"][..], &["reset-password", "elastic", "-a", "-i"]] {
        let said = home.run(arguments).failed(2);
        assert!(said.starts_with("error: "), "{said}");
    }
}

/// A socket's address takes about a hundred bytes of path; a data folder may lie deeper.
#[test]
fn a_deep_data_folder_is_no_obstacle() {
    let home = Home::new();
    let deep = format!("path.data=data/{}", "deep/".repeat(40));
    let node = Node::spawn(home.command(&["-E", &deep]));
    let new = new_password(home.run(&["reset-password", "elastic", "-E", &deep]), "elastic");
    assert_eq!(node.login("elastic", &new), 200);
    node.end();
}
