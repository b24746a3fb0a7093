//! Memory of a cached API key in this process: what the process grows by for each. The store is in memory before anything is
//! counted, so that only the cache grows. Each figure is what 100,000 of a kind need, allocator and all.

use std::process::Command;
use std::sync::Arc;

use portcullis_model::api_key::ApiKeyRecord;
use portcullis_security::Settings;
use portcullis_store::{DocumentKey, Kind, MemoryStore, Store};
use serde_json::Value;

use crate::cpu;
use crate::fixture::{Fixture, authenticate};
use crate::stock::{self, Keys};

/// What this program is told to do that.
pub(crate) const COMMAND: &str = "resident";

/// What is counted before anything counts, so that the allocator has what it needs for a start.
const FIRST: usize = 1_000;

/// Bytes of one entry.
pub(crate) struct Sizes {
    /// All that the cache holds for a key.
    pub(crate) entry: f64,
    /// Its record alone, without the role descriptors, which keys share that were given the same.
    pub(crate) record: f64,
}

/// Has a process of its own count so many.
pub(crate) fn count(keys: usize) -> Sizes {
    let own = std::env::current_exe().expect("this program");
    let output = Command::new(own).args([COMMAND, &keys.to_string()]).output().expect("this program");
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let mut numbers = text.split_whitespace().map(|it| it.parse().expect("a number"));
    let mut next = || numbers.next().expect("two numbers");
    Sizes { entry: next(), record: next() }
}

/// Counts, and prints the bytes of an entry and of a record.
pub(crate) fn run(count: usize) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let store: Arc<dyn Store> = Arc::new(MemoryStore::new());
    let mut settings = Settings::default();
    settings.api_key.cache.max_entries = count + 2 * FIRST;
    let fixture = runtime.block_on(Fixture::start(settings, Arc::clone(&store)));
    let (id, secret) = runtime.block_on(fixture.key());
    let body = store.get(&DocumentKey::new(Kind::from_static(""), id)).expect("a store").expect("a key").body;
    stock::fill(&*store, &body, count + FIRST);

    let document: Value = serde_json::from_slice(&body).expect("a document");
    // Keys with the same descriptors share those, and all of these have the same.
    let read = || {
        let record = ApiKeyRecord::from_document(&document).expect("a record");
        Arc::new(ApiKeyRecord { role_descriptors: Vec::new(), limited_by: Vec::new(), ..record })
    };
    let first: Vec<Arc<ApiKeyRecord>> = (0..FIRST).map(|_| read()).collect();
    let record = grown(count, || {
        let mut records: Vec<Arc<ApiKeyRecord>> = Vec::with_capacity(count);
        records.extend((0..count).map(|_| read()));
        records
    });
    drop(first);

    let keys = Keys::with(secret, count + FIRST);
    let fill = |numbers: std::ops::Range<usize>| {
        runtime.block_on(async {
            for number in numbers {
                authenticate(&fixture.security, &keys.header(number)).await.expect("a key of the stock");
            }
        });
    };
    fill(0..FIRST);
    let entry = grown(count, || fill(FIRST..FIRST + count));
    println!("{entry} {record}");
    fixture.security.stop();
}

/// Bytes by which the process grows for each of so many. What was made stays until the end of the process.
fn grown<T>(count: usize, make: impl FnOnce() -> T) -> f64 {
    let before = cpu::resident(std::process::id());
    std::mem::forget(make());
    cpu::resident(std::process::id()).saturating_sub(before) as f64 / count as f64
}
