//! Memory of cached credentials in this process: what the process grows by for each. The store is in memory before anything
//! is counted, so that only the caches grow. Each figure is what many of a kind need, allocator and all.

use std::ops::Range;
use std::process::Command;
use std::sync::Arc;

use portcullis_model::api_key::ApiKeyRecord;
use portcullis_model::credential::ServiceTokenId;
use portcullis_secrets::Secret;
use portcullis_security::{Settings, service_bearer};
use portcullis_store::{DocumentKey, Kind, MemoryStore, Store};
use serde_json::{Value, json};

use crate::client::basic;
use crate::cpu;
use crate::fixture::{Fixture, authenticate};
use crate::stock::{self, Keys};

/// What this program is told to do that.
pub(crate) const COMMAND: &str = "resident";

/// What is counted before anything counts, so that the allocator has what it needs for a start.
const FIRST: usize = 1_000;

/// Bytes of one entry.
pub(crate) struct Sizes {
    /// All that the cache holds for an API key.
    pub(crate) key: f64,
    /// Its record alone, without the role descriptors, which keys share that were given the same.
    pub(crate) record: f64,
    /// All that the cache holds for a native user.
    pub(crate) user: f64,
    /// The same for a service account's token of the index.
    pub(crate) token: f64,
}

/// Has a process of its own count so many of each.
pub(crate) fn count(each: usize) -> Sizes {
    let own = std::env::current_exe().expect("this program");
    let output = Command::new(own).args([COMMAND, &each.to_string()]).output().expect("this program");
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let mut numbers = text.split_whitespace().map(|it| it.parse().expect("a number"));
    let mut next = || numbers.next().expect("four numbers");
    Sizes { key: next(), record: next(), user: next(), token: next() }
}

/// Counts, and prints the four.
pub(crate) fn run(count: usize) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let store: Arc<dyn Store> = Arc::new(MemoryStore::new());
    let all = count + FIRST;
    let fixture = runtime.block_on(Fixture::start(with_room_for(all + FIRST), Arc::clone(&store)));
    let (id, secret) = runtime.block_on(fixture.key());
    let body = store.get(&DocumentKey::new(Kind::from_static(""), id)).expect("a store").expect("a key").body;
    let document: Value = serde_json::from_slice(&body).expect("a document");
    let hash = &document["api_key_hash"];
    stock::fill(&*store, &body, all);
    stock::put(&*store, all, |number| {
        let name = user(number);
        let body = json!({"username": name, "password": hash, "roles": ["bench"], "type": "user"});
        (DocumentKey::new(Kind::from_static("user-"), name), body.to_string().into())
    });
    stock::put(&*store, all, |number| {
        let key = DocumentKey::new(Kind::from_static("service_account_token-"), token(number).to_string());
        (key, json!({"password": hash}).to_string().into())
    });

    let record = record(&document, count);
    let grown = |header: &dyn Fn(usize) -> String| {
        let fill = |numbers: Range<usize>| {
            runtime.block_on(async {
                for number in numbers {
                    authenticate(&fixture.security, &header(number)).await.expect("one that was put in");
                }
            });
        };
        fill(0..FIRST);
        grown(count, || fill(FIRST..all))
    };
    let keys = Keys::with(secret.clone(), all);
    let key = grown(&|number| keys.header(number));
    let user = grown(&|number| basic(&user(number), &secret));
    let hidden = Secret::from_string(secret.clone());
    let token = grown(&|number| {
        let bearer = service_bearer(&token(number), &hidden);
        format!("Bearer {}", bearer.expose_str().expect("text"))
    });
    println!("{key} {record} {user} {token}");
    fixture.security.stop();
}

/// The defaults, but that so many of each kind may be cached.
fn with_room_for(count: usize) -> Settings {
    let mut settings = Settings::default();
    settings.api_key.cache.max_entries = count;
    settings.service_token_cache.max_entries = count;
    if let Some(native) = &mut settings.native_realm {
        native.cache.max_entries = count;
    }
    settings
}

fn user(number: usize) -> String {
    format!("bench-user-{number:09}")
}

fn token(number: usize) -> ServiceTokenId {
    ServiceTokenId::new("elastic", "fleet-server", format!("bench-{number:09}"))
}

/// The record of a key, without the descriptors: keys with the same ones share them, and all of these have the same.
fn record(document: &Value, count: usize) -> f64 {
    let read = || {
        let record = ApiKeyRecord::from_document(document).expect("a record");
        Arc::new(ApiKeyRecord { role_descriptors: Vec::new(), limited_by: Vec::new(), ..record })
    };
    let _first: Vec<Arc<ApiKeyRecord>> = (0..FIRST).map(|_| read()).collect();
    grown(count, || {
        let mut records: Vec<Arc<ApiKeyRecord>> = Vec::with_capacity(count);
        records.extend((0..count).map(|_| read()));
        records
    })
}

/// Bytes by which the process grows for each of so many. What was made stays until the end of the process.
fn grown<T>(count: usize, make: impl FnOnce() -> T) -> f64 {
    let before = cpu::resident(std::process::id());
    std::mem::forget(make());
    cpu::resident(std::process::id()).saturating_sub(before) as f64 / count as f64
}
