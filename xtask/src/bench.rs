//! `cargo xtask bench`: the benchmarks, one after another on an otherwise idle machine. No figure is judged here.

use crate::install;
use crate::process::{cargo, run};

/// The cache's own benchmark, then the one of the whole path from header to answer, which asks a real directory.
pub(crate) fn run_all() -> Result<(), String> {
    install::directory()?;
    run(&mut cargo(&["bench", "--package", "portcullis-cache"]))?;
    run(&mut cargo(&["bench", "--package", "portcullis-bench"]))
}
