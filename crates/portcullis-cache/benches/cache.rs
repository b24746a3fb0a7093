//! Times and sizes of the cache, printed: `cargo bench -p portcullis-cache`. It judges nothing.
#![allow(
    clippy::print_stdout,
    clippy::expect_used,
    clippy::panic,
    reason = "a program that prints what it measures"
)]

use portcullis_cache::{Cache, Expiry, Keep, Limits, ScopeKey, Start, Why};
use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};

type Keys = Cache<String, Arc<[u8; 64]>, ()>;

/// Scopes as API keys have them: one for each realm's owner, few in all.
const SCOPES: usize = 10;

fn main() {
    // The largest first: later ones would find memory that this one gave back to the allocator, not to the system.
    let before = resident_bytes();
    let million = cache(1_000_000);
    fill(&million, 1_000_000);
    sizes(&million, before);
    clears(&million);
    drop(million);
    let small = cache(100_000);
    fill(&small, 100_000);
    clears(&small);
    for entries in [1, 100_000] {
        hits(entries, 1);
    }
    hits(1, 2);
    hits(100_000, 2);
}

fn key(number: usize) -> String {
    format!("key-{number:016}")
}

fn fill(cache: &Keys, entries: usize) {
    let scopes: Vec<[ScopeKey; 1]> = (0..SCOPES).map(|scope| [format!("realm-{scope}").into()]).collect();
    for number in 0..entries {
        let scope = scopes.get(number % SCOPES).expect("a scope");
        let Start::Lead(ticket) = cache.begin(key(number), 0, scope, 0) else { panic!("one thread") };
        let _ = ticket.finish((), Some(Keep { value: Arc::new([0; 64]), bytes: 100 }), 0);
    }
}

fn cache(entries: usize) -> Keys {
    Cache::new(Limits { max_entries: entries, expiry: Expiry::AfterAccess(86_400_000) })
}

/// Hits, each of another key in an order that jumps, `threads` at once.
fn hits(entries: usize, threads: usize) {
    const ROUNDS: usize = 2_000_000;
    let cache = cache(entries);
    fill(&cache, entries);
    let keys: Vec<String> = (0..entries).map(|number| key(number.wrapping_mul(7_919) % entries)).collect();
    let mut best = Duration::MAX;
    for _ in 0..5 {
        let begun = Instant::now();
        std::thread::scope(|scope| {
            for _ in 0..threads {
                scope.spawn(|| {
                    for key in keys.iter().cycle().take(ROUNDS) {
                        black_box(cache.get(black_box(key.as_str()), 1)).expect("a hit");
                    }
                });
            }
        });
        best = best.min(begun.elapsed());
    }
    let nanos = best.as_nanos() as f64 / ROUNDS as f64;
    println!("hit, {entries} keys, {threads} threads at once: {nanos:.0} ns for each thread's call");
}

fn sizes(cache: &Keys, before: usize) {
    let stats = cache.stats(0);
    let each = (resident_bytes() - before) as f64 / stats.entries as f64;
    let value = size_of::<[u8; 64]>() + 2 * size_of::<usize>();
    println!(
        "{} entries: {each:.0} bytes each, {:.0} beside the value's own {value}",
        stats.entries,
        each - value as f64
    );
    println!("  by the statistics: {:.0} bytes each", stats.bytes as f64 / stats.entries as f64);
}

fn clears(cache: &Keys) {
    let entries = cache.stats(0).entries;
    let begun = Instant::now();
    let evicted = cache.invalidate_scope("realm-3", Why::Api);
    println!("{entries} entries, clear of a scope: {:?}, {evicted} evicted", begun.elapsed());
    let begun = Instant::now();
    let evicted = cache.invalidate_all(Why::Api);
    println!("{entries} entries, clear of all: {:?}, {evicted} evicted", begun.elapsed());

    let (mut longest, begun) = (Duration::ZERO, Instant::now());
    let mut freed = 0;
    while freed < entries {
        let step = Instant::now();
        freed += cache.reclaim(1_024, 0);
        longest = longest.max(step.elapsed());
    }
    println!(
        "{entries} entries, reclaimed by 1024 at a time in {:?}, the longest step {longest:?}",
        begun.elapsed()
    );
}

/// Resident memory of this process, in bytes.
fn resident_bytes() -> usize {
    let statm = std::fs::read_to_string("/proc/self/statm").expect("Linux");
    let pages: usize = statm.split(' ').nth(1).and_then(|pages| pages.parse().ok()).expect("pages");
    pages * 4_096
}
