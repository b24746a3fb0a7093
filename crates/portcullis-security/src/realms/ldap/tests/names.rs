//! Names and passwords about which no directory is asked.

use super::scripted::{Script, entry};
use super::*;

/// A directory where nobody listens: a question would fail.
fn nowhere() -> LdapDirectory {
    LdapDirectory::new(&settings(vec![server(1)]), Arc::new(TestClock::default())).unwrap()
}

#[tokio::test]
async fn a_password_that_would_bind_as_nobody_is_refused() {
    let directory = nowhere();
    for password in ["", "\0", "\0jopw", &"x".repeat(5_000)] {
        assert_eq!(
            directory.authenticate("jo", &secret(password)).await.ok(),
            Some(DirectoryAnswer::Refused)
        );
    }
    let binary = Secret::from_bytes(vec![0xff]);
    assert_eq!(directory.authenticate("jo", &binary).await.ok(), Some(DirectoryAnswer::Refused));
    assert_eq!(directory.stats().servers[0].failures, 0, "a server was asked");
}

#[tokio::test]
async fn a_name_that_nobody_has_is_unknown() {
    let directory = nowhere();
    for username in ["", "  ", "jo\0", "jo\n", "jo\r\n", "\u{85}jo", &"x".repeat(MAX_USERNAME_BYTES + 1)] {
        let answer = directory.authenticate(username, &secret("jopw")).await;
        assert_eq!(answer.ok(), Some(DirectoryAnswer::Unknown), "{username:?}");
        assert_eq!(directory.lookup(username).await.ok(), Some(None), "{username:?}");
    }
    assert_eq!(directory.stats().servers[0].failures, 0, "a server was asked");
}

#[tokio::test]
async fn templates_look_nobody_up() {
    let mut settings = settings(vec![server(1)]);
    settings.ldap.users = Users::Templates(vec!["uid={0},dc=x".to_owned()]);
    let directory = LdapDirectory::new(&settings, Arc::new(TestClock::default())).unwrap();
    assert_eq!(directory.lookup("jo").await.ok(), Some(None));
    assert_eq!(directory.stats().servers[0].failures, 0, "a server was asked");
}

#[test]
fn a_filter_that_is_none_stops_the_start() {
    let mut settings = settings(vec![server(1)]);
    settings.ldap.users = Users::Search(search("dc=x", "(uid={0}"));
    let failure = LdapDirectory::new(&settings, Arc::new(TestClock::default())).err().unwrap();
    assert_eq!(failure.reason(), "realm [far]: [(uid={0}] is no LDAP filter");
}

#[tokio::test]
async fn a_service_without_a_password_is_nobody() {
    let script = Script::new(&[], vec![entry("uid=jo,dc=example,dc=com", &[])]);
    let mut settings = settings(vec![server(script.serve().await)]);
    settings.ldap.bind = Some(Bind { dn: "cn=svc,dc=example,dc=com".to_owned(), password: secret("") });
    let directory = LdapDirectory::new(&settings, Arc::new(TestClock::default())).unwrap();
    let answer = directory.authenticate("jo", &secret("s3krit-pw")).await;
    assert_eq!(answer.unwrap_err().reason(), UNDECIDED);
}
