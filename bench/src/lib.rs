//! The benchmark of the whole path in process: a credential from its header to its verdict, clears under load, memory,
//! the time from start to first answer, and logins of users of a real directory. Figures are medians of several rounds; machines are noisy, so compare
//! figures of one run with each other and not with those of another day.
#![allow(
    clippy::print_stdout,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a program that prints what it measures, and stops where it cannot"
)]

mod bare;
mod clears;
mod fixture;
mod header;
mod logins;
mod memory;
mod slices;
mod start;

use std::time::Duration;

/// Runs all of it.
pub fn run() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    println!("{:<72} {:>14} {:>14}", "what", "median", "least");
    runtime.block_on(async {
        start::measure().await;
        memory::measure().await;
        header::measure().await;
        clears::measure().await;
    });
    drop(runtime);
    logins::measure();
}

/// Prints one line.
fn tell(what: &str, mut rounds: Vec<Duration>) {
    rounds.sort_unstable();
    let median = rounds[rounds.len() / 2];
    println!("{what:<72} {median:>14.1?} {:>14.1?}", rounds[0]);
}
