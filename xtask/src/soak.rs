//! `cargo xtask soak`: three nodes on three etcd members under load for minutes, or through many elections of etcd's leader.
//! What loads them is a program of the tests; here it is built, beside the executable as it is released, and becomes
//! this process.

use std::os::unix::process::CommandExt;
use std::process::Command;

use crate::process::{cargo, run as finish};
use crate::{install, tree};

/// How long, unless it is said.
const MINUTES: u32 = 10;
/// Writes in a second that are asked for, and who tries wrong passwords at each node.
const LOAD: [&str; 2] = ["500", "8"];
/// The same while leaders are elected.
const LIGHT: [&str; 2] = ["50", "2"];

/// What the words after `soak` ask for.
pub(crate) enum Soak {
    /// Load for so many minutes.
    Minutes(u32),
    /// So many elections.
    Elections(u32),
}

impl Soak {
    pub(crate) fn parse(words: &[&str]) -> Result<Self, String> {
        let number = |word: &str| word.parse().map_err(|_| format!("`{word}` is not a number"));
        match words {
            [] => Ok(Self::Minutes(MINUTES)),
            ["--elections", count] => Ok(Self::Elections(number(count)?)),
            [minutes] => Ok(Self::Minutes(number(minutes)?)),
            _ => Err("cargo xtask soak [MINUTES | --elections COUNT]".to_owned()),
        }
    }
}

/// Does not return if all goes well.
pub(crate) fn run(soak: &Soak) -> Result<(), String> {
    install::etcd()?;
    // Each for itself: together they would be built with the faults that the tests can switch on.
    finish(&mut cargo(&["build", "--release", "--package", "portcullis"]))?;
    finish(&mut cargo(&["build", "--package", "portcullis-tests", "--bin", "soak"]))?;
    let program = tree::target().join("debug/soak");
    let mut command = Command::new(&program);
    match soak {
        Soak::Minutes(minutes) => command.arg(minutes.saturating_mul(60).to_string()).args(LOAD),
        Soak::Elections(count) => command.args(["--elections", &count.to_string()]).args(LIGHT),
    };
    let error = command.env("PORTCULLIS_EXECUTABLE", tree::target().join("release/portcullis")).exec();
    Err(format!("{} does not start: {error}", program.display()))
}
