use super::*;

fn told(outcome: Result<(), CommandError>) -> String {
    match outcome {
        Err(CommandError::Data(text)) => text,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_new_user_has_a_name_that_the_node_takes_from_the_file() {
    for good in ["jo", "jo.doe@example.org", "jo doe", "a#b", "_jo", &"j".repeat(FILE_NAME_MAX)] {
        check_new_user(good, &Anonymous::default()).unwrap();
    }
    for (bad, reason) in [
        ("", "User names must be at least 1"),
        (" jo", "whitespace is not allowed"),
        ("_anonymous", "reserved"),
        ("jö", "User names must"),
        ("jo\nroot:x", "User names must"),
        (&"j".repeat(FILE_NAME_MAX + 1), "no more than 1024"),
        ("elastic", "Username [elastic] is reserved and may not be used."),
        ("_system", "is reserved"),
        ("#jo", "cannot begin with #"),
        ("jo:al", "contain a colon"),
        ("jo,al", "or a comma"),
    ] {
        let text = told(check_new_user(bad, &Anonymous::default()));
        assert!(text.starts_with("Invalid username [") && text.contains(reason), "{text}");
    }
    assert_eq!(told(check_new_user("a\u{1b}[2J", &Anonymous::default())).matches('\u{1b}').count(), 0);
}

#[test]
fn roles_are_a_list_and_each_is_looked_at() {
    let given = |text: &[&str]| text.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>();
    let lists = given(&["b, a,", "a", " c d "]);
    assert_eq!(roles(&lists).unwrap(), BTreeSet::from(["a", "b", "c d"]));
    assert!(roles(&given(&["", " , "])).unwrap().is_empty());
    for (bad, reason) in
        [("rôle", "Role names must"), ("a:b", "a colon"), ("#a", "begin with #"), ("a\nb", "Role names")]
    {
        let text = told(roles(&given(&["ok", bad])).map(|_| ()));
        assert!(text.starts_with("Invalid role [") && text.contains(reason), "{text}");
    }
}
