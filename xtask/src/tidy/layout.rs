//! What a file looks like from outside: its length, its name, its header, its white space.

use super::Problem;
use crate::tree::File;

/// No file is longer: beyond it, two nouns share a file.
const LONGEST: usize = 500;

/// Names that say nothing about what is inside.
const FORBIDDEN_NAMES: [&str; 9] =
    ["common", "util", "utils", "helper", "helpers", "types", "misc", "manager", "mod"];

/// Files that people write: only these have to be free of stray white space.
const WRITTEN: [&str; 9] = ["rs", "md", "toml", "py", "mjs", "sh", "yml", "json", "txt"];

/// Files with code in them.
const CODE: [&str; 4] = ["rs", "py", "mjs", "sh"];

pub(super) fn problems(file: &File) -> Vec<Problem> {
    let mut found = Vec::new();
    let path = &file.path;
    if CODE.contains(&file.extension()) {
        let lines = file.text.lines().count();
        if lines > LONGEST {
            found.push(format!("{path}: {lines} lines; no file has more than {LONGEST}"));
        }
        for part in path.trim_end_matches(&format!(".{}", file.extension())).split('/') {
            if FORBIDDEN_NAMES.contains(&part) {
                found.push(format!("{path}: `{part}` says nothing about what is inside"));
            }
        }
    }
    if file.extension() == "rs" {
        // A `tests.rs` says by its place what it holds.
        if !path.ends_with("/tests.rs") && !has_header(&file.text) {
            found.push(format!("{path}: does not begin with `//!`: what lives here and what never will"));
        }
        if file.text.lines().any(|line| line.trim_start().starts_with("mod tests {")) {
            found.push(format!("{path}: unit tests live in a file of their own, `{}`", tests_file(path)));
        }
    }
    if WRITTEN.contains(&file.extension()) {
        found.extend(white_space(file));
    }
    found
}

/// True if the first line that is not an inner attribute is a module comment.
fn has_header(text: &str) -> bool {
    let mut lines = text.lines().filter(|line| !line.trim().is_empty() && !line.starts_with("#!["));
    lines.next().is_some_and(|line| line.starts_with("//!"))
}

fn tests_file(path: &str) -> String {
    match path.strip_suffix("/lib.rs").or_else(|| path.strip_suffix("/main.rs")) {
        Some(folder) => format!("{folder}/tests.rs"),
        None => format!("{}/tests.rs", path.trim_end_matches(".rs")),
    }
}

fn white_space(file: &File) -> Vec<Problem> {
    let mut found = Vec::new();
    let path = &file.path;
    for (number, line) in file.lines() {
        if line.ends_with([' ', '\t', '\r']) {
            found.push(format!("{path}:{number}: white space at the end of the line"));
        }
    }
    if !file.text.is_empty() && (!file.text.ends_with('\n') || file.text.ends_with("\n\n")) {
        found.push(format!("{path}: does not end with exactly one line feed"));
    }
    found
}

#[cfg(test)]
mod tests;
