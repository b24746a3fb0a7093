//! `portcullis service-tokens`, beside a node that runs and without one.

use std::os::unix::fs::PermissionsExt;

use crate::home::Home;
use crate::node::Node;

const ACCOUNT: &str = "elastic/fleet-server";

#[track_caller]
fn create(home: &Home, name: &str) -> String {
    let out = home.run(&["service-tokens", "create", ACCOUNT, name]).well();
    let token =
        out.strip_prefix(&format!("SERVICE_TOKEN {ACCOUNT}/{name} = ")).unwrap_or_else(|| panic!("{out}"));
    token.trim_end().to_owned()
}

fn list(home: &Home) -> String {
    home.run(&["service-tokens", "list"]).well()
}

/// The files are looked at so rarely here that only the command itself can have told the node.
#[test]
fn beside_a_node_a_command_that_has_ended_is_in_force() {
    let home = Home::with("resource.reload.interval.high: 1h\n");
    // A folder that was not there when the node started is not watched either.
    std::fs::remove_dir_all(home.config()).unwrap();
    let settings = ["-E", "http.port=0", "-E", "resource.reload.interval.high=1h"];
    let node = Node::spawn(home.command(&settings));
    let first = create(&home, "file1");
    assert_eq!(node.login_with_token(&first), 200);
    let second = create(&home, "file2");
    assert_eq!((node.login_with_token(&first), node.login_with_token(&second)), (200, 200));
    assert_eq!(list(&home), "elastic/fleet-server/file1\nelastic/fleet-server/file2\n");

    assert_eq!(home.run(&["service-tokens", "delete", ACCOUNT, "file1"]).well(), "");
    assert_eq!((node.login_with_token(&first), node.login_with_token(&second)), (401, 200));
    let third = create(&home, "file1");
    assert_eq!((node.login_with_token(&first), node.login_with_token(&third)), (401, 200));
    assert_eq!(home.run(&["service-tokens", "delete", ACCOUNT, "file2"]).well(), "");
    assert_eq!((node.login_with_token(&second), node.login_with_token(&third)), (401, 200));
    node.end();
}

#[test]
fn without_a_node_the_next_one_finds_them() {
    let home = Home::new();
    std::fs::remove_dir_all(home.config()).unwrap();
    let (kept, gone) = (create(&home, "kept"), create(&home, "gone"));
    home.run(&["service-tokens", "delete", ACCOUNT, "gone"]).well();
    assert_eq!(list(&home), "elastic/fleet-server/kept\n");
    let file = std::fs::read_to_string(home.config().join("service_tokens")).unwrap();
    assert!(
        file.starts_with("elastic/fleet-server/kept:{PBKDF2_STRETCH}") && !file.contains(&kept),
        "{file}"
    );
    for (path, mode) in [(home.config(), 0o700), (home.config().join("service_tokens"), 0o600)] {
        assert_eq!(std::fs::metadata(path).unwrap().permissions().mode() & 0o777, mode);
    }
    assert!(!home.data().exists());
    let node = Node::spawn(home.command(&["-E", "http.port=0"]));
    assert_eq!((node.login_with_token(&kept), node.login_with_token(&gone)), (200, 401));
}

#[test]
fn what_cannot_be_done_is_told_with_the_exit_code_of_its_kind() {
    let home = Home::new();
    create(&home, "file1");
    let refused = |arguments: &[&str], code, expected: &str| {
        let said = home.run(&[&["service-tokens"], arguments].concat()).failed(code);
        assert!(said.contains(expected), "{said}");
    };
    refused(&["create", ACCOUNT, "file1"], 70, "Service token [elastic/fleet-server/file1] already exists");
    refused(&["delete", ACCOUNT, "file2"], 67, "Service token [elastic/fleet-server/file2] does not exist");
    let unknown = "Unknown service account principal: [elastic/fleet]. Must be one of [elastic/";
    for order in
        [&["create", "elastic/fleet", "a"][..], &["delete", "elastic/fleet", "a"], &["list", "elastic/fleet"]]
    {
        refused(order, 65, unknown);
    }
    refused(&["create", ACCOUNT, "_a"], 65, "invalid service token name [_a]");
    let nowhere = home.path().join("file");
    std::fs::write(&nowhere, "").unwrap();
    let nowhere = nowhere.to_str().unwrap();
    refused(&["create", ACCOUNT, "a", "--config", nowhere], 78, nowhere);
    assert_eq!(list(&home), "elastic/fleet-server/file1\n");
}
