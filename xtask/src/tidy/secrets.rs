//! Where the clear text of a secret is looked at. Everywhere else a secret is passed on unseen.

use super::Problem;
use crate::tree::File;

/// The crate that owns secrets.
const OWNER: &str = "crates/portcullis-secrets/";

/// Files outside it that look at clear text, and why each must.
const ALLOWED: [(&str, &str); 1] =
    [("crates/portcullis-api/src/wire/secret.rs", "a new credential's secret becomes JSON, once")];

/// The calls that show clear text.
const SHOWING: [&str; 3] =
    [concat!(".expose", "("), concat!(".expose_str", "("), concat!(".expose_secret", "(")];

pub(super) fn problems(file: &File) -> Vec<Problem> {
    let elsewhere = file.extension() == "rs"
        && file.path.starts_with("crates/")
        && !file.path.starts_with(OWNER)
        && !file.path.ends_with("tests.rs")
        && !file.path.contains("/tests/")
        && ALLOWED.iter().all(|(path, _)| *path != file.path);
    if !elsewhere {
        return Vec::new();
    }
    let mut found = Vec::new();
    for (number, line) in file.lines() {
        let code = line.split("//").next().unwrap_or_default();
        for call in SHOWING.iter().filter(|call| code.contains(**call)) {
            found.push(format!(
                "{}:{number}: `{call})` shows a secret here (xtask/src/tidy/secrets.rs)",
                file.path
            ));
        }
    }
    found
}

/// Lines of the list that nothing needs any more.
pub(super) fn unneeded(files: &[File]) -> Vec<Problem> {
    let needed = |path: &str| {
        let file = files.iter().find(|file| file.path == path);
        file.is_some_and(|file| SHOWING.iter().any(|call| file.text.contains(call)))
    };
    let unneeded = ALLOWED.iter().filter(|(path, _)| !needed(path));
    unneeded
        .map(|(path, _)| format!("{path}: listed in xtask/src/tidy/secrets.rs and looks at no secret"))
        .collect()
}

#[cfg(test)]
mod tests;
