//! Memory of a cached API key: what the process grew by when 100,000 keys of a store were verified, record and all.

use std::sync::Arc;

use portcullis_store::MemoryStore;

use crate::fixture::Fixture;

const ENTRIES: usize = 100_000;

pub(crate) async fn measure() {
    let fixture = Fixture::start(Arc::new(MemoryStore::new()), ENTRIES + 1000).await;
    let headers = fixture.keys(ENTRIES).await;
    let before = resident_bytes();
    fixture.warm(&headers).await;
    let grown = resident_bytes().saturating_sub(before);
    println!(
        "{:<72} {:>8} bytes",
        "resident memory per cached API key, its record included",
        grown / ENTRIES as u64
    );
    fixture.security.stop();
}

/// `VmRSS` of this process; 0 where there is no `/proc`.
fn resident_bytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|it| it.strip_prefix("VmRSS:")).unwrap_or_default();
    let kib: u64 = line.trim().trim_end_matches("kB").trim().parse().unwrap_or_default();
    kib * 1024
}
