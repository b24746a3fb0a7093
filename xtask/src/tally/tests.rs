//! What is counted, and what counts as failed.

use super::{Counts, Tally, counts};
use crate::process::cargo;
use std::process::Command;

fn shell(script: &str) -> Command {
    let mut command = Command::new("sh");
    command.args(["-c", script]);
    command
}

#[test]
fn a_result_line_is_read() {
    let line =
        "test result: FAILED. 12 passed; 3 failed; 1 ignored; 0 measured; 9 filtered out; finished in 0.1s";
    assert_eq!(counts(line), Counts { passed: 12, failed: 3, ignored: 1 });
    assert_eq!(counts("test cache::tests::result ... ok"), Counts::default());
}

#[test]
fn runs_add_up() {
    let mut tally = Tally::default();
    tally.tests(
        "two",
        &mut shell("echo 'test result: ok. 2 passed; 0 failed'; echo 'test result: ok. 3 passed; 0 failed'"),
    );
    assert!(tally.step("one", || Ok(())));
    assert_eq!((tally.passed, tally.failed), (6, 0));
}

#[test]
fn a_run_that_breaks_without_a_failed_test_fails() {
    let mut tally = Tally::default();
    tally.tests("broken", &mut shell("echo 'test result: ok. 2 passed; 0 failed'; exit 101"));
    assert_eq!((tally.passed, tally.failed), (2, 1));
}

#[test]
fn a_run_without_tests_fails() {
    let mut tally = Tally::default();
    tally.tests("empty", &mut shell("echo 'test result: ok. 0 passed; 0 failed'"));
    assert_eq!((tally.passed, tally.failed), (0, 1));
}

#[test]
fn an_ignored_test_fails() {
    let mut tally = Tally::default();
    tally.tests("ignored", &mut shell("echo 'test result: ok. 2 passed; 0 failed; 1 ignored'"));
    assert_eq!((tally.passed, tally.failed), (2, 1));
}

#[test]
fn a_program_that_is_not_there_fails() {
    let mut tally = Tally::default();
    tally.tests("missing", &mut Command::new("/nonexistent/program"));
    assert!(!tally.step("refused", || Err("no".to_owned())));
    assert_eq!((tally.passed, tally.failed), (0, 2));
    assert_eq!(tally.broken, ["missing", "refused"]);
}

#[test]
fn cargo_runs_in_the_root() {
    let command = cargo(&["--version"]);
    assert_eq!(command.get_current_dir(), Some(crate::tree::root()));
}
