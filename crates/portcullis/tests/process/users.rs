//! `portcullis users`, beside a node that runs and without one.

use std::os::unix::fs::PermissionsExt;
use std::process::Stdio;

use crate::home::{Done, Home, Running};
use crate::node::Node;

/// The files are looked at so rarely here that only the command itself can have told the node.
const SETTINGS: &str =
    "xpack.security.authc.password_hashing.algorithm: bcrypt4\nresource.reload.interval.high: 1h\n";

/// A node that does not look at its configuration folder: it was made after the node had started.
fn unwatched(home: &Home) -> Node {
    std::fs::remove_dir_all(home.config()).unwrap();
    Node::spawn(home.command(&[
        "-E",
        "http.port=0",
        "-E",
        "resource.reload.interval.high=1h",
        "-E",
        "xpack.security.authc.password_hashing.algorithm=bcrypt4",
    ]))
}

fn users(home: &Home, arguments: &[&str]) -> Done {
    let cheap = ["-E", "xpack.security.authc.password_hashing.algorithm=bcrypt4"];
    home.run(&[&["users"], arguments, &cheap].concat())
}

#[track_caller]
fn quietly(home: &Home, arguments: &[&str]) {
    let done = users(home, arguments);
    assert_eq!((done.code, done.out.as_str(), done.err.as_str()), (Some(0), "", ""), "{done:?}");
}

#[test]
fn beside_a_node_a_command_that_has_ended_is_in_force() {
    let home = Home::with("");
    let node = unwatched(&home);
    let may = || node.request("GET", "/_cluster/health").basic("jo", "s3krit-2").send().status;
    quietly(&home, &["useradd", "jo", "-p", "s3krit-1"]);
    assert_eq!(node.login("jo", "s3krit-1"), 200);
    quietly(&home, &["passwd", "jo", "-p", "s3krit-2"]);
    assert_eq!((node.login("jo", "s3krit-1"), node.login("jo", "s3krit-2")), (401, 200));
    assert_eq!(may(), 403);
    quietly(&home, &["roles", "jo", "-a", "superuser,viewer"]);
    assert_eq!(may(), 200);
    let me = node.request("GET", "/_security/_authenticate").basic("jo", "s3krit-2").send().body;
    assert_eq!(me["roles"], serde_json::json!(["superuser", "viewer"]));
    assert_eq!(me["authentication_realm"]["type"], "file");
    quietly(&home, &["roles", "jo", "-r", "superuser"]);
    assert_eq!(may(), 403);
    quietly(&home, &["userdel", "jo"]);
    assert_eq!(node.login("jo", "s3krit-2"), 401);
    quietly(&home, &["useradd", "jo", "-p", "s3krit-3", "-r", "superuser"]);
    assert_eq!((node.login("jo", "s3krit-2"), node.login("jo", "s3krit-3")), (401, 200));
    node.end();
}

#[test]
fn without_a_node_the_next_one_finds_them() {
    let home = Home::with(SETTINGS);
    quietly(&home, &["useradd", "jo", "--password", "s3krit-1", "--roles", "viewer,superuser"]);
    quietly(&home, &["useradd", "al", "-p", "s3krit-2"]);
    quietly(&home, &["useradd", "bo", "-p", "s3krit-3", "-r", "viewer"]);
    quietly(&home, &["userdel", "bo"]);
    assert_eq!(users(&home, &["list"]).well(), "al             : -\njo             : superuser,viewer\n");
    assert_eq!(users(&home, &["list", "al"]).well(), "al             : -\n");
    assert_eq!(users(&home, &["roles", "jo"]).well(), "jo             : superuser,viewer\n");
    let content = |name| std::fs::read_to_string(home.config().join(name)).unwrap();
    assert_eq!(content("users_roles"), "superuser:jo\nviewer:jo\n");
    assert!(content("users").starts_with("jo:$2a$04$"), "{}", content("users"));
    for name in ["users", "users_roles"] {
        let mode = std::fs::metadata(home.config().join(name)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    assert!(!home.data().exists());
    let node = Node::start(&home);
    assert_eq!(
        (node.login("jo", "s3krit-1"), node.login("al", "s3krit-2"), node.login("bo", "s3krit-3")),
        (200, 200, 401)
    );
}

#[test]
fn where_there_is_no_terminal_the_password_is_one_line() {
    let home = Home::with(SETTINGS);
    let run = |arguments: &[&str], input: &str| home.run_with_input(&[&["users"], arguments].concat(), input);
    assert_eq!(run(&["useradd", "jo"], "pässword 1\r\nthe second line\n").well(), "");
    let node = Node::start(&home);
    assert_eq!(node.login("jo", "pässword 1"), 200);
    assert_eq!(run(&["passwd", "jo"], "pässword 2").well(), "");
    assert_eq!((node.login("jo", "pässword 1"), node.login("jo", "pässword 2")), (401, 200));
    let short = "portcullis: Invalid password... passwords must be at least [6] characters long\n";
    for input in ["", "\n", "12345\n"] {
        assert_eq!(run(&["passwd", "jo"], input).failed(65), short);
    }
    let long = run(&["passwd", "jo"], &"p".repeat(4097)).failed(65);
    assert_eq!(long, "portcullis: the password is longer than 4096 bytes\n");
    assert_eq!(node.login("jo", "pässword 2"), 200);
}

#[test]
fn what_cannot_be_done_is_told_with_the_exit_code_of_its_kind() {
    let home = Home::with(SETTINGS);
    quietly(&home, &["useradd", "jo", "-p", "s3krit-1"]);
    let refused = |arguments: &[&str], code, expected: &str| {
        let said = users(&home, arguments).failed(code);
        assert!(said.starts_with("portcullis: ") && said.contains(expected), "{said}");
        assert!(!said.contains("s3krit"), "{said}");
        assert_eq!(said.lines().count(), 1, "{said}");
    };
    refused(&["useradd", "jo", "-p", "s3krit-2"], 70, "User [jo] already exists");
    // Nobody is asked for a password in vain: there is none to read here.
    refused(&["useradd", "jo"], 70, "User [jo] already exists");
    refused(&["passwd", "al"], 67, "User [al] doesn't exist");
    for order in [&["userdel", "al"][..], &["roles", "al"], &["roles", "al", "-a", "viewer"], &["list", "al"]]
    {
        refused(order, 67, "User [al] doesn't exist");
    }
    refused(&["useradd", "elastic", "-p", "s3krit-2"], 65, "Invalid username [elastic]... ");
    refused(&["useradd", "a:b", "-p", "s3krit-2"], 65, "Invalid username [a:b]... ");
    refused(&["useradd", "al", "-p", "s3krit-2", "-r", "rôle"], 65, "Invalid role [rôle]... ");
    refused(&["roles", "jo", "-a", "a", "-r", "a"], 64, "Role [a] cannot be both added and removed");
    let nowhere = home.path().join("file");
    std::fs::write(&nowhere, "").unwrap();
    let nowhere = nowhere.to_str().unwrap();
    refused(&["useradd", "al", "-p", "s3krit-2", "--config", nowhere], 78, nowhere);
    assert_eq!(users(&home, &["list"]).well(), "jo             : -\n");
    for arguments in [&["users"][..], &["users", "useradd"], &["users", "list", "jo", "al"]] {
        home.run(arguments).failed(2);
    }
}

#[test]
fn roles_that_may_not_exist_are_given_and_told() {
    let home = Home::with(SETTINGS);
    let done = users(&home, &["useradd", "jo", "-p", "s3krit-1", "-r", "viewer,mine"]);
    assert_eq!((done.code, done.out.as_str()), (Some(0), ""));
    assert!(done.err.starts_with("portcullis: given, but [mine] is neither reserved nor in ["), "{done:?}");
    let listed = users(&home, &["list"]).well();
    assert!(listed.starts_with("jo             : mine*,viewer\n\n [*]   The role is "), "{listed}");
    home.write("roles.yml", "mine:\n  cluster: [ monitor ]\n");
    assert_eq!(users(&home, &["list"]).well(), "jo             : mine,viewer\n");
    quietly(&home, &["roles", "jo", "-a", "mine"]);
}

#[test]
fn tools_at_the_same_time_lose_nothing() {
    let home = Home::with(SETTINGS);
    let node = Node::start(&home);
    let names: Vec<String> = (0..8).map(|it| format!("user{it}")).collect();
    let started: Vec<Running> = names
        .iter()
        .map(|name| {
            let arguments = ["users", "useradd", name, "-p", "s3krit-1", "-r", "viewer,editor"];
            Running(home.command(&arguments).stdout(Stdio::null()).spawn().unwrap())
        })
        .collect();
    for mut running in started {
        assert_eq!(running.wait().code(), Some(0));
    }
    let expected: String = names.iter().map(|name| format!("{name:<15}: editor,viewer\n")).collect();
    let listed = users(&home, &["list"]).well();
    let sorted = listed.replace("viewer,editor", "editor,viewer");
    assert_eq!(sorted, expected);
    for name in &names {
        assert_eq!(node.login(name, "s3krit-1"), 200);
    }
}

/// The node's own file is no file; the tool works in another folder beside the same data.
fn elsewhere(home: &Home, file: &str) -> [String; 4] {
    let folder = home.path().join("elsewhere");
    std::fs::create_dir(&folder).unwrap();
    std::fs::copy(home.config().join("users"), folder.join("users")).unwrap();
    let _ = std::fs::remove_file(home.config().join(file));
    std::fs::create_dir(home.config().join(file)).unwrap();
    let data = format!("path.data={}", home.data().display());
    ["--config".to_owned(), folder.display().to_string(), "-E".to_owned(), data]
}

#[test]
fn a_node_that_does_not_take_it_in_is_told() {
    let home = Home::with(SETTINGS);
    let mut node = Node::start(&home);
    quietly(&home, &["useradd", "jo", "-p", "s3krit-1"]);
    let place = elsewhere(&home, "users");
    let place: Vec<&str> = place.iter().map(String::as_str).collect();
    let said = users(&home, &[&["passwd", "jo", "-p", "s3krit-2"], &place[..]].concat()).failed(70);
    let expected = "portcullis: [users] is written, but the running node has not confirmed that it took it in: \
                    [users] is not in force";
    assert!(said.starts_with(expected), "{said}");
    assert_eq!(node.login("jo", "s3krit-1"), 200);
    assert!(!node.log().contains("s3krit"), "{}", node.log());
}

/// Until its roles are in force, a new user might have those that an old line grants.
#[test]
fn a_user_whose_roles_the_node_does_not_take_in_is_not_added() {
    let home = Home::with(SETTINGS);
    let node = Node::start(&home);
    quietly(&home, &["useradd", "jo", "-p", "s3krit-1"]);
    let place = elsewhere(&home, "users_roles");
    let place: Vec<&str> = place.iter().map(String::as_str).collect();
    let add = ["useradd", "al", "-p", "--krit-2", "-r", "viewer"];
    let said = users(&home, &[&add, &place[..]].concat()).failed(70);
    assert!(said.starts_with("portcullis: [users_roles] is written, but the running node"), "{said}");
    assert!(said.ends_with("User [al] is not added\n"), "{said}");
    assert_eq!(users(&home, &[&["list"], &place[..]].concat()).well(), "jo             : -\n");
    node.end();
}

/// Until the node knows `users` as it is, whoever is gone from there may still get in, and would have the new roles.
#[test]
fn no_role_is_given_while_the_node_may_know_another_user_of_that_name() {
    let home = Home::with(SETTINGS);
    let node = Node::start(&home);
    quietly(&home, &["useradd", "jo", "-p", "s3krit-1"]);
    let place = elsewhere(&home, "users");
    let place: Vec<&str> = place.iter().map(String::as_str).collect();
    for order in
        [&["useradd", "al", "-p", "s3krit-2", "-r", "superuser"][..], &["roles", "jo", "-a", "superuser"]]
    {
        let said = users(&home, &[order, &place[..]].concat()).failed(70);
        let expected = "portcullis: nothing is written: the running node has not confirmed that it knows [users] as \
                        it is: [users] is not in force";
        assert!(said.starts_with(expected), "{said}");
    }
    assert!(!home.path().join("elsewhere/users_roles").exists());
    // What takes away waits for nobody.
    assert!(
        users(&home, &[&["roles", "jo", "-r", "viewer"], &place[..]].concat()).err.contains("did not have")
    );
    node.end();
}

#[test]
fn who_is_removed_is_gone_also_where_the_roles_stay() {
    let home = Home::with("");
    let node = unwatched(&home);
    quietly(&home, &["useradd", "jo", "-p", "s3krit-1", "-r", "viewer"]);
    assert_eq!(node.login("jo", "s3krit-1"), 200);
    // In the way of the temporary file, so that `users_roles` cannot be written.
    let in_the_way = home.config().join(".users_roles.tmp");
    std::fs::create_dir(&in_the_way).unwrap();
    let said = users(&home, &["userdel", "jo"]).failed(70);
    assert!(said.starts_with("portcullis: User [jo] is removed, but its roles are not: ["), "{said}");
    assert_eq!(node.login("jo", "s3krit-1"), 401);
    std::fs::remove_dir(in_the_way).unwrap();
    quietly(&home, &["userdel", "jo"]);
    users(&home, &["userdel", "jo"]).failed(67);
    node.end();
}
