//! The time of one clear, of everything and of one key, with 1,000 and with 100,000 keys in the cache. (The cache's own
//! benchmark has the same for a million bare entries.)

use std::sync::Arc;
use std::time::Instant;

use portcullis_store::MemoryStore;

use crate::fixture::Fixture;
use crate::tell;

const ROUNDS: usize = 5;

pub(crate) async fn measure() {
    for entries in [1_000, 100_000] {
        let fixture = Fixture::start(Arc::new(MemoryStore::new()), entries + 1000).await;
        let headers = fixture.keys(entries).await;
        let caller = fixture.clearer().await;
        let (mut all, mut one) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            fixture.warm(&headers).await;
            let named = [String::from("nobody")];
            let began = Instant::now();
            fixture.security.clearing().api_keys(&caller, &named).await.expect("a clear");
            one.push(began.elapsed());
            let began = Instant::now();
            let outcome = fixture.security.clearing().api_keys(&caller, &[]).await.expect("a clear");
            all.push(began.elapsed());
            assert_eq!(outcome.cleared[0].evicted, entries, "the cache did not hold what was put in");
        }
        tell(&format!("clear one API key, {entries} cached"), one);
        tell(&format!("clear all API keys, {entries} cached"), all);
        fixture.security.stop();
    }
}
