//! Which links count, and which lead nowhere.

use super::{problems, targets};
use crate::tree::File;

fn found(path: &str, text: &str) -> usize {
    problems(&File { path: path.to_owned(), text: text.to_owned() }).len()
}

#[test]
fn only_relative_links_count() {
    let line = "[a](b.md#c), [d](https://example.org/e), [f](#g), [h](mailto:i@j) and [k](l/m.rs \"title\")";
    assert_eq!(targets(line).collect::<Vec<_>>(), ["b.md", "l/m.rs"]);
}

#[test]
fn a_link_to_nothing_is_refused() {
    assert_eq!(found("README.md", "[the workspace](Cargo.toml)\n"), 0);
    assert_eq!(found("docs/STYLE.md", "[the workspace](../Cargo.toml)\n"), 0);
    assert_eq!(found("docs/STYLE.md", "[the workspace](Cargo.toml)\n"), 1);
}

#[test]
fn a_link_out_of_the_repository_is_refused() {
    assert_eq!(found("README.md", "[outside](../Cargo.toml)\n"), 1);
    assert_eq!(found("README.md", "[outside](/etc/passwd)\n"), 1);
}

#[test]
fn code_is_not_looked_at() {
    assert_eq!(found("src/links.rs", "// [the workspace](nowhere.md)\n"), 0);
}
