//! The official Python clients: one virtual environment for each major version, from pinned requirements.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::process::{run, succeeds};
use crate::tree;

/// The major version of the client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Release {
    Eight,
    Nine,
}

impl Release {
    fn name(self) -> &'static str {
        match self {
            Release::Eight => "python-8",
            Release::Nine => "python-9",
        }
    }

    fn requirements(self) -> PathBuf {
        tree::root().join("tests/clients/python").join(match self {
            Release::Eight => "requirements-8.txt",
            Release::Nine => "requirements-9.txt",
        })
    }
}

/// The interpreter that has the client; an error if it is not installed in the version that is pinned.
pub(crate) fn interpreter(release: Release) -> Result<PathBuf, String> {
    let python = folder(release).join("bin/python");
    let pinned = read(&release.requirements())?;
    let installed = fs::read_to_string(stamp(release)).unwrap_or_default();
    if installed == pinned && succeeds(Command::new(&python).args(["-c", "import elasticsearch"])) {
        Ok(python)
    } else {
        let requirements = release.requirements();
        Err(format!("not installed: what {} pins; `cargo xtask install` does it", requirements.display()))
    }
}

/// Makes the environment and fills it, unless it is there.
pub(crate) fn install(release: Release) -> Result<(), String> {
    if interpreter(release).is_ok() {
        return Ok(());
    }
    let folder = folder(release);
    run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&folder))?;
    let mut pip = Command::new(folder.join("bin/python"));
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"]);
    run(pip.arg(release.requirements()))?;
    let pinned = read(&release.requirements())?;
    fs::write(stamp(release), pinned).map_err(|error| format!("{}: {error}", stamp(release).display()))?;
    interpreter(release).map(|_| ())
}

fn folder(release: Release) -> PathBuf {
    tree::target().join("clients").join(release.name())
}

/// Holds the requirements that were installed; written last.
fn stamp(release: Release) -> PathBuf {
    folder(release).join("installed.txt")
}

fn read(path: &PathBuf) -> Result<String, String> {
    fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))
}
