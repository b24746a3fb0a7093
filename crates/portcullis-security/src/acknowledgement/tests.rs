use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use portcullis_store::DocumentKey;

use super::*;

fn key(name: &str) -> DocumentKey {
    documents::user::key(name)
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|it| it == "rs") && !path.ends_with("tests.rs") {
            found.push(path);
        }
    }
}

/// The text between the first two quotes.
fn quoted(text: &str) -> Option<&str> {
    text.split('"').nth(1)
}

#[test]
fn every_action_that_writes_has_its_row_and_every_row_its_action() {
    let mut files = Vec::new();
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/manage"), &mut files);
    let mut actions = BTreeSet::new();
    for path in files {
        let text = std::fs::read_to_string(&path).unwrap();
        for call in text.split(".write(").skip(1).filter_map(|it| it.split_once("caller, ")).map(|it| it.1) {
            if call.starts_with("wanted.action()") {
                let body = text.split("fn action(self)").nth(1).unwrap();
                actions.extend(body.split("=> ").skip(1).take(2).map(|it| quoted(it).unwrap().to_owned()));
            } else {
                actions.insert(quoted(call).unwrap().to_owned());
            }
        }
    }
    let rows: BTreeSet<String> = TABLE.iter().map(|it| it.action.to_owned()).collect();
    assert_eq!(rows.len(), TABLE.len(), "a row twice");
    assert_eq!(actions, rows);
}

#[test]
fn only_what_creates_and_nothing_else_is_a_grant() {
    let create = Batch::new().expect(key("jo"), Expected::Absent).put(key("jo"), "{}");
    assert_eq!(of("put_user", &create), Waits::Briefly);
    assert_eq!(of("change_password", &create), Waits::ForAll);
    assert_eq!(of("something new", &create), Waits::ForAll);
    let replace = Batch::new().expect(key("jo"), Expected::Present).put(key("jo"), "{}");
    assert_eq!(of("put_user", &replace), Waits::ForAll);
    let unconditional = Batch::new().put(key("jo"), "{}");
    assert_eq!(of("put_user", &unconditional), Waits::ForAll);
    let another = create.clone().delete(key("al"));
    assert_eq!(of("put_user", &another), Waits::ForAll);
    let reserved = documents::reserved_user::key("elastic");
    let first = Batch::new().expect(reserved.clone(), Expected::Absent).put(reserved, "{}");
    assert_eq!(of("put_user", &first), Waits::ForAll);
}

#[test]
fn what_takes_away_is_never_a_grant() {
    for row in TABLE {
        let creates = ["put_user", "put_role", "create_apikey", "create_service_token"];
        assert_eq!(row.rule == Rule::GrantIfCreated, creates.contains(&row.action), "{}", row.action);
    }
}
