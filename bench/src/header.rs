//! A credential from its header to its verdict, warm: one key, and spread over 100,000.

use std::hint::black_box;
use std::sync::Arc;
use std::time::Instant;

use portcullis_store::MemoryStore;

use crate::fixture::{Fixture, authenticate};
use crate::tell;

const ENTRIES: usize = 100_000;
const ROUNDS: usize = 9;
const PER_ROUND: usize = 100_000;
/// Coprime to [`ENTRIES`]: the order jumps, as that of real traffic does.
const STRIDE: usize = 7_919;

pub(crate) async fn measure() {
    let fixture = Fixture::start(Arc::new(MemoryStore::new()), ENTRIES + 1000).await;
    let headers = fixture.keys(ENTRIES).await;
    fixture.warm(&headers).await;
    for (what, spread) in
        [("API key, header to verdict, one key", 1), ("the same, over 100,000 keys", ENTRIES)]
    {
        let mut rounds = Vec::new();
        for _ in 0..ROUNDS {
            let began = Instant::now();
            for number in 0..PER_ROUND {
                let header = &headers[number * STRIDE % spread];
                black_box(authenticate(&fixture.security, header).await.is_ok());
            }
            rounds.push(began.elapsed() / PER_ROUND as u32);
        }
        tell(what, rounds);
    }
    fixture.security.stop();
}
