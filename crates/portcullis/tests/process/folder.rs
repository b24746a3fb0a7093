//! The data folder: who may read it, who may use it, and what is said of one that is no good.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use crate::home::Home;
use crate::node::Node;

fn mode(path: &Path) -> u32 {
    std::fs::symlink_metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn it_is_for_its_owner_alone() {
    let home = Home::new();
    let node = Node::start_with(&home, "ELASTIC_PASSWORD", "changeme");
    assert_eq!(mode(&home.data()), 0o700);
    let mut names: Vec<String> = Vec::new();
    for entry in std::fs::read_dir(home.data()).unwrap() {
        let entry = entry.unwrap();
        names.push(entry.file_name().into_string().unwrap());
        assert_eq!(mode(&entry.path()), 0o600, "{names:?}");
    }
    names.sort();
    assert_eq!(names, ["control.sock", "node.lock", "portcullis.redb"]);
    drop(node);
}

#[test]
fn a_second_process_is_told_who_has_it_and_the_first_goes_on() {
    let home = Home::new();
    let mut node = Node::start_with(&home, "ELASTIC_PASSWORD", "changeme");
    let said = home.run(&[]).failed(1);
    let expected =
        format!("portcullis: [{}] is in use by another process (pid {})\n", home.data().display(), node.id());
    assert_eq!(said, expected);
    assert_eq!(node.login("elastic", "changeme"), 200);
    // The way in for subcommands is still the first one's.
    home.run_with_input(&["reset-password", "elastic", "-i"], "changed-it\n").well();
    assert_eq!((node.login("elastic", "changeme"), node.login("elastic", "changed-it")), (401, 200));
    assert!(!node.log().contains("ERROR"), "{}", node.log());
    node.end();
}

#[test]
fn a_damaged_store_is_told_and_left_as_it_is() {
    let home = Home::new();
    Node::start_with(&home, "ELASTIC_PASSWORD", "changeme").end();
    let file = home.data().join("portcullis.redb");
    let good = std::fs::read(&file).unwrap();
    let mut overwritten = good.clone();
    overwritten[..512].fill(0xa5);
    for bad in [&good[..good.len() / 2], b"this is something else", b"", &overwritten] {
        std::fs::write(&file, bad).unwrap();
        for arguments in [&[][..], &["reset-password", "elastic"]] {
            let done = home.run(arguments);
            assert!(matches!(done.code, Some(1 | 70)) && done.out.is_empty(), "{done:?}");
            let said = format!("[{}] is corrupted or not a store", file.display());
            assert!(done.err.contains(&said) && done.err.lines().count() == 1, "{done:?}");
            assert!(std::fs::read(&file).unwrap() == bad, "it was changed");
        }
    }
    std::fs::write(&file, good).unwrap();
    let node = Node::start(&home);
    assert_eq!(node.login("elastic", "changeme"), 200);
}

#[test]
fn what_is_no_folder_is_told() {
    let home = Home::new();
    std::fs::write(home.path().join("file"), "").unwrap();
    let said = home.run(&["-E", "path.data=file"]).failed(1);
    assert!(said.contains(&format!("[{}/file] cannot be opened", home.path().display())), "{said}");
}
