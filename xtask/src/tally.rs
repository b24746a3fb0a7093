//! Steps and their count: how many checks passed and how many failed. It knows no step by name.

use std::process::{Command, ExitCode};
use std::time::Instant;

use crate::process;

/// How many checks passed and how many failed, over all steps so far.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    passed: u64,
    failed: u64,
    broken: Vec<String>,
}

impl Tally {
    /// One step that is one check. True if it passed.
    pub(crate) fn step(&mut self, name: &str, check: impl FnOnce() -> Result<(), String>) -> bool {
        let start = begin(name);
        let outcome = check();
        match &outcome {
            Ok(()) => self.passed += 1,
            Err(reason) => {
                println!("{}", reason.trim_end());
                self.fail(name, 1);
            }
        }
        end(name, start, outcome.is_ok());
        outcome.is_ok()
    }

    /// One step that is a run of `cargo test`: each of its tests counts. A run that breaks before it has a
    /// failed test to show, an ignored test and a run without any test are failures, so nothing is left out quietly.
    pub(crate) fn tests(&mut self, name: &str, command: &mut Command) {
        let start = begin(name);
        let mut sum = Counts::default();
        let ended = process::watch(command, |line| sum.add(counts(line)));
        let mut failed = sum.failed + sum.ignored;
        if sum.ignored > 0 {
            println!("{} tests are ignored: an ignored test counts as failed", sum.ignored);
        }
        if let Err(reason) = &ended {
            println!("{reason}");
        }
        if failed == 0 && (ended != Ok(true) || sum.passed == 0) {
            failed = 1;
        }
        self.passed += sum.passed;
        if failed > 0 {
            self.fail(name, failed);
        }
        end(name, start, failed == 0);
    }

    /// Says what failed and, alone on the last line, how many passed and how many did not.
    pub(crate) fn close(&self) -> ExitCode {
        println!();
        for step in &self.broken {
            println!("failed: {step}");
        }
        println!("{} passed, {} failed", self.passed, self.failed);
        if self.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }

    fn fail(&mut self, name: &str, checks: u64) {
        self.failed += checks;
        self.broken.push(name.to_owned());
    }
}

fn begin(name: &str) -> Instant {
    println!("\n==> {name}");
    Instant::now()
}

fn end(name: &str, start: Instant, passed: bool) {
    let word = if passed { "passed" } else { "FAILED" };
    println!("<== {name}: {word} after {} s", start.elapsed().as_secs());
}

/// The numbers of one `test result:` line.
#[derive(Debug, Default, PartialEq, Eq)]
struct Counts {
    passed: u64,
    failed: u64,
    ignored: u64,
}

impl Counts {
    fn add(&mut self, other: Counts) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.ignored += other.ignored;
    }
}

/// Reads `test result: ok. 3 passed; 0 failed; 0 ignored; …`; any other line is all zero.
fn counts(line: &str) -> Counts {
    let mut counts = Counts::default();
    let Some((_, numbers)) = line.strip_prefix("test result: ").and_then(|rest| rest.split_once(". ")) else {
        return counts;
    };
    for part in numbers.split("; ") {
        let Some((number, what)) = part.split_once(' ') else { continue };
        let Ok(number) = number.parse() else { continue };
        match what {
            "passed" => counts.passed = number,
            "failed" => counts.failed = number,
            "ignored" => counts.ignored = number,
            _ => {}
        }
    }
    counts
}

#[cfg(test)]
mod tests;
