//! `cargo xtask soak`: a cluster under load for minutes, or through many elections of etcd's leader.
//!
//! `soak SECONDS WRITES STORM` or `soak --elections COUNT WRITES STORM`.

use std::process::ExitCode;
use std::time::Duration;

use portcullis_tests::soak::{self, Load, Town};

#[tokio::main]
async fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let (elections, numbers) = match words.split_first() {
        Some((first, rest)) if first == "--elections" => (true, rest),
        _ => (false, words.as_slice()),
    };
    let numbers: Option<Vec<u32>> = numbers.iter().map(|it| it.parse().ok()).collect();
    let Some([much, writes, storm]) = numbers.as_deref() else {
        eprintln!("soak [--elections] MUCH WRITES STORM");
        return ExitCode::FAILURE;
    };
    let load = Load { writes: *writes, storm: *storm as usize };
    let mut town = Town::start().await;
    let report = if elections {
        soak::elections(&mut town, load, u64::from(*much)).await
    } else {
        soak::healthy(&town, load, Duration::from_secs(u64::from(*much))).await
    };
    println!("{report}");
    if report.problems.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
