//! Writers killed with SIGKILL at random moments: what they were told is written is there, and the store opens.

use std::env;
use std::io::{BufRead, BufReader, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::thread;

use portcullis_store::{Batch, DocumentKey, Kind, RedbStore, Store};

/// Set for the child to the data folder.
const CHILD: &str = "PORTCULLIS_STORE_CRASH_CHILD";
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

/// Writes until killed; each writer counts on from where the store is, and says so after each answer.
fn write_for_ever(folder: &Path) {
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
                    // One write of its own, so that the line is whole or not there.
                    let line = format!("acknowledged {writer} {n}\n");
                    std::io::stdout().lock().write_all(line.as_bytes()).unwrap();
                }
            })
        })
        .collect();
    for writer in writers {
        writer.join().unwrap();
    }
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
    let folder = tempfile::tempdir().unwrap();
    let mut acknowledged = [0; WRITERS];
    for kill in 0..KILLS {
        // The first ones fall into the opening, or the making, of the store.
        let lines = if kill < 3 { 0 } else { below(40) as usize };
        write_and_kill(folder.path(), lines, below(200_000), &mut acknowledged);

        let store = RedbStore::open(folder.path()).unwrap();
        for (writer, acknowledged) in acknowledged.iter().enumerate() {
            let reached = reached(&store, writer);
            assert!(
                reached >= *acknowledged,
                "writer {writer}: acknowledged {acknowledged}, found {reached}"
            );
            for n in 1..=reached {
                assert!(
                    store.get(&entry(writer, n)).unwrap().is_some(),
                    "writer {writer}: entry {n} is missing"
                );
            }
            assert!(
                store.get(&entry(writer, reached + 1)).unwrap().is_none(),
                "writer {writer}: half a batch"
            );
        }
        let entries: u64 = (0..WRITERS).map(|writer| reached(&store, writer)).sum();
        assert_eq!(store.count(&ENTRY).unwrap(), entries);
        assert_eq!(store.revision().0, entries);
        store.close();
    }
    assert!(acknowledged.iter().sum::<u64>() > KILLS as u64, "hardly anything was written: {acknowledged:?}");
}

/// Kills a child after it said so many lines and we counted so far.
fn write_and_kill(folder: &Path, lines: usize, count: u64, acknowledged: &mut [u64; WRITERS]) {
    let mut child = Command::new(env::current_exe().unwrap())
        .args(["--exact", TEST, "--nocapture", "--test-threads=1"])
        .env(CHILD, folder)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut output = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
    let mut said = 0;
    let mut note = |line: String| {
        let Some(rest) = line.strip_prefix("acknowledged ") else { return false };
        let (writer, n) = rest.split_once(' ').unwrap();
        let (writer, n): (usize, u64) = (writer.parse().unwrap(), n.parse().unwrap());
        assert_eq!(n, acknowledged[writer].max(n), "writer {writer} goes backwards");
        acknowledged[writer] = n;
        true
    };
    while said < lines {
        said += usize::from(note(output.next().expect("the child ended by itself")));
    }
    for n in 0..count {
        std::hint::black_box(n);
    }
    child.kill().unwrap();
    child.wait().unwrap();
    // What it was told before it died counts as well.
    output.for_each(|line| drop(note(line)));
}
