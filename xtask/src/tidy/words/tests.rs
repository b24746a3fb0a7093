//! Each list, and where it does not count.

use super::{CLOCKS, PAUSES, PRIVATE, UNFINISHED, problems};
use crate::tree::File;

fn found(path: &str, text: String) -> usize {
    problems(&File { path: path.to_owned(), text }).len()
}

#[test]
fn unfinished_work_and_private_paths_are_refused_everywhere() {
    for word in UNFINISHED.iter().chain(&PRIVATE) {
        assert_eq!(found("crates/portcullis/src/main.rs", format!("// {word}\n")), 1, "{word}");
        assert_eq!(found("README.md", format!("see {word}\n")), 1, "{word}");
    }
}

#[test]
fn only_the_executable_and_tests_read_a_clock() {
    for word in CLOCKS {
        let text = format!("let now = {word}();\n");
        assert_eq!(found("crates/portcullis-security/src/core.rs", text.clone()), 1, "{word}");
        assert_eq!(found("crates/portcullis-security/src/core/tests.rs", text.clone()), 0, "{word}");
        assert_eq!(found("crates/portcullis/src/clock.rs", text), 0, "{word}");
    }
}

#[test]
fn comments_may_speak_of_clocks() {
    let text = format!("/// Not {}.\n", CLOCKS[0]);
    assert_eq!(found("crates/portcullis-model/src/lifetime.rs", text), 0);
}

#[test]
fn tests_do_not_pause() {
    for word in PAUSES {
        let text = format!("{word}(second);\n");
        assert_eq!(found("tests/it/users.rs", text.clone()), 1, "{word}");
        assert_eq!(found("crates/portcullis/src/listeners.rs", text), 0, "{word}");
    }
}
