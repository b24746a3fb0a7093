//! `cargo xtask tidy`: the rules of this repository that no compiler checks, each a small function over its files.

mod layout;
mod links;
mod named;
mod secrets;
mod words;

use crate::{arrows, compat, tree};

/// What one rule has to say about one place.
type Problem = String;

/// Every rule over every file. The error lists what is wrong, a line each.
pub(crate) fn run() -> Result<(), String> {
    let files = tree::files()?;
    let mut problems = arrows::problems()?;
    for file in &files {
        problems.extend(layout::problems(file));
        problems.extend(words::problems(file));
        problems.extend(links::problems(file));
        problems.extend(secrets::problems(file));
    }
    problems.extend(named::problems(&files));
    problems.extend(secrets::unneeded(&files));
    problems.extend(compat::check().err());
    if problems.is_empty() {
        println!("{} files are tidy", files.len());
        return Ok(());
    }
    problems.sort();
    Err(format!("{}\n{} problems", problems.join("\n"), problems.len()))
}
