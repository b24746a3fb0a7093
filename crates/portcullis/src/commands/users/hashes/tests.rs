use portcullis_secrets::{HashAlgorithm, Secret};
use portcullis_security::files::FileContent;
use portcullis_security::files::users::UsersFile;
use proptest::prelude::*;

use super::*;

fn hash(password: &str) -> StoredHash {
    HashAlgorithm::SSHA256.hash(&Secret::from_string(password.to_owned())).unwrap()
}

/// Who is in the file for the node, with this password.
fn knows(text: &str, username: &str, password: &str) -> bool {
    let users = UsersFile::parse(text, &mut Vec::new()).unwrap();
    users.hash(username).is_some_and(|it| it.verify(&Secret::from_string(password.to_owned())))
}

#[test]
fn a_new_line_ends_as_the_others_do() {
    let (jo, line) = (hash("s3krit-1"), |end: &str, hash: &StoredHash| format!("jo:{}{end}", hash.as_str()));
    for (old, expected) in [
        ("", line("\n", &jo)),
        ("# mine\n", format!("# mine\n{}", line("\n", &jo))),
        ("al:x", format!("al:x\n{}", line("\n", &jo))),
        ("al:x\r\nbo:y", format!("al:x\r\nbo:y\r\n{}", line("\r\n", &jo))),
    ] {
        let new = with(old, "jo", &jo);
        assert_eq!(new, expected);
        assert!(knows(&new, "jo", "s3krit-1"));
    }
}

#[test]
fn a_name_is_all_that_stands_before_the_first_colon() {
    let text = "#jo:x\njob:x\njo b:x\nx:jo:y\n jo\nAl:x\n";
    for none in ["jo", "al", "x:jo", "", "#jo"] {
        assert!(!names(text, none), "{none}");
        assert_eq!(without(text, none), text);
        assert_eq!(replaced(text, none, &hash("s3krit-1")), text);
    }
    assert!(names(" jo:x", "jo") && names("jo:", "jo") && names(" #jo:x", "#jo"));
}

#[test]
fn of_several_lines_one_is_left_and_it_has_the_new_hash() {
    let (old, new) = (hash("s3krit-1"), hash("s3krit-2"));
    let old = old.as_str();
    let text = format!("# jo\n  jo:{old}  \r\nal:{old}\njo:clear\njo:{old}");
    let replaced = replaced(&text, "jo", &new);
    assert_eq!(replaced, format!("# jo\n  jo:{}  \r\nal:{old}\n", new.as_str()));
    assert!(knows(&replaced, "jo", "s3krit-2") && knows(&replaced, "al", "s3krit-1"));
    assert_eq!(without(&text, "jo"), format!("# jo\nal:{old}\n"));
}

/// What begins a line in the first column is a comment; this user is none, and must not become one.
#[test]
fn a_user_whose_name_looks_like_a_comment_stays_a_user() {
    let text = format!(" #jo:{}\n", hash("s3krit-1").as_str());
    assert!(knows(&replaced(&text, "#jo", &hash("s3krit-2")), "#jo", "s3krit-2"));
}

proptest! {
    #[test]
    fn lines_that_are_not_concerned_stay(lines in prop::collection::vec("[ #:,\\tjoö]{0,8}(\r)?", 0..8), open in any::<bool>()) {
        let mut text: String = lines.iter().flat_map(|it| [it, "\n"]).collect();
        if open {
            text.pop();
        }
        let hash = hash("s3krit-1");
        // A CR at the very end becomes one half of a line end.
        let others = |text: &str| -> Vec<String> {
            text.lines().filter(|it| !names(it, "jo")).map(|it| it.trim_end_matches('\r').to_owned()).collect()
        };
        let removed = without(&text, "jo");
        prop_assert_eq!(others(&removed), others(&text));
        prop_assert!(!names(&removed, "jo"));
        let added = with(&removed, "jo", &hash);
        prop_assert!(added.starts_with(&removed) && knows(&added, "jo", "s3krit-1"));
        prop_assert_eq!(others(&added), others(&removed));
        let changed = replaced(&text, "jo", &hash);
        prop_assert_eq!(others(&changed), others(&text));
        prop_assert_eq!(knows(&changed, "jo", "s3krit-1"), names(&text, "jo"));
    }
}
