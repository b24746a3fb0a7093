//! Writers killed with SIGKILL at random moments: what they were told is written is there, and the store opens.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on fails"
)]

use std::env;
use std::io::{BufRead, BufReader, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::thread;

use portcullis_store::{Batch, DocumentKey, Kind, RedbStore, Store};

/// Set for the child to the data folder.
const CHILD: &str = "PORTCULLIS_STORE_CRASH_CHILD";
/// Kills while a new store is being made.
const EARLY_KILLS: usize = 10;
/// Kills of writers that go on in one store.
const KILLS: usize = 25;
const WRITERS: usize = 3;
const TEST: &str = "killed_writers_lose_nothing_acknowledged";

const COUNTER: Kind = Kind::from_static("counter-");
const ENTRY: Kind = Kind::from_static("entry-");

fn counter(writer: usize) -> DocumentKey {
    DocumentKey::new(COUNTER, writer.to_string())
}

fn entry(writer: usize, n: u64) -> DocumentKey {
    DocumentKey::new(ENTRY, format!("{writer}-{n:06}"))
}

fn reached(store: &dyn Store, writer: usize) -> u64 {
    let found = store.get(&counter(writer)).unwrap();
    found.map_or(0, |document| std::str::from_utf8(&document.body).unwrap().parse().unwrap())
}

/// Says that it begins, then writes until killed; each writer counts on from where the store is, and says so after each answer.
fn write_for_ever(folder: &Path) {
    // On a line of its own: the test harness has begun one.
    say("\nopening\n");
    let store = Arc::new(RedbStore::open(folder).unwrap());
    let writers: Vec<_> = (0..WRITERS)
        .map(|writer| {
            let store = Arc::clone(&store);
            thread::spawn(move || {
                let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
                for n in reached(&*store, writer) + 1.. {
                    let batch = Batch::new()
                        .put(counter(writer), n.to_string())
                        .put(entry(writer, n), "x".repeat(300));
                    runtime.block_on(store.commit(batch)).unwrap();
                    say(&format!("acknowledged {writer} {n}\n"));
                }
            })
        })
        .collect();
    for writer in writers {
        writer.join().unwrap();
    }
}

/// One write to the pipe, so that the line is there whole or not at all.
fn say(line: &str) {
    std::io::stdout().lock().write_all(line.as_bytes()).unwrap();
}

#[test]
fn killed_writers_lose_nothing_acknowledged() {
    if let Some(folder) = env::var_os(CHILD) {
        return write_for_ever(Path::new(&folder));
    }
    let seed = uuid::Uuid::new_v4().as_u128() as u64;
    println!("seed {seed}");
    let mut random = seed;
    let mut below = |limit: u64| {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (random >> 33) % limit
    };
    for _ in 0..EARLY_KILLS {
        let folder = tempfile::tempdir().unwrap();
        let mut acknowledged = [0; WRITERS];
        write_and_kill(folder.path(), 0, below(1_000_000), &mut acknowledged);
        check(folder.path(), &acknowledged);
    }
    let folder = tempfile::tempdir().unwrap();
    let mut acknowledged = [0; WRITERS];
    for _ in 0..KILLS {
        write_and_kill(folder.path(), below(60) as usize, below(200_000), &mut acknowledged);
        check(folder.path(), &acknowledged);
    }
    assert!(acknowledged.iter().sum::<u64>() > KILLS as u64, "hardly anything was written: {acknowledged:?}");
}

/// The store opens, what was acknowledged is there, and no batch is there by half.
fn check(folder: &Path, acknowledged: &[u64; WRITERS]) {
    let store = RedbStore::open(folder).unwrap();
    let mut entries = 0;
    for (writer, acknowledged) in acknowledged.iter().enumerate() {
        let reached = reached(&store, writer);
        assert!(reached >= *acknowledged, "writer {writer}: acknowledged {acknowledged}, found {reached}");
        for n in 1..=reached {
            assert!(store.get(&entry(writer, n)).unwrap().is_some(), "writer {writer}: entry {n} is missing");
        }
        entries += reached;
    }
    assert_eq!(store.count(&ENTRY).unwrap(), entries);
    assert_eq!(store.revision().0, entries);
    store.close();
}

/// Kills a child after it began, said so many lines more, and we counted so far.
fn write_and_kill(folder: &Path, lines: usize, count: u64, acknowledged: &mut [u64; WRITERS]) {
    let mut child = Command::new(env::current_exe().unwrap())
        .args(["--exact", TEST, "--nocapture", "--test-threads=1"])
        .env(CHILD, folder)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut output = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
    while output.next().expect("the child ended by itself") != "opening" {}
    for _ in 0..lines {
        note(&output.next().expect("the child ended by itself"), acknowledged);
    }
    for n in 0..count {
        std::hint::black_box(n);
    }
    child.kill().unwrap();
    child.wait().unwrap();
    // What it was told before it died counts as well.
    output.for_each(|line| note(&line, acknowledged));
}

fn note(line: &str, acknowledged: &mut [u64; WRITERS]) {
    let rest = line.strip_prefix("acknowledged ").expect(line);
    let (writer, n) = rest.split_once(' ').unwrap();
    let (writer, n): (usize, u64) = (writer.parse().unwrap(), n.parse().unwrap());
    assert!(n > acknowledged[writer], "writer {writer} goes backwards");
    acknowledged[writer] = n;
}
