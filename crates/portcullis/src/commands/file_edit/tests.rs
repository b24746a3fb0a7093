use super::*;

fn change(to: &str) -> impl FnOnce(&str) -> Result<Option<String>, io::Error> {
    let to = to.to_owned();
    move |_| Ok(Some(to))
}

#[test]
fn a_new_file_is_private_and_an_old_one_keeps_its_mode() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("service_tokens");
    edit(folder.path(), "service_tokens", change("a")).unwrap();
    assert_eq!(std::fs::metadata(&path).unwrap().mode() & 0o777, 0o600);
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
    edit(folder.path(), "service_tokens", change("b")).unwrap();
    assert_eq!(std::fs::metadata(&path).unwrap().mode() & 0o777, 0o640);
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "b");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "a temporary file was left");
}

#[test]
fn an_error_leaves_the_file_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("users");
    std::fs::write(&path, "kept").unwrap();
    let outcome = edit(folder.path(), "users", |_| Err::<Option<String>, _>(io::Error::other("no")));
    assert!(outcome.is_err());
    edit(folder.path(), "users", |old| {
        assert_eq!(old, "kept");
        Ok::<_, io::Error>(None)
    })
    .unwrap();
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "kept");
}

#[test]
fn what_a_killed_tool_left_is_neither_followed_nor_kept() {
    let folder = tempfile::tempdir().unwrap();
    let (path, left) = (folder.path().join("users"), folder.path().join(".users.tmp"));
    let other = folder.path().join("other");
    std::fs::write(&other, "kept").unwrap();
    let open_to_all = || {
        std::fs::write(&left, "old").unwrap();
        std::fs::set_permissions(&left, std::fs::Permissions::from_mode(0o666)).unwrap();
    };
    let leads_elsewhere = || std::os::unix::fs::symlink(&other, &left).unwrap();
    for leave in [&open_to_all as &dyn Fn(), &leads_elsewhere] {
        leave();
        edit(folder.path(), "users", change("new")).unwrap();
        assert!(!left.exists());
        assert_eq!(std::fs::symlink_metadata(&path).unwrap().mode(), 0o100_600);
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "new");
        assert_eq!(std::fs::read_to_string(&other).unwrap(), "kept");
        std::fs::remove_file(&path).unwrap();
    }
}
