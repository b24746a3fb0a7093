//! Where one run of a script has its files: what the script says and which secrets it made, and the logs of its nodes.

use std::fs::{self, File};
use std::path::PathBuf;
use std::process::Command;

use crate::process::output;
use crate::tree;

/// How much of a log is shown when something went wrong.
const LINES_SHOWN: usize = 60;

/// A fresh folder, and the password of `elastic`.
pub(super) struct Place {
    pub(super) folder: PathBuf,
    pub(super) password: String,
}

impl Place {
    /// An empty one. The last run's is gone then.
    pub(super) fn fresh(name: &str) -> Result<Self, String> {
        let folder = tree::target().join("clients/run").join(name);
        if folder.exists() {
            fs::remove_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        }
        fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        let hex = output(Command::new("od").args(["-An", "-N16", "-tx1", "/dev/urandom"]))?;
        Ok(Self { folder, password: hex.split_whitespace().collect() })
    }

    /// The path of a file or folder in it.
    pub(super) fn path(&self, name: &str) -> String {
        self.folder.join(name).display().to_string()
    }

    /// What every script is told.
    pub(super) fn environment(&self) -> [(&'static str, String); 4] {
        [
            ("PORTCULLIS_PASSWORD", self.password.clone()),
            ("PORTCULLIS_SECRETS", self.path("secrets")),
            ("PORTCULLIS_SCRATCH", self.folder.display().to_string()),
            ("NO_PROXY", "127.0.0.1".to_owned()),
        ]
    }

    /// A file, for two outputs.
    pub(super) fn outputs(&self, name: &str) -> Result<(File, File), String> {
        let told = |error: std::io::Error| format!("{name}: {error}");
        let file = File::create(self.folder.join(name)).map_err(told)?;
        let copy = file.try_clone().map_err(told)?;
        Ok((file, copy))
    }

    /// What the script has written, with every secret of the run taken out.
    pub(super) fn said(&self) -> String {
        self.without_secrets(self.text("output"))
    }

    /// An error if one of these logs has the password or one of the secrets that the script wrote down.
    pub(super) fn leaks(&self, logs: &[&str]) -> Result<(), String> {
        for name in logs {
            let log = self.text(name);
            if let Some(index) = self.secrets().iter().position(|secret| log.contains(secret.as_str())) {
                return Err(format!("secret {index} of the run stands in the {name} of the node"));
            }
        }
        Ok(())
    }

    /// The last lines of these logs, with every secret of the run taken out.
    pub(super) fn ends(&self, logs: &[&str]) -> String {
        let mut text = String::new();
        for name in logs {
            let log = self.without_secrets(self.text(name));
            let lines: Vec<&str> = log.lines().collect();
            text.push_str(&format!("the end of the node's {name}:\n"));
            for line in lines.iter().skip(lines.len().saturating_sub(LINES_SHOWN)) {
                text.push_str(&format!("  {line}\n"));
            }
        }
        text
    }

    /// A file as text; empty if it is not there.
    pub(super) fn text(&self, name: &str) -> String {
        let bytes = fs::read(self.folder.join(name)).unwrap_or_default();
        String::from_utf8_lossy(&bytes).into_owned()
    }

    fn without_secrets(&self, text: String) -> String {
        self.secrets().iter().fold(text, |text, secret| text.replace(secret, "[secret]"))
    }

    /// The password, and what the script wrote down, one a line.
    fn secrets(&self) -> Vec<String> {
        let written = fs::read_to_string(self.folder.join("secrets")).unwrap_or_default();
        let lines = written.lines().filter(|line| !line.is_empty()).map(str::to_owned);
        std::iter::once(self.password.clone()).chain(lines).collect()
    }
}
