//! Tests that documents name by file and function, `path.rs::function`, are there.

use super::Problem;
use crate::tree::File;

/// What begins a function, by the extension of its file.
const BEGINS: [(&str, &str); 2] = [("rs", "fn "), ("py", "def ")];

pub(super) fn problems(files: &[File]) -> Vec<Problem> {
    let mut found = Vec::new();
    for file in files.iter().filter(|file| file.extension() == "md") {
        for (number, line) in file.lines() {
            for (path, name) in references(line) {
                if !files.iter().any(|it| it.path == path && has(it, name)) {
                    found.push(format!("{}:{number}: there is no `{path}::{name}`", file.path));
                }
            }
        }
    }
    found
}

/// The files and functions that stand in a line's code.
fn references(line: &str) -> impl Iterator<Item = (&str, &str)> {
    line.split('`').skip(1).step_by(2).filter_map(|code| {
        let (path, name) = code.split_once("::")?;
        BEGINS.iter().any(|(extension, _)| path.ends_with(&format!(".{extension}"))).then_some((path, name))
    })
}

fn has(file: &File, name: &str) -> bool {
    let begins = BEGINS.iter().find(|(extension, _)| file.extension() == *extension);
    begins.is_some_and(|(_, begin)| file.text.contains(&format!("{begin}{name}(")))
}

#[cfg(test)]
mod tests;
