//! Users who are found on a server that one of the directory's own refers to.

use super::scripted::{Script, entry, reference};
use super::*;

const JO: &str = "uid=jo,dc=elsewhere";

/// What a directory says of jo, whose own server knows the entry from elsewhere only and refuses it.
async fn answer(
    elsewhere: &'static [(&'static str, u8)],
) -> (Result<DirectoryAnswer, Failure>, DirectoryStats) {
    let elsewhere = Script::new(elsewhere, vec![entry(JO, &[])]).serve().await;
    let own = Script::new(&[("uid=jo", 49)], vec![reference(elsewhere)]).serve().await;
    let mut settings = settings(vec![server(own)]);
    settings.ldap.follow_referrals = Switch::On;
    let directory = LdapDirectory::new(&settings, Arc::new(TestClock::default())).unwrap();
    (directory.authenticate("jo", &secret("s3krit-pw")).await, directory.stats())
}

#[tokio::test]
async fn are_bound_where_they_were_found() {
    let (answer, stats) = answer(&[]).await;
    let Ok(DirectoryAnswer::Authenticated(jo)) = answer else { panic!("{answer:?}") };
    assert_eq!(jo.dn, JO);
    assert_eq!(stats.user_binds, 1);
}

#[tokio::test]
async fn are_refused_there() {
    assert_eq!(answer(&[("uid=jo", 49)]).await.0.unwrap(), DirectoryAnswer::Refused);
}

#[tokio::test]
async fn are_undecided_when_that_server_is() {
    let (answer, stats) = answer(&[("uid=jo", 51)]).await;
    assert_eq!(answer.unwrap_err().reason(), UNDECIDED);
    assert_eq!(
        (stats.undecided, stats.servers[0].failures),
        (1, 0),
        "the directory's server is not to blame"
    );
}
