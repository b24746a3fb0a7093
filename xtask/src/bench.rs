//! `cargo xtask bench`: builds Portcullis as it is released, and the program that measures it beside its peers; that one
//! writes `docs/BENCHMARKS.md`. No figure is judged here.

use std::process::Command;

use crate::process::{cargo, run};
use crate::{install, tree};

/// Passes `arguments` on to the program.
pub(crate) fn run_all(arguments: &[&str]) -> Result<(), String> {
    install::peers()?;
    run(&mut cargo(&["build", "--release", "--package", "portcullis", "--package", "portcullis-bench"]))?;
    let folder = tree::target().join("release");
    let mut command = Command::new(folder.join("portcullis-bench"));
    run(command.args(arguments).env("PORTCULLIS_EXECUTABLE", folder.join("portcullis")))
}
