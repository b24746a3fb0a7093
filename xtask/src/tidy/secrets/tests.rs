//! Looking at a secret, where it is allowed and where it is not.

use super::{ALLOWED, SHOWING, problems, unneeded};
use crate::tree::File;

fn found(path: &str, call: &str) -> usize {
    let text = format!("let clear = secret{call});\n");
    problems(&File { path: path.to_owned(), text }).len()
}

#[test]
fn only_listed_files_look_at_a_secret() {
    for call in SHOWING {
        assert_eq!(found("crates/portcullis-security/src/core.rs", call), 1, "{call}");
        assert_eq!(found("crates/portcullis-security/src/core/tests.rs", call), 0, "{call}");
        assert_eq!(found("crates/portcullis-secrets/src/format.rs", call), 0, "{call}");
        assert_eq!(found(ALLOWED[0].0, call), 0, "{call}");
    }
}

#[test]
fn a_line_that_nothing_needs_is_refused() {
    let listed = |text: &str| File { path: ALLOWED[0].0.to_owned(), text: text.to_owned() };
    let others = ALLOWED.len() - 1;
    assert_eq!(unneeded(&[]).len(), others + 1);
    assert_eq!(unneeded(&[listed("fn nothing() {}")]).len(), others + 1);
    assert_eq!(unneeded(&[listed(SHOWING[0])]).len(), others);
}
