//! Words that must not stand in a file: unfinished work, paths of somebody's machine, notes to oneself, a clock
//! where none is read, a pause in a test. Each word is put together here, so that this file is free of it.

use super::Problem;
use crate::tree::File;

/// Unfinished work, and tests that do not run.
const UNFINISHED: [&str; 7] = [
    concat!("todo", "!"),
    concat!("unimplemented", "!"),
    concat!("TO", "DO"),
    concat!("FIX", "ME"),
    concat!("XX", "X"),
    concat!("dbg", "!"),
    concat!("#[ig", "nore"),
];

/// Paths that exist on one machine only, and texts that only its user can read.
const PRIVATE: [&str; 8] = [
    concat!("/wo", "rk/"),
    concat!("/tmp/", "bash_jobs"),
    concat!("/tmp/", "pc/"),
    concat!("/home/", "user"),
    concat!("shared/", "reference"),
    concat!("shared/", "design"),
    concat!("PLA", "N.md"),
    concat!("this ", "issue"),
];

/// Reading the time. Only the executable does; everything else is given a clock.
const CLOCKS: [&str; 5] = [
    concat!("SystemTime", "::now"),
    concat!("Instant", "::now"),
    concat!("Timestamp", "::now"),
    concat!("Zoned", "::now"),
    concat!("clock_", "gettime"),
];

/// Crates that are given a clock.
const CLOCKLESS: [&str; 7] = [
    "crates/portcullis-model/src/",
    "crates/portcullis-secrets/src/",
    "crates/portcullis-cache/src/",
    "crates/portcullis-store/src/",
    "crates/portcullis-cluster/src/",
    "crates/portcullis-security/src/",
    "crates/portcullis-api/src/",
];

/// Files of theirs that read one all the same, and why.
const CLOCKED: [(&str, &str); 1] =
    [("crates/portcullis-secrets/src/pool.rs", "its threads measure how long work has waited for them")];

/// Waiting for time to pass. A test waits for events.
const PAUSES: [&str; 2] = [concat!("thread::", "sleep"), concat!("time::", "sleep")];

pub(super) fn problems(file: &File) -> Vec<Problem> {
    let mut found = Vec::new();
    let rust = file.extension() == "rs";
    let test = rust && is_test(&file.path);
    let clockless = rust
        && !test
        && CLOCKLESS.iter().any(|folder| file.path.starts_with(folder))
        && CLOCKED.iter().all(|(path, _)| *path != file.path);
    for (number, line) in file.lines() {
        let code = if rust { line.split("//").next().unwrap_or_default() } else { line };
        let mut refuse = |text: &str, words: &[&str], why: &str| {
            for word in words.iter().filter(|word| text.contains(**word)) {
                found.push(format!("{}:{number}: `{word}`: {why}", file.path));
            }
        };
        refuse(line, &UNFINISHED, "what is here is finished");
        refuse(line, &PRIVATE, "nobody else has this");
        if clockless {
            refuse(code, &CLOCKS, "only the executable reads a clock");
        }
        if test {
            refuse(code, &PAUSES, "a test waits for an event, not for time");
        }
    }
    found
}

fn is_test(path: &str) -> bool {
    path.ends_with("tests.rs") || path.contains("/tests/") || path.starts_with("tests/")
}

#[cfg(test)]
mod tests;
