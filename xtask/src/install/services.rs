//! Installing packages without starting the servers in them: the tests start theirs, and nothing else shall listen on this
//! machine.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

#[cfg(test)]
mod tests;

/// Which program Debian's packages ask whether they may start a service (`invoke-rc.d`, policy-rc.d layer).
const POLICY: &str = "/usr/sbin/policy-rc.d";

/// It says no: 101 is "action forbidden by policy".
const NO: &str = "#!/bin/sh\nexit 101\n";

/// Does what `install` does, and no service is started meanwhile.
pub(super) fn kept_down(install: impl FnOnce() -> Result<(), String>) -> Result<(), String> {
    kept_down_by(Path::new(POLICY), install)
}

fn kept_down_by(path: &Path, install: impl FnOnce() -> Result<(), String>) -> Result<(), String> {
    let _policy = Policy::put(path)?;
    install()
}

/// The policy that is ours. Dropping it removes it. Where the machine has one of its own, as containers do, that one
/// decides and stays.
struct Policy(Option<PathBuf>);

impl Policy {
    fn put(path: &Path) -> Result<Self, String> {
        let told = |error: std::io::Error| format!("{}: {error}", path.display());
        match OpenOptions::new().write(true).create_new(true).mode(0o755).open(path) {
            Ok(mut file) => {
                let policy = Self(Some(path.to_owned()));
                file.write_all(NO.as_bytes()).map_err(told)?;
                Ok(policy)
            }
            Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(Self(None)),
            Err(error) => Err(told(error)),
        }
    }
}

impl Drop for Policy {
    fn drop(&mut self) {
        if let Some(path) = &self.0
            && let Err(error) = fs::remove_file(path)
        {
            println!("{} must be removed by hand: {error}", path.display());
        }
    }
}
