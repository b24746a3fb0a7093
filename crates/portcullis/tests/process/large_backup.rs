//! Backups that do not fit into a page, or into memory: what becomes of them while others write, and when the restore is
//! killed. They are made here, since making so many documents through the API takes its time.

use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter};
use std::path::PathBuf;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};

use portcullis::archive::{FORMAT, Header, Reader, Writer};
use portcullis_store::{Document, DocumentKey, Kind, Revision};
use serde_json::{Value, json};

use crate::home::{Done, Home};
use crate::http::Request;
use crate::node::Node;

/// The documents of a large backup, and the bytes of each.
const KEYS: usize = 20_000;
const KEY_BYTES: usize = 8 * 1024;
/// What a command may take of memory, in KiB: less than the documents together are.
const MEMORY: usize = 128 * 1024;

/// A backup of documents in order.
fn archive(home: &Home, documents: impl Iterator<Item = (Kind, String, Value)>) -> String {
    let path = home.path().join("made");
    let header = Header {
        format: FORMAT,
        made_at: "2026-01-01T00:00:00.000Z".to_owned(),
        version: "0".to_owned(),
        engine: "redb".to_owned(),
        epoch: "made".to_owned(),
        revision: 1,
    };
    let mut writer = Writer::begin(BufWriter::new(File::create(&path).unwrap()), &header).unwrap();
    for (kind, id, body) in documents {
        let key = DocumentKey::new(kind, id);
        let document = Document { key, revision: Revision(1), body: body.to_string().into() };
        writer.document(&document).unwrap();
    }
    writer.finish().unwrap();
    path.to_str().unwrap().to_owned()
}

fn keys(home: &Home) -> String {
    let filler = "x".repeat(KEY_BYTES);
    let key = |number: usize| {
        let body = json!({
            "doc_type": "api_key", "creation_time": 1, "expiration_time": null, "api_key_invalidated": false,
            "api_key_hash": "{SSHA256}", "role_descriptors": {}, "limited_by_role_descriptors": {}, "name": "k",
            "version": 1, "metadata_flattened": {"filler": filler}, "creator": {"principal": "jo", "realm": "r"},
        });
        (Kind::from_static(""), format!("{number:06}"), body)
    };
    archive(home, (0..KEYS).map(key))
}

/// The executable with a limit of the shell's.
fn limited(home: &Home, limit: &str, arguments: &[&str]) -> Command {
    let plain = home.command(arguments);
    let mut command = Command::new("/bin/sh");
    command
        .arg("-c")
        .arg(format!("ulimit -c 0; ulimit {limit}; exec \"$0\" \"$@\""))
        .arg(plain.get_program());
    command.args(plain.get_args()).current_dir(home.path()).env_clear();
    command
}

/// As [`Done::well`], of what may take longer than anything else here on a machine that is busy: ten minutes at most.
#[track_caller]
fn well_in_time(limited: Command) -> String {
    let program = limited.get_program().to_owned();
    let arguments: Vec<_> = limited.get_args().map(ToOwned::to_owned).collect();
    let folder = limited.get_current_dir().unwrap().to_owned();
    let mut command = Command::new("/usr/bin/timeout");
    command.arg("600").arg(program).args(arguments).current_dir(folder).env_clear();
    let output = command.output().unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

fn lines(path: PathBuf) -> impl Iterator<Item = String> {
    BufReader::new(File::open(path).unwrap()).lines().map(Result::unwrap)
}

#[test]
fn what_is_larger_than_memory_goes_through_and_may_be_killed_on_the_way() {
    let home = Home::new();
    let made = keys(&home);
    // A file may not grow beyond this: the system kills the process in the middle of its writing.
    let killed = Done::of(limited(&home, "-f 40000", &["restore", &made]));
    assert_eq!((killed.code, killed.out.as_str()), (None, ""), "{killed:?}");
    let refused = home.run(&[]).err;
    assert!(refused.contains("the store holds half a restore, which was cut off"), "{refused}");
    let refused = home.run(&["backup", "half"]).failed(70);
    assert!(refused.contains("it holds a restore that was cut off"), "{refused}");
    assert!(!home.path().join("half").exists());

    let limit = format!("-d {MEMORY}");
    let done = well_in_time(limited(&home, &limit, &["restore", &made]));
    assert!(done.contains(&format!("Restored {KEYS} documents")), "{done}");
    let done = well_in_time(limited(&home, &limit, &["backup", "again"]));
    assert!(done.contains(&format!("Backed up {KEYS} documents")), "{done}");
    let (before, after) = (lines(home.path().join("made")), lines(home.path().join("again")));
    let mut same = 0;
    for (before, after) in before.zip(after).skip(1).take(KEYS) {
        let parsed = |line: &str| -> Value { serde_json::from_str(line).unwrap() };
        let (before, after) = (parsed(&before), parsed(&after));
        assert_eq!((&before["id"], &before["text"]), (&after["id"], &after["text"]));
        same += 1;
    }
    assert_eq!(same, KEYS);
    Node::start(&home).end();
}

#[test]
fn a_backup_is_of_one_moment_though_others_write() {
    let home = Home::new();
    // More than one page of users between the two that change.
    let names = std::iter::once("a".to_owned())
        .chain((0..2_000).map(|number| format!("m{number:04}")))
        .chain(std::iter::once("z".to_owned()));
    let user = |name: String| {
        let body = json!({
            "username": name, "password": "", "roles": [], "full_name": null, "email": null, "metadata": {"n": 0},
            "enabled": true, "type": "user",
        });
        (Kind::from_static("user-"), name, body)
    };
    let made = archive(&home, names.map(user));
    home.run(&["restore", &made]).well();
    let node = Node::start_with(&home, "ELASTIC_PASSWORD", "changeme");
    let (address, stop) = (node.address(), AtomicBool::new(false));
    let moments = std::thread::scope(|scope| {
        let writer = scope.spawn(|| {
            let mut written = 0_u64;
            while !stop.load(Ordering::Acquire) {
                written += 1;
                // First one, then the other: at each moment they are equal, or the first is one ahead.
                for name in ["a", "z"] {
                    let request = Request::new(address, "PUT", &format!("/_security/user/{name}"));
                    let body = json!({"roles": [], "metadata": {"n": written}});
                    assert_eq!(request.basic("elastic", "changeme").json(body).send().status, 200);
                }
            }
            written
        });
        let mut moments = Vec::new();
        while moments.len() < 8 {
            home.run(&["backup", "running"]).well();
            moments.push(numbers(&home));
        }
        stop.store(true, Ordering::Release);
        assert!(writer.join().unwrap() > 0);
        moments
    });
    assert!(moments.iter().all(|(a, z)| a == z || *a == z + 1), "{moments:?}");
    assert!(moments.last().unwrap().0 > moments[0].0, "nobody wrote meanwhile: {moments:?}");
}

/// What the users `a` and `z` carry.
fn numbers(home: &Home) -> (u64, u64) {
    let mut reader = Reader::open(BufReader::new(File::open(home.path().join("running")).unwrap())).unwrap();
    let (mut a, mut z) = (None, None);
    while let Some(found) = reader.next_document().unwrap() {
        let number = || -> u64 {
            serde_json::from_slice::<Value>(&found.body).unwrap()["metadata"]["n"].as_u64().unwrap()
        };
        match (found.key.kind.as_str(), found.key.id.as_str()) {
            ("user-", "a") => a = Some(number()),
            ("user-", "z") => z = Some(number()),
            _ => {}
        }
    }
    (a.unwrap(), z.unwrap())
}

#[test]
fn through_the_standard_streams_it_is_the_same_file() {
    let home = Home::new();
    Node::start_with(&home, "ELASTIC_PASSWORD", "changeme").end();
    home.run(&["backup", "file"]).well();
    let mut to_stdout = home.command(&["backup", "-"]);
    to_stdout.stdout(File::create(home.path().join("stdout")).unwrap());
    assert!(to_stdout.status().unwrap().success());
    let content = |name: &str| lines(home.path().join(name)).skip(1).collect::<Vec<_>>();
    let documents = |name: &str| {
        let mut lines = content(name);
        lines.pop();
        lines
    };
    assert_eq!(documents("file"), documents("stdout"));
    assert!(!documents("file").is_empty());

    let other = Home::new();
    let piped = other.run_with_input(&["restore", "-"], &content("stdout").join("\n"));
    assert!(piped.failed(65).contains("[-] is not a regular file; a restore reads its file twice"));
    assert!(!other.data().exists());
    let mut from_stdin = other.command(&["restore", "-"]);
    from_stdin.stdin(File::open(home.path().join("stdout")).unwrap());
    Done::of(from_stdin).well();
    let node = Node::start(&other);
    assert_eq!(node.login("elastic", "changeme"), 200);
}
