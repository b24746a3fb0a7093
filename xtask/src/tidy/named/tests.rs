//! Which references count, and which lead nowhere.

use super::{problems, references};
use crate::tree::File;

fn file(path: &str, text: &str) -> File {
    File { path: path.to_owned(), text: text.to_owned() }
}

#[test]
fn only_functions_of_files_count() {
    let line = "`a/b.rs::c`, `Config::new`, a.rs::d, `e.py::f` and `g.rs`";
    assert_eq!(references(line).collect::<Vec<_>>(), [("a/b.rs", "c"), ("e.py", "f")]);
}

#[test]
fn a_function_that_is_gone_is_told() {
    let code = [file("a.rs", "async fn here() {}\nfn here_too() {}"), file("b.py", "def there():\n")];
    let found = |text: &str| {
        let mut files = vec![file("docs/A.md", text)];
        files.extend(code.iter().map(|it| file(&it.path, &it.text)));
        problems(&files)
    };
    assert_eq!(found("`a.rs::here` `a.rs::here_too` `b.py::there`"), Vec::<String>::new());
    assert_eq!(found("\n`a.rs::her` `b.py::here`").len(), 2);
    assert_eq!(found("\n`c.rs::here`"), ["docs/A.md:2: there is no `c.rs::here`"]);
}
