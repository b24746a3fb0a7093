use portcullis_secrets::{HashAlgorithm, Secret};

use super::*;

fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let hash = HashAlgorithm::SSHA256.hash(&Secret::from_string("s3krit-1".to_owned())).unwrap();
    for (name, content) in files {
        std::fs::write(folder.path().join(name), content.replace("HASH", hash.as_str())).unwrap();
    }
    folder
}

fn listed(folder: &tempfile::TempDir, username: Option<&str>) -> Result<(String, String), CommandError> {
    let mut output = Output { out: Vec::new(), asides: Vec::new() };
    list(folder.path(), username, &mut output)?;
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Ok((text(output.out), text(output.asides)))
}

#[test]
fn users_are_sorted_and_roles_that_cannot_be_seen_are_marked() {
    let folder = folder(&[
        ("users", "# mine\nzo:HASH\njo:HASH\nal:HASH\n"),
        ("users_roles", "superuser:jo\nmine:jo,nobody\nelsewhere:jo,al\n"),
        ("roles.yml", "mine:\n  cluster: [ monitor ]\n"),
    ]);
    let (out, asides) = listed(&folder, None).unwrap();
    let path = folder.path().join("roles.yml");
    let legend = format!(
        "\n [*]   The role is neither reserved nor in [{}]. Roles that were made over the API cannot be seen from here.\n",
        path.display()
    );
    let al = "al             : elsewhere*\n";
    assert_eq!(out, format!("{al}jo             : superuser,mine,elsewhere*\nzo             : -\n{legend}"));
    assert_eq!(asides, "");
    assert_eq!(listed(&folder, Some("al")).unwrap().0, format!("{al}{legend}"));
    assert_eq!(listed(&folder, Some("zo")).unwrap().0, "zo             : -\n");
    let error = listed(&folder, Some("nobody")).unwrap_err();
    assert_eq!(error.to_string(), "User [nobody] doesn't exist");
    assert!(matches!(error, CommandError::Missing(_)));
}

#[test]
fn nothing_is_claimed_of_a_file_that_cannot_be_read() {
    let folder = folder(&[
        ("users", "jo:HASH\n"),
        ("users_roles", "viewer:jo\nmine:jo\n"),
        ("roles.yml", "mine: [\n"),
    ]);
    let (out, _) = listed(&folder, None).unwrap();
    assert!(out.starts_with("jo             : viewer,mine*\n"), "{out}");
    assert!(out.contains("not known what is in") && !out.contains("nor in"), "{out}");
}

#[test]
fn what_a_node_leaves_out_is_left_out_and_told() {
    let folder =
        folder(&[("users", "jo:HASH\nelastic:HASH\nal:s3krit-9\n"), ("users_roles", "viewer\nviewer:jo\n")]);
    let (out, asides) = listed(&folder, None).unwrap();
    assert_eq!(out, "jo             : viewer\n");
    let lines: Vec<&str> = asides.lines().collect();
    assert_eq!(lines.len(), 3, "{asides}");
    assert!(
        lines[0].starts_with("portcullis: line 2 of [") && lines[0].ends_with("user [elastic] is reserved")
    );
    assert!(lines[2].contains("users_roles] counts for nothing: there is no colon"), "{asides}");
    assert!(!asides.contains("s3krit-9"), "{asides}");
}

#[test]
fn an_empty_folder_has_no_users() {
    let folder = folder(&[]);
    let (out, asides) = listed(&folder, None).unwrap();
    let path = folder.path().join("users");
    assert_eq!(
        (out, asides),
        (String::new(), format!("portcullis: there are no users in [{}]\n", path.display()))
    );
}
