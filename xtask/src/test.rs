//! `cargo xtask test`: every step in order. What a step does stands in its own file; here is only which and when.

use std::process::ExitCode;

use crate::process::{self, cargo};
use crate::tally::Tally;
use crate::{clients, install, tidy, tree};

/// Whether a missing tool may be installed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Installing {
    Allowed,
    Forbidden,
}

/// Runs everything. A step that fails does not keep the next ones from running: one run tells all.
pub(crate) fn run(installing: Installing) -> ExitCode {
    let mut tally = Tally::default();
    if installing == Installing::Allowed {
        match install::system() {
            Ok(()) => {}
            Err(install::Refused::NotPossible(missing)) => {
                println!("{missing}");
                return ExitCode::FAILURE;
            }
            Err(install::Refused::Failed(reason)) => {
                tally.step("install system packages", || Err(reason));
            }
        }
        tally.step("install the official clients", install::clients);
    }
    tally.step("fmt", || process::run(&mut cargo(&["fmt", "--all", "--check"])));
    tally.step("clippy", || {
        let arguments = ["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"];
        process::run(&mut cargo(&arguments))
    });
    tally.step("tidy", tidy::run);
    tally.tests("tests", &mut cargo(&["test", "--workspace", "--no-fail-fast"]));
    loom(&mut tally);
    client_steps(&mut tally, &[]);
    tally.close()
}

/// Runs only the tests with the official clients, or those of them that `names` names.
pub(crate) fn run_clients(names: &[&str]) -> ExitCode {
    let mut tally = Tally::default();
    client_steps(&mut tally, names);
    tally.close()
}

fn client_steps(tally: &mut Tally, names: &[&str]) {
    let built = tally.step("build the executable", || {
        process::run(&mut cargo(&["build", "--package", "portcullis"]))?;
        process::run(&mut cargo(&["build", "--package", "portcullis-tests", "--bin", "cluster"]))
    });
    if !built {
        return;
    }
    for client in clients::ALL.iter().filter(|client| names.is_empty() || names.contains(&client.name)) {
        tally.step(&format!("client {}", client.name), || clients::check(client));
    }
}

/// The fence under loom, in a target folder of its own: another `cfg` would build everything else again.
fn loom(tally: &mut Tally) {
    let folder = tree::target().join("loom");
    let flags = std::env::var("RUSTFLAGS").unwrap_or_default();
    let mut command = cargo(&["test", "--package", "portcullis-cache", "--release", "--lib", "loom"]);
    command
        .env("RUSTFLAGS", format!("{flags} --cfg loom"))
        .env("CARGO_PROFILE_RELEASE_LTO", "off")
        .env("CARGO_TARGET_DIR", folder);
    tally.tests("loom", &mut command);
}
