//! People who log on to an Active Directory: who binds is who is found.

use super::scripted::{Script, entry};
use super::*;
use crate::settings::directory::ActiveDirectory;

const ADMIN: &str = "cn=admin,dc=corp,dc=test";

/// What a directory says where `admin@corp.test` may bind, and `found` is what a search for it finds.
async fn answer(
    binds: &'static [(&'static str, u8)],
    found: Vec<u8>,
) -> (Result<DirectoryAnswer, Failure>, DirectoryStats) {
    let mut settings = settings(vec![server(Script::new(binds, vec![found]).serve().await)]);
    settings.ldap.users = Users::ActiveDirectory(ActiveDirectory {
        domain_name: "corp.test".to_owned(),
        search: search("", "(|(sAMAccountName={0})(userPrincipalName={1}))"),
        upn_filter: "(userPrincipalName={1})".to_owned(),
        down_level_filter: "(sAMAccountName={0})".to_owned(),
    });
    let directory = LdapDirectory::new(&settings, Arc::new(TestClock::default())).unwrap();
    (directory.authenticate("admin", &secret("s3krit-pw")).await, directory.stats())
}

#[tokio::test]
async fn who_has_the_principal_name_that_was_bound_is_found() {
    let entry = entry(ADMIN, &[("userPrincipalName", "Admin@corp.test")]);
    let (answer, stats) = answer(&[], entry).await;
    assert!(matches!(answer, Ok(DirectoryAnswer::Authenticated(_))), "{answer:?}");
    assert_eq!(stats.user_binds, 1);
}

/// Principal names are those of a whole forest: one in another domain of it may have this one.
#[tokio::test]
async fn somebody_with_the_short_name_only_has_to_bind_too() {
    let found = || entry(ADMIN, &[("userPrincipalName", "root@corp.test")]);
    let (refused, stats) = answer(&[(ADMIN, 49)], found()).await;
    assert_eq!((refused.unwrap(), stats.user_binds), (DirectoryAnswer::Refused, 2));
    let (granted, stats) = answer(&[], found()).await;
    assert!(matches!(granted, Ok(DirectoryAnswer::Authenticated(_))), "{granted:?}");
    assert_eq!(stats.user_binds, 2);
    let (refused, _) = answer(&[(ADMIN, 49)], entry(ADMIN, &[])).await;
    assert_eq!(refused.unwrap(), DirectoryAnswer::Refused);
}
