//! `cargo xtask bench`: the benchmarks, one after another on an otherwise idle machine. No figure is judged here.

use crate::process::{cargo, run};

/// The cache's own benchmark, then the one of the whole path from header to answer.
pub(crate) fn run_all() -> Result<(), String> {
    run(&mut cargo(&["bench", "--package", "portcullis-cache"]))?;
    run(&mut cargo(&["bench", "--package", "portcullis-bench"]))
}
