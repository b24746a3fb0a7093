//! A cluster under load for a while: wrong passwords that fill every node's hashing pool, keys that are made and revoked
//! through all nodes, and people who log in all the time. Nobody may be turned away, no node may lose its place, and what
//! was revoked stays so; also while one leader of etcd follows another.
//!
//! How much was done in that time is reported, and never judged: that depends on the machine.

mod connection;
mod elections;
mod guests;
mod pace;
mod report;
mod run;
mod standing;
mod storm;
mod tally;
mod town;
mod writers;

use std::time::{Duration, Instant};

pub use elections::Kind;
pub use report::Report;
pub use town::Town;

use run::Run;

/// How much is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Load {
    /// Keys made and keys revoked in a second, both together. What the machine cannot do is left out.
    pub writes: u32,
    /// Who tries wrong passwords at each node, without a pause.
    pub storm: usize,
}

/// Puts this load on a healthy cluster for so long.
pub async fn healthy(town: &Town, load: Load, duration: Duration) -> Report {
    let mut report = Report::begin(town, load).await;
    let run = Run::start(town, load).await;
    let start = Instant::now();
    // Nothing tells that time has passed.
    let _over = tokio::time::timeout(duration, std::future::pending::<()>()).await;
    report.took = start.elapsed();
    run.finish().await;
    report.end(town, &run).await;
    report.nobody_was_turned_away(&run);
    report
}

/// Has etcd elect so many leaders under this load, one after the other, and looks around after each.
pub async fn elections(town: &mut Town, load: Load, count: u64) -> Report {
    let mut report = Report::begin(town, load).await;
    let run = Run::start(town, load).await;
    let start = Instant::now();
    report.elections = elections::hold(town, &run, count).await;
    report.took = start.elapsed();
    run.finish().await;
    report.end(town, &run).await;
    report.all_were_elections(count);
    report
}
