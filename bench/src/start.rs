//! From opening an existing store to the first answer, with 10,000 keys on disk; and what a durable write costs, alone
//! and beside fifteen others.

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use portcullis::clock::SystemClock;
use portcullis_security::{Security, Settings};
use portcullis_store::RedbStore;

use crate::fixture::{Fixture, authenticate};
use crate::tell;

const KEYS: usize = 10_000;
const ROUNDS: usize = 9;
const ALONE: usize = 50;

pub(crate) async fn measure() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = Arc::new(RedbStore::open(folder.path()).expect("a store"));
    let fixture = Fixture::start(store, 1000).await;
    let mut alone = Vec::new();
    for _ in 0..ALONE {
        let began = Instant::now();
        fixture.keys(1).await;
        alone.push(began.elapsed());
    }
    tell("create an API key, durable, one at a time", alone);
    let began = Instant::now();
    let headers = fixture.keys(KEYS).await;
    tell("the same, 64 at a time, each", vec![began.elapsed() / KEYS as u32]);
    fixture.security.stop();
    drop(fixture);

    let mut rounds = Vec::new();
    for _ in 0..ROUNDS {
        let began = Instant::now();
        let store = Arc::new(RedbStore::open(folder.path()).expect("the store again"));
        let security =
            Security::start(Settings::default(), store, Arc::new(SystemClock), Path::new("no such folder"))
                .expect("a service");
        authenticate(&security, &headers[0]).await.expect("a stored key");
        rounds.push(began.elapsed());
        security.stop();
    }
    tell(&format!("open a store with {KEYS} keys, to the first verdict"), rounds);
}
