use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use super::*;

fn path(name: &str) -> PathBuf {
    std::env::temp_dir().join(format!("policy-{}-{name}", std::process::id()))
}

#[test]
fn the_policy_says_no_while_packages_are_installed_and_is_gone_afterwards() {
    let path = path("ours");
    for outcome in [Ok(()), Err("apt-get ended with 100".to_owned())] {
        let told = kept_down_by(&path, || {
            assert_eq!(Command::new("sh").arg(&path).status().unwrap().code(), Some(101));
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o755);
            outcome.clone()
        });
        assert_eq!(told, outcome);
        assert!(!path.exists());
    }
}

#[test]
fn a_policy_that_the_machine_has_is_left_alone() {
    let path = path("theirs");
    fs::write(&path, "theirs").unwrap();
    kept_down_by(&path, || Ok(())).unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), "theirs");
    fs::remove_file(&path).unwrap();
}
