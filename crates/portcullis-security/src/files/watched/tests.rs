use super::super::users::UsersFile;
use super::*;
use crate::manage::tests::HASH;

struct Fixture {
    folder: tempfile::TempDir,
    file: Watched<UsersFile>,
}

impl Fixture {
    fn new(content: Option<&str>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        if let Some(content) = content {
            std::fs::write(folder.path().join("users"), content).unwrap();
        }
        let file = Watched::open(folder.path().join("users"));
        Self { folder, file }
    }

    fn write(&self, content: &[u8]) {
        std::fs::write(self.folder.path().join("users"), content).unwrap();
    }

    fn knows(&self, name: &str) -> bool {
        self.file.content().hash(name).is_some()
    }
}

fn line(name: &str) -> String {
    format!("{name}:{HASH}\n")
}

#[test]
fn a_missing_file_is_empty_and_one_that_appears_is_in_force() {
    let fixture = Fixture::new(None);
    assert!(!fixture.knows("jo") && !fixture.file.state().exists);
    fixture.write(line("jo").as_bytes());
    assert_eq!(fixture.file.take_in(Reading::First), Outcome::Changed(BTreeSet::from(["jo".to_owned()])));
    assert!(fixture.knows("jo"));
    assert_eq!(fixture.file.take_in(Reading::First), Outcome::Unchanged);
}

#[test]
fn a_shrunken_file_counts_only_when_it_is_the_same_twice() {
    let fixture = Fixture::new(Some(&(line("jo") + &line("al"))));
    fixture.write(b"");
    assert_eq!(fixture.file.take_in(Reading::First), Outcome::LookAgain);
    assert!(fixture.knows("jo"), "an editor that truncated first has cost a user");
    fixture.write(line("jo").as_bytes());
    assert_eq!(
        fixture.file.take_in(Reading::Second),
        Outcome::LookAgain,
        "it is not what it was at the first look"
    );
    assert_eq!(fixture.file.take_in(Reading::Second), Outcome::Changed(BTreeSet::from(["al".to_owned()])));
    assert!(fixture.knows("jo") && !fixture.knows("al"));
}

#[test]
fn a_removed_file_is_empty_after_the_second_look() {
    let fixture = Fixture::new(Some(&line("jo")));
    std::fs::remove_file(fixture.file.path()).unwrap();
    assert_eq!(fixture.file.take_in(Reading::First), Outcome::LookAgain);
    assert!(matches!(fixture.file.take_in(Reading::Second), Outcome::Changed(_)));
    assert!(!fixture.knows("jo"));
}

#[test]
fn a_line_that_does_not_parse_is_left_out_and_told_by_number() {
    let content = format!("# users\n{}no colon\nclear:text\nelastic:{HASH}\n", line("jo"));
    let fixture = Fixture::new(Some(&content));
    assert!(fixture.knows("jo"));
    let lines: Vec<usize> = fixture.file.state().problems.iter().filter_map(|it| it.line).collect();
    assert_eq!(lines, [3, 4, 5]);
}

#[test]
fn a_file_that_is_not_text_keeps_the_last_good_content() {
    let fixture = Fixture::new(Some(&line("jo")));
    fixture.write(&[0xff; 300]);
    assert_eq!(fixture.file.take_in(Reading::First), Outcome::Unchanged);
    assert!(fixture.knows("jo"));
    assert!(fixture.file.state().error.is_some());
    fixture.write(line("jo").as_bytes());
    fixture.file.take_in(Reading::First);
    assert!(fixture.file.state().error.is_none(), "the file is good again");
}
