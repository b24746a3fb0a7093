//! Links in the documents lead to files that exist.

use std::path::{Component, Path, PathBuf};

use super::Problem;
use crate::tree::{self, File};

pub(super) fn problems(file: &File) -> Vec<Problem> {
    if file.extension() != "md" {
        return Vec::new();
    }
    let folder = Path::new(&file.path).parent().unwrap_or(Path::new(""));
    let mut found = Vec::new();
    for (number, line) in file.lines() {
        for link in targets(line) {
            if !exists(folder, link) {
                found.push(format!("{}:{number}: there is no `{link}`", file.path));
            }
        }
    }
    found
}

/// What the inline links of a line of Markdown lead to, without links to elsewhere and to headings.
fn targets(line: &str) -> impl Iterator<Item = &str> {
    line.split("](").skip(1).filter_map(|rest| {
        let link = rest.split([')', ' ', '#']).next().unwrap_or_default();
        let elsewhere = link.is_empty() || link.contains("://") || link.starts_with("mailto:");
        (!elsewhere).then_some(link)
    })
}

/// True if `link`, seen from `folder`, is inside the repository and there.
fn exists(folder: &Path, link: &str) -> bool {
    let mut path = PathBuf::new();
    for part in folder.join(link).components() {
        match part {
            Component::Normal(name) => path.push(name),
            Component::CurDir => {}
            Component::ParentDir if path.pop() => {}
            Component::ParentDir | Component::RootDir | Component::Prefix(_) => return false,
        }
    }
    tree::root().join(path).exists()
}

#[cfg(test)]
mod tests;
