//! `cargo xtask cluster`: three nodes on three etcd members, to be tried by hand. What runs them is a program of the
//! tests; here it is built, and becomes this process, so that who stops this one stops them.

use std::os::unix::process::CommandExt;
use std::process::Command;

use crate::process::{cargo, run as finish};
use crate::{install, tree};

/// Does not return if all goes well.
pub(crate) fn run() -> Result<(), String> {
    install::etcd()?;
    // Each for itself: together they would be built with the faults that the tests can switch on.
    finish(&mut cargo(&["build", "--package", "portcullis"]))?;
    finish(&mut cargo(&["build", "--package", "portcullis-tests", "--bin", "cluster"]))?;
    let folder = tree::target().join("debug");
    let mut command = Command::new(folder.join("cluster"));
    let error = command.env("PORTCULLIS_EXECUTABLE", folder.join("portcullis")).exec();
    Err(format!("{} does not start: {error}", folder.join("cluster").display()))
}
