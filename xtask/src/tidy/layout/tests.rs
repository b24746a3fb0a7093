//! Each rule of the layout, broken once.

use super::problems;
use crate::tree::File;

fn found(path: &str, text: &str) -> usize {
    problems(&File { path: path.to_owned(), text: text.to_owned() }).len()
}

#[test]
fn a_tidy_file_has_no_problem() {
    assert_eq!(found("crates/a/src/gate.rs", "//! The gate.\n\nfn gate() {}\n"), 0);
    assert_eq!(found("fuzz/targets/gate.rs", "#![no_main]\n//! The gate.\n"), 0);
}

#[test]
fn a_header_is_asked_for() {
    assert_eq!(found("crates/a/src/gate.rs", "fn gate() {}\n"), 1);
    assert_eq!(found("crates/a/src/gate.rs", ""), 1);
    assert_eq!(found("crates/a/src/gate/tests.rs", "use super::gate;\n"), 0);
}

#[test]
fn names_that_say_nothing_are_refused() {
    for path in ["crates/a/src/util.rs", "crates/a/src/gate/mod.rs", "tests/helpers/gate.rs"] {
        assert_eq!(found(path, "//! Something.\n"), 1, "{path}");
    }
}

#[test]
fn long_files_are_refused() {
    let longest = format!("//! Long.\n{}", "\n".repeat(498) + "fn end() {}\n");
    assert_eq!(found("crates/a/src/gate.rs", &longest), 0);
    assert_eq!(found("crates/a/src/gate.rs", &format!("{longest}// more\n")), 1);
}

#[test]
fn tests_have_a_file_of_their_own() {
    assert_eq!(found("crates/a/src/gate.rs", "//! The gate.\nmod tests {\n}\n"), 1);
}

#[test]
fn white_space_is_refused() {
    assert_eq!(found("README.md", "# Gate \n"), 1);
    assert_eq!(found("README.md", "# Gate"), 1);
    assert_eq!(found("README.md", "# Gate\n\n"), 1);
}
