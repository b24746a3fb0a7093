//! The official JavaScript client, and a Node.js that can run it where the system's own is too old.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::process::{output, run};
use crate::tree;

/// The oldest major version of Node.js that the client runs on.
const OLDEST_NODE: u32 = 20;

/// The Node.js that npm brings where the system's is older.
const BUNDLED_NODE: &str = "20.19.6";

/// What the client is imported from.
pub(crate) fn modules() -> Result<PathBuf, String> {
    let pinned = package()?;
    let installed = fs::read_to_string(stamp()).unwrap_or_default();
    if installed == pinned && folder().join("node_modules/@elastic/elasticsearch/package.json").is_file() {
        Ok(folder())
    } else {
        Err("not installed: what tests/clients/javascript/package.json pins; `cargo xtask install` does it"
            .into())
    }
}

/// A Node.js that is new enough.
pub(crate) fn node() -> Result<PathBuf, String> {
    [PathBuf::from("node"), bundled_node()]
        .into_iter()
        .find(|program| major(program).is_some_and(|major| major >= OLDEST_NODE))
        .ok_or_else(|| format!("not installed: Node.js {OLDEST_NODE} or newer"))
}

/// Installs the client, and Node.js too if needed, unless they are there.
pub(crate) fn install() -> Result<(), String> {
    if node().is_err() {
        install_node()?;
    }
    if modules().is_ok() {
        return Ok(());
    }
    let folder = folder();
    fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let pinned = package()?;
    let copy = folder.join("package.json");
    fs::write(&copy, &pinned).map_err(|error| format!("{}: {error}", copy.display()))?;
    run(&mut npm(&[]))?;
    fs::write(stamp(), pinned).map_err(|error| format!("{}: {error}", stamp().display()))?;
    modules().map(|_| ())
}

/// npm has Node.js itself as a package, one for each platform.
fn install_node() -> Result<(), String> {
    let architecture = match std::env::consts::ARCH {
        "x86_64" => "x64",
        "aarch64" => "arm64",
        other => {
            return Err(format!(
                "Node.js {OLDEST_NODE} is needed, and there is no package of it for {other}"
            ));
        }
    };
    let prefix = node_folder();
    fs::create_dir_all(&prefix).map_err(|error| format!("{}: {error}", prefix.display()))?;
    let package = format!("node-{}-{architecture}@{BUNDLED_NODE}", std::env::consts::OS);
    let mut npm = npm(&[package.as_str()]);
    run(npm.current_dir(prefix))?;
    node().map(|_| ())
}

fn npm(packages: &[&str]) -> Command {
    let mut command = Command::new("npm");
    command.args(["install", "--no-package-lock", "--no-audit", "--no-fund", "--loglevel", "error"]);
    command.args(packages).current_dir(folder());
    command
}

fn major(program: &PathBuf) -> Option<u32> {
    let version = output(Command::new(program).arg("--version")).ok()?;
    version.trim().strip_prefix('v')?.split('.').next()?.parse().ok()
}

fn package() -> Result<String, String> {
    let path = tree::root().join("tests/clients/javascript/package.json");
    fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))
}

fn folder() -> PathBuf {
    tree::target().join("clients/javascript")
}

/// Holds the `package.json` that was installed; written last.
fn stamp() -> PathBuf {
    folder().join("installed.json")
}

fn node_folder() -> PathBuf {
    tree::target().join("clients/node")
}

fn bundled_node() -> PathBuf {
    let architecture = if std::env::consts::ARCH == "aarch64" { "arm64" } else { "x64" };
    node_folder().join(format!("node_modules/node-{}-{architecture}/bin/node", std::env::consts::OS))
}
