use std::path::PathBuf;

use portcullis_secrets::HashAlgorithm;
use portcullis_security::files::FileContent;
use portcullis_security::files::users::UsersFile;
use portcullis_security::files::users_roles::UsersRolesFile;

use super::*;

struct Folder(tempfile::TempDir);

impl Folder {
    fn new(users: &str, roles: &str) -> Self {
        let folder = Self(tempfile::tempdir().unwrap());
        for (name, content) in [(hashes::FILE, users), (assignments::FILE, roles)] {
            if !content.is_empty() {
                std::fs::write(folder.0.path().join(name), content).unwrap();
            }
        }
        folder
    }

    fn place(&self) -> Place<'_> {
        Place { config: self.0.path(), data: self.0.path(), algorithm: HashAlgorithm::SSHA256 }
    }

    fn add(&self, username: &str, roles: &[&str]) -> Result<(), CommandError> {
        add(
            &self.place(),
            &Anonymous::default(),
            username,
            password("s3krit-1"),
            &list_of(roles),
            &mut Vec::new(),
        )
    }

    fn change(&self, username: &str, add: &[&str], remove: &[&str]) -> Result<(), CommandError> {
        change_roles(&self.place(), username, &list_of(add), &list_of(remove), &mut Vec::new())
    }

    fn text(&self, file: &str) -> String {
        content(self.0.path(), file).unwrap()
    }

    fn gets_in(&self, username: &str, password: &str) -> bool {
        let users = UsersFile::parse(&self.text(hashes::FILE), &mut Vec::new()).unwrap();
        users.hash(username).is_some_and(|it| it.verify(&Secret::from_string(password.to_owned())))
    }

    fn roles(&self, username: &str) -> Vec<String> {
        UsersRolesFile::parse(&self.text(assignments::FILE), &mut Vec::new()).unwrap().roles(username)
    }

    /// From now on this file cannot be written, as if the tool had been killed before it.
    fn block(&self, file: &str) -> PathBuf {
        let in_the_way = self.0.path().join(format!(".{file}.tmp"));
        std::fs::create_dir(&in_the_way).unwrap();
        in_the_way
    }
}

fn password(text: &str) -> Option<Secret> {
    Some(Secret::from_string(text.to_owned()))
}

fn list_of(names: &[&str]) -> Vec<String> {
    names.iter().map(|it| (*it).to_owned()).collect()
}

#[test]
fn a_user_comes_gets_another_password_and_other_roles_and_goes() {
    let folder = Folder::new("# mine\n", "# ours\nviewer:al\n");
    folder.add("jo", &["viewer,editor"]).unwrap();
    assert!(folder.gets_in("jo", "s3krit-1"));
    assert_eq!(folder.text(assignments::FILE), "# ours\nviewer:al,jo\neditor:jo\n");
    set_password(&folder.place(), "jo", password("s3krit-2")).unwrap();
    assert!(folder.gets_in("jo", "s3krit-2") && !folder.gets_in("jo", "s3krit-1"));
    folder.change("jo", &["monitor"], &["editor", "never"]).unwrap();
    assert_eq!(folder.roles("jo"), ["viewer", "monitor"]);
    remove(&folder.place(), "jo").unwrap();
    assert_eq!(folder.text(hashes::FILE), "# mine\n");
    assert_eq!(folder.text(assignments::FILE), "# ours\nviewer:al\n");
}

#[test]
fn whoever_exists_is_left_alone() {
    let folder = Folder::new("", "");
    folder.add("jo", &["viewer"]).unwrap();
    let before = folder.text(hashes::FILE);
    let error = folder.add("jo", &["superuser"]).unwrap_err();
    assert_eq!(error.to_string(), "User [jo] already exists");
    assert!(matches!(error, CommandError::Refused(_)));
    assert_eq!((folder.text(hashes::FILE), folder.roles("jo")), (before, vec!["viewer".to_owned()]));
}

#[test]
fn whoever_does_not_exist_gets_nothing() {
    let folder = Folder::new("al:x\n", "");
    for outcome in [
        set_password(&folder.place(), "jo", password("s3krit-1")),
        folder.change("jo", &["superuser"], &[]),
        remove(&folder.place(), "jo"),
    ] {
        let error = outcome.unwrap_err();
        assert_eq!(error.to_string(), "User [jo] doesn't exist");
        assert!(matches!(error, CommandError::Missing(_)));
    }
    assert_eq!((folder.text(hashes::FILE).as_str(), folder.text(assignments::FILE).as_str()), ("al:x\n", ""));
}

#[test]
fn a_new_user_does_not_inherit_what_an_old_line_grants() {
    let folder = Folder::new("", "superuser:jo\nviewer:al,jo\n");
    folder.add("jo", &["viewer"]).unwrap();
    assert_eq!(folder.text(assignments::FILE), "viewer:al,jo\n");
}

#[test]
fn an_add_that_ends_in_between_lets_nobody_in() {
    let folder = Folder::new("", "superuser:jo\n");
    let in_the_way = folder.block(hashes::FILE);
    assert!(matches!(folder.add("jo", &["viewer"]), Err(CommandError::Io(_))));
    assert!(!folder.gets_in("jo", "s3krit-1"));
    assert_eq!(folder.roles("jo"), ["viewer"]);
    std::fs::remove_dir(in_the_way).unwrap();
    folder.add("jo", &["editor"]).unwrap();
    assert!(folder.gets_in("jo", "s3krit-1"));
    assert_eq!(folder.roles("jo"), ["editor"]);
    // Without its roles, a user is not added either.
    let folder = Folder::new("", "superuser:jo\n");
    folder.block(assignments::FILE);
    assert!(folder.add("jo", &[]).is_err() && !folder.gets_in("jo", "s3krit-1"));
}

#[test]
fn a_removal_that_ends_in_between_lets_nobody_in_and_can_be_ended() {
    let folder = Folder::new("", "");
    folder.add("jo", &["superuser"]).unwrap();
    let in_the_way = folder.block(assignments::FILE);
    let error = remove(&folder.place(), "jo").unwrap_err().to_string();
    assert!(error.starts_with("User [jo] is removed, but its roles are not: ["), "{error}");
    assert!(!folder.gets_in("jo", "s3krit-1"));
    std::fs::remove_dir(in_the_way).unwrap();
    remove(&folder.place(), "jo").unwrap();
    assert_eq!((folder.text(hashes::FILE).as_str(), folder.text(assignments::FILE).as_str()), ("", ""));
}

#[test]
fn what_does_not_fit_is_refused_before_anything_is_written() {
    let folder = Folder::new("", "");
    let long = "p".repeat(portcullis_secrets::MAX_SECRET_BYTES + 1);
    for (text, reason) in [("12345", "passwords must be at least [6] characters long"), (&long, "long")] {
        let error = add(&folder.place(), &Anonymous::default(), "jo", password(text), &[], &mut Vec::new())
            .unwrap_err();
        assert!(
            matches!(&error, CommandError::Data(it) if it.starts_with("Invalid password... ") && it.contains(reason)),
            "{error}"
        );
        assert!(!error.to_string().contains(text));
    }
    assert!(matches!(folder.add("elastic", &[]), Err(CommandError::Data(_))));
    assert!(matches!(folder.add("jo", &["a:b"]), Err(CommandError::Data(_))));
    assert_eq!(std::fs::read_dir(folder.0.path()).unwrap().count(), 0);
    folder.add("jo", &[]).unwrap();
    assert!(matches!(folder.change("jo", &["a"], &["b", "a"]), Err(CommandError::Usage(_))));
    // A variable of a script that is empty takes nobody's role away.
    assert!(matches!(folder.change("jo", &[], &["", ","]), Err(CommandError::Usage(_))));
    let unknown = folder.change("\u{1b}[31m", &["a"], &[]).unwrap_err().to_string();
    assert_eq!(unknown, "User [\\u{1b}[31m] doesn't exist");
    assert!(!folder.0.path().join(assignments::FILE).exists());
    // The comma separates users.
    let folder = Folder::new("jo,al:x\n", "");
    assert!(matches!(folder.change("jo,al", &["superuser"], &[]), Err(CommandError::Data(_))));
}

#[test]
fn roles_that_cannot_be_seen_are_told_and_given() {
    let folder = Folder::new("", "");
    let mut asides = Vec::new();
    add(
        &folder.place(),
        &Anonymous::default(),
        "jo",
        password("s3krit-1"),
        &list_of(&["superuser,vieewer,b"]),
        &mut asides,
    )
    .unwrap();
    let told = String::from_utf8(asides).unwrap();
    assert!(told.starts_with("portcullis: given, but [b, vieewer] is neither reserved nor in ["), "{told}");
    assert_eq!(folder.roles("jo"), ["b", "superuser", "vieewer"]);
    folder.change("jo", &["viewer"], &["b"]).unwrap();
    assert_eq!(folder.roles("jo"), ["superuser", "vieewer", "viewer"]);
}

#[test]
fn a_role_that_was_not_there_to_be_taken_away_is_told() {
    let folder = Folder::new("jo:x\n", "superuser:jo\neditor:al\n");
    let mut asides = Vec::new();
    change_roles(&folder.place(), "jo", &[], &list_of(&["superusr,superuser", "editor"]), &mut asides)
        .unwrap();
    assert_eq!(asides, b"portcullis: [jo] did not have [editor, superusr].\n");
    assert_eq!(folder.text(assignments::FILE), "editor:al\n");
}

#[test]
fn a_password_is_as_long_as_over_the_api() {
    let folder = Folder::new("jo:x\n", "");
    // Three characters, each of two UTF-16 code units.
    set_password(&folder.place(), "jo", password("\u{1f600}\u{1f601}\u{1f602}")).unwrap();
    assert!(set_password(&folder.place(), "jo", password("\u{1f600}\u{1f601}x")).is_err());
}
