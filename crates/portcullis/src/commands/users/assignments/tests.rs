use std::collections::BTreeSet;

use portcullis_security::files::FileContent;
use portcullis_security::files::users_roles::UsersRolesFile;
use proptest::prelude::*;

use super::*;

/// The user's roles for the node.
fn roles(text: &str, username: &str) -> BTreeSet<String> {
    UsersRolesFile::parse(text, &mut Vec::new()).unwrap().roles(username).into_iter().collect()
}

#[test]
fn a_user_is_appended_to_the_line_of_the_role() {
    for (old, expected) in [
        ("", "reader:jo\n"),
        ("reader:al", "reader:al,jo"),
        ("reader:al\r\n", "reader:al,jo\r\n"),
        ("reader : al , bo  \n", "reader : al , bo,jo  \n"),
        ("reader:\n", "reader:jo\n"),
        ("reader:al,\n", "reader:al,jo\n"),
        ("#reader:al\n", "#reader:al\nreader:jo\n"),
        ("readers:al", "readers:al\nreader:jo\n"),
        ("a:b\r\nwriter:al", "a:b\r\nwriter:al\r\nreader:jo\r\n"),
        ("reader:al\nreader:bo\n", "reader:al,jo\nreader:bo\n"),
        ("reader:al\nreader: jo \n", "reader:al\nreader: jo \n"),
    ] {
        assert_eq!(with(old, "jo", "reader"), expected, "{old:?}");
    }
}

#[test]
fn a_user_leaves_every_line_of_the_role_and_an_empty_one_goes() {
    let text = "# jo\nreader: jo , al\r\nwriter:jo\nreader:jo,jo\n reader :bo,jo";
    assert_eq!(without(text, "jo", |it| it == "reader"), "# jo\nreader: al\r\nwriter:jo\n reader :bo");
    assert_eq!(without(text, "jo", |_| true), "# jo\nreader: al\r\n reader :bo");
    assert_eq!(without(text, "j", |_| true), text);
    // A blank entry is nobody.
    assert_eq!(without("reader:jo, ,\n", "jo", |_| true), "");
}

/// Lines as they may stand in such a file, and some that are no such lines.
fn files() -> impl Strategy<Value = String> {
    let users = prop::collection::vec(prop_oneof!["jo", " al ", "bo", "jo b", ""], 0..4);
    let line = (prop_oneof!["reader", " reader ", "writer", "#reader", " #x", "rôle", ""], users);
    let line = (line, prop_oneof!["\n", "\r\n", " \n", "\n\n", "\n# jo\n"]);
    let line = line.prop_map(|((role, users), end)| format!("{role}:{}{end}", users.join(",")));
    (prop::collection::vec(line, 0..8), any::<bool>()).prop_map(|(lines, open)| {
        let text = lines.concat();
        if open { text.trim_end().to_owned() } else { text }
    })
}

/// What is not the business of the one user: all lines, the user taken out of them.
fn others(text: &str) -> Vec<String> {
    text.lines().filter(|line| !names(line, "jo")).map(str::to_owned).collect()
}

proptest! {
    #[test]
    fn adding_gives_that_role_and_removing_it_gives_the_old_ones(text in files(), role in "reader|writer|new") {
        let before = roles(&text, "jo");
        let added = with(&text, "jo", &role);
        let mut more = before.clone();
        let is_new = more.insert(role.clone());
        prop_assert_eq!(roles(&added, "jo"), more);
        let removed = without(&added, "jo", |it| it == role);
        if is_new {
            prop_assert_eq!(roles(&removed, "jo"), before);
        } else {
            prop_assert_eq!(&added, &text);
            prop_assert!(!roles(&removed, "jo").contains(&role));
        }
        for other in ["al", "bo", "jo b"] {
            prop_assert_eq!(roles(&added, other), roles(&text, other));
            prop_assert_eq!(roles(&removed, other), roles(&text, other));
        }
    }

    #[test]
    fn lines_that_are_not_concerned_stay(text in files(), role in "reader|writer|new") {
        let gone = without(&text, "jo", |_| true);
        let mut left = gone.lines();
        // Every line that did not name the user is still there, in its order.
        prop_assert!(others(&text).iter().all(|line| left.any(|it| it == line)));
        let added = with(&text, "jo", &role);
        let of_role = |line: &&str| lines::split(line).is_some_and(|(it, _)| it.trim() == role);
        let untouched = |text: &str| -> Vec<String> {
            text.lines().filter(|it| !of_role(it)).map(str::to_owned).collect()
        };
        prop_assert_eq!(untouched(&added), untouched(&text));
    }
}
