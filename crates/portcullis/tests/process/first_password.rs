//! The first password of `elastic` where nobody looks at a terminal.

use crate::home::{Done, Home};
use crate::node::Node;

const RESET: &str = "portcullis reset-password elastic";

#[test]
fn without_a_terminal_nothing_is_shown_and_the_log_names_the_tool() {
    let home = Home::new();
    let mut node = Node::start(&home);
    assert!(node.log().contains(RESET), "{}", node.log());
    for guess in ["", "changeme", "elastic"] {
        assert_eq!(node.login("elastic", guess), 401);
    }
    assert_eq!(node.stop(), "");
}

#[test]
fn elastic_password_counts_once() {
    counts_once("ELASTIC_PASSWORD", |_, password| password.to_owned());
}

#[test]
fn elastic_password_file_counts_once() {
    counts_once("ELASTIC_PASSWORD_FILE", |home, password| {
        let path = home.path().join("password");
        std::fs::write(&path, format!("{password}\n")).unwrap();
        path.to_str().unwrap().to_owned()
    });
}

/// `value` makes what the variable is set to.
fn counts_once(variable: &str, value: impl Fn(&Home, &str) -> String) {
    let (first, second) = ("the-first-password", "the-second-password");
    let home = Home::new();
    let mut node = Node::start_with(&home, variable, &value(&home, first));
    assert_eq!((node.login("elastic", first), node.login("elastic", second)), (200, 401));
    assert!(!node.log().contains("changes nothing") && !node.log().contains(RESET), "{}", node.log());
    assert!(!node.log().contains(first), "{}", node.log());
    assert_eq!(node.stop(), "");

    let mut node = Node::start_with(&home, variable, &value(&home, second));
    let said = format!("{variable} is set and changes nothing: elastic has a stored password");
    assert!(node.log().contains(&said), "{}", node.log());
    assert_eq!((node.login("elastic", first), node.login("elastic", second)), (200, 401));
    assert!(!node.log().contains(first) && !node.log().contains(second), "{}", node.log());
    assert_eq!(node.stop(), "");
}

#[test]
fn an_empty_variable_is_none() {
    let home = Home::new();
    let mut node = Node::start_with(&home, "ELASTIC_PASSWORD", "");
    assert!(node.log().contains(RESET), "{}", node.log());
}

#[test]
fn what_is_no_password_stops_the_start_and_the_next_one_may_do_better() {
    let home = Home::new();
    let long = home.path().join("long");
    std::fs::write(&long, "x".repeat(5000)).unwrap();
    let short = home.path().join("short");
    std::fs::write(&short, "12345\n").unwrap();
    let binary = home.path().join("binary");
    std::fs::write(&binary, b"\xff\xfe\xfd\xfc\xfb\xfa").unwrap();
    let missing = home.path().join("missing");
    let refused = |variables: &[(&str, &str)]| {
        let mut command = home.command(&[]);
        command.envs(variables.iter().copied());
        Done::of(command).failed(1)
    };
    let of_file = |path: &std::path::Path| refused(&[("ELASTIC_PASSWORD_FILE", path.to_str().unwrap())]);

    let said = refused(&[("ELASTIC_PASSWORD", "abcdef"), ("ELASTIC_PASSWORD_FILE", "/nowhere")]);
    assert_eq!(said, "portcullis: set ELASTIC_PASSWORD or ELASTIC_PASSWORD_FILE, not both\n");
    let said = refused(&[("ELASTIC_PASSWORD", "12345")]);
    assert_eq!(said, "portcullis: ELASTIC_PASSWORD must have at least 6 characters\n");
    assert_eq!(of_file(&short), "portcullis: ELASTIC_PASSWORD_FILE must have at least 6 characters\n");
    assert_eq!(of_file(&binary), "portcullis: ELASTIC_PASSWORD_FILE is not UTF-8\n");
    let said = of_file(&long);
    assert_eq!(
        said,
        format!("portcullis: ELASTIC_PASSWORD_FILE [{}] is too long to be a password\n", long.display())
    );
    let said = of_file(&missing);
    let expected = format!("ELASTIC_PASSWORD_FILE [{}] cannot be read: No such file", missing.display());
    assert!(said.contains(&expected), "{said}");

    let node = Node::start_with(&home, "ELASTIC_PASSWORD", "good-enough");
    assert_eq!(node.login("elastic", "good-enough"), 200);
}

#[test]
fn its_characters_are_counted_as_over_the_api() {
    // Three, each of two UTF-16 code units.
    let password = "\u{1f600}\u{1f601}\u{1f602}";
    let home = Home::new();
    let mut command = home.command(&["-E", "http.port=0"]);
    command.env("ELASTIC_PASSWORD", password);
    let node = Node::spawn(command);
    assert_eq!(node.login("elastic", password), 200);
    node.end();
}
