//! The files of the repository. What they must look like is told elsewhere.

use std::fs;
use std::path::{Path, PathBuf};

/// What holds no source at the root: folders, and `.git`, which is a file where the repository has several work trees.
const NOT_OURS: [&str; 4] = ["target", ".git", "config", "data"];

/// The root of the repository.
pub(crate) fn root() -> &'static Path {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here)
}

/// Where cargo builds, and where the tests keep what they install.
pub(crate) fn target() -> PathBuf {
    match std::env::var_os("CARGO_TARGET_DIR") {
        Some(folder) => root().join(folder),
        None => root().join("target"),
    }
}

/// One text file.
#[derive(Debug)]
pub(crate) struct File {
    /// Path from the root, with `/` between folders.
    pub(crate) path: String,
    pub(crate) text: String,
}

impl File {
    pub(crate) fn extension(&self) -> &str {
        Path::new(&self.path).extension().and_then(|extension| extension.to_str()).unwrap_or_default()
    }

    /// Lines with their numbers, from 1.
    pub(crate) fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text.split('\n').enumerate().map(|(index, line)| (index + 1, line))
    }
}

/// Every text file of the repository, ordered by path. Files that are not UTF-8 are left out.
pub(crate) fn files() -> Result<Vec<File>, String> {
    let mut files = Vec::new();
    collect(root(), &mut files)?;
    files.sort_by(|left, right| left.path.cmp(&right.path));
    Ok(files)
}

fn collect(folder: &Path, files: &mut Vec<File>) -> Result<(), String> {
    for entry in fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))? {
        let path = entry.map_err(|error| format!("{}: {error}", folder.display()))?.path();
        let relative = relative(&path);
        if NOT_OURS.contains(&relative.as_str()) {
            continue;
        }
        if path.is_dir() {
            let made = ["node_modules", "__pycache__", "target"].iter().any(|name| path.ends_with(name));
            if !made {
                collect(&path, files)?;
            }
        } else if let Ok(text) = fs::read_to_string(&path) {
            files.push(File { path: relative, text });
        }
    }
    Ok(())
}

fn relative(path: &Path) -> String {
    let inside: PathBuf = path.strip_prefix(root()).unwrap_or(path).components().collect();
    inside.to_string_lossy().replace('\\', "/")
}
