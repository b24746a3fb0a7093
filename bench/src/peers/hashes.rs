//! One password in the formats that the peers know, as `htpasswd` makes them.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::{PASSWORD, USER};

/// Files beside each other, one a format.
const FORMATS: [(&str, &[&str]); 3] =
    [("sha", &["-nbs"]), ("apr1", &["-nbm"]), ("bcrypt", &["-nbB", "-C", "10"])];

/// What the files hold that is needed elsewhere too.
pub(super) struct Hashes {
    pub(super) bcrypt: String,
}

impl Hashes {
    /// Writes `sha`, `apr1` and `bcrypt` into the folder.
    pub(super) fn make(folder: &Path) -> Self {
        let mut bcrypt = String::new();
        for (name, arguments) in FORMATS {
            // `htpasswd -n -b -B -C 10 user password`: the numbers stand between.
            let output = Command::new("htpasswd").args(arguments).args([USER, PASSWORD]).output();
            let output = output.expect("htpasswd, of Debian's apache2-utils");
            assert!(output.status.success(), "htpasswd: {}", String::from_utf8_lossy(&output.stderr));
            let line = String::from_utf8_lossy(&output.stdout).trim().to_owned();
            fs::write(folder.join(name), format!("{line}\n")).expect("a file");
            bcrypt = line.split_once(':').expect("a user and a hash").1.to_owned();
        }
        Self { bcrypt }
    }
}
