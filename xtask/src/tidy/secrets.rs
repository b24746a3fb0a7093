//! Where the clear text of a secret is looked at. Everywhere else a secret is passed on unseen.

use super::Problem;
use crate::tree::File;

/// The crate that owns secrets.
const OWNER: &str = "crates/portcullis-secrets/";

/// Files outside it that look at clear text, and why each must.
const ALLOWED: [(&str, &str); 11] = [
    ("crates/portcullis-api/src/wire/secret.rs", "a new credential's secret becomes JSON, once"),
    (
        "crates/portcullis-security/src/authn/credentials.rs",
        "what a header holds is taken apart and put together",
    ),
    (
        "crates/portcullis-security/src/realms/ldap/connection.rs",
        "the LDAP library sends a password to the directory",
    ),
    ("crates/portcullis-security/src/realms/ldap/tls/files.rs", "the TLS library parses the private key"),
    ("crates/portcullis/src/commands/entered_password.rs", "a password that is entered must be text"),
    ("crates/portcullis/src/commands/reset_password.rs", "a new password is shown to who asked for it, once"),
    ("crates/portcullis/src/commands/service_tokens.rs", "a new token is shown to who asked for it, once"),
    ("crates/portcullis/src/listeners/tls.rs", "the TLS library parses the private key"),
    (
        "crates/portcullis/src/wiring/bootstrap.rs",
        "the first password must be text, and is shown on a terminal, once",
    ),
    ("crates/portcullis/src/wiring/etcd.rs", "the engine sends a password to etcd"),
    ("crates/portcullis/src/wiring/store.rs", "a random name is made as secrets are, and is none"),
];

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
