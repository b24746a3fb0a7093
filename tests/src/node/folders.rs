//! The folders of one node.

use std::path::{Path, PathBuf};

use tempfile::TempDir;

/// A data folder and a configuration folder that go away with this.
#[derive(Debug)]
pub struct Folders(TempDir);

impl Folders {
    /// New ones.
    pub(crate) fn new() -> Self {
        let folder = TempDir::with_prefix("portcullis-").unwrap();
        std::fs::create_dir(folder.path().join("config")).unwrap();
        Self(folder)
    }

    /// The folder of both.
    pub fn root(&self) -> &Path {
        self.0.path()
    }

    /// The data folder. The node makes it.
    pub fn data(&self) -> PathBuf {
        self.0.path().join("data")
    }

    /// The configuration folder.
    pub fn configuration(&self) -> PathBuf {
        self.0.path().join("config")
    }

    /// Writes a file of the configuration folder as the file tools do: nobody sees half of it.
    pub fn write(&self, name: &str, text: &str) {
        let beside = self.0.path().join("written");
        std::fs::write(&beside, text).unwrap();
        std::fs::rename(beside, self.configuration().join(name)).unwrap();
    }

    /// Removes a file of the configuration folder.
    pub fn remove(&self, name: &str) {
        std::fs::remove_file(self.configuration().join(name)).unwrap();
    }
}
