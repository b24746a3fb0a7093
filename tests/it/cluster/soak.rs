//! Short forms of `cargo xtask soak`: load alone fences no node and turns nobody away, and elections of etcd's leader cost
//! nobody its place.

use std::time::Duration;

use portcullis_tests::soak::{self, Load, Town};

portcullis_tests::tests![load_alone_turns_nobody_away, elections_uproot_nobody];

/// As much as other tests beside it can stand.
const LOAD: Load = Load { writes: 100, storm: 4 };

async fn load_alone_turns_nobody_away() {
    let town = Town::start().await;
    let report = soak::healthy(&town, LOAD, Duration::from_secs(20)).await;
    assert!(report.problems.is_empty(), "{report}");
}

async fn elections_uproot_nobody() {
    let mut town = Town::start().await;
    let report = soak::elections(&mut town, LOAD, 5).await;
    assert!(report.problems.is_empty(), "{report}");
}
