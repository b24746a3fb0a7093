use super::*;
use portcullis_secrets::{HashAlgorithm, StoredHash};

struct Folder(tempfile::TempDir);

impl Folder {
    fn new(content: Option<&str>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        if let Some(content) = content {
            std::fs::write(folder.path().join(FILE), content).unwrap();
        }
        Self(folder)
    }

    fn place(&self) -> Place<'_> {
        Place { config: self.0.path(), data: self.0.path(), algorithm: HashAlgorithm::SSHA256 }
    }

    fn content(&self) -> String {
        std::fs::read_to_string(self.0.path().join(FILE)).unwrap()
    }

    fn create(&self, name: &str) -> Result<String, CommandError> {
        let mut out = Vec::new();
        create(&self.place(), "elastic/fleet-server", name, &mut out)?;
        Ok(String::from_utf8(out).unwrap())
    }
}

#[test]
fn create_prints_the_token_and_stores_its_hash_in_order() {
    let folder = Folder::new(Some("# mine\nelastic/fleet-server/a:x\nnonsense\nelastic/fleet-server/c:y\n"));
    let printed = folder.create("b").unwrap();
    assert!(printed.starts_with("SERVICE_TOKEN elastic/fleet-server/b = AAEAA"), "{printed}");
    let content = folder.content();
    let lines: Vec<&str> = content.lines().collect();
    assert_eq!(
        (lines.len(), lines[0], lines[1], lines[2]),
        (5, "# mine", "elastic/fleet-server/a:x", "nonsense")
    );
    let (name, hash) = lines[3].split_once(':').unwrap();
    assert_eq!(name, "elastic/fleet-server/b");
    StoredHash::parse(hash).unwrap();
    assert_eq!(lines[4], "elastic/fleet-server/c:y");
}

#[test]
fn what_exists_is_not_made_twice_and_what_does_not_is_not_removed() {
    let folder = Folder::new(None);
    folder.create("a").unwrap();
    let error = folder.create("a").unwrap_err().to_string();
    assert_eq!(error, "Service token [elastic/fleet-server/a] already exists");
    delete(&folder.place(), "elastic/fleet-server", "a").unwrap();
    let error = delete(&folder.place(), "elastic/fleet-server", "a").unwrap_err().to_string();
    assert_eq!(error, "Service token [elastic/fleet-server/a] does not exist");
    assert_eq!(folder.content(), "");
}

#[test]
fn unknown_accounts_and_bad_names_are_told() {
    let folder = Folder::new(None);
    let error = create(&folder.place(), "elastic/nobody", "a", &mut Vec::new()).unwrap_err().to_string();
    assert!(
        error.starts_with("Unknown service account principal: [elastic/nobody]. Must be one of [elastic/"),
        "{error}"
    );
    assert!(matches!(folder.create("_a"), Err(CommandError::Data(_))));
}

#[test]
fn list_is_sorted_and_can_be_of_one_account() {
    let folder = Folder::new(Some("elastic/kibana/z:h\n#elastic/kibana/x:h\nelastic/fleet-server/b:h\n"));
    let listed = |principal| {
        let mut out = Vec::new();
        list(&folder.place(), principal, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    };
    assert_eq!(listed(None), "elastic/fleet-server/b\nelastic/kibana/z\n");
    assert_eq!(listed(Some("elastic/kibana")), "elastic/kibana/z\n");
}
