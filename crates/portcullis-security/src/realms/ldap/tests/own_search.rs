//! Users who search for themselves, on the connection that they have bound on.

use super::scripted::{Script, entry};
use super::*;

const JO: &str = "uid=jo,dc=example";

/// What a directory says of jo, who reads its own entry.
async fn answer(script: Script) -> (Result<DirectoryAnswer, Failure>, DirectoryStats) {
    let mut settings = settings(vec![server(script.serve().await)]);
    settings.ldap.users = Users::Templates(vec!["uid={0},dc=example".to_owned()]);
    let directory = LdapDirectory::new(&settings, Arc::new(TestClock::default())).unwrap();
    (directory.authenticate("jo", &secret("s3krit-pw")).await, directory.stats())
}

#[tokio::test]
async fn may_fail_by_the_fault_of_the_server() {
    let (answer, stats) = answer(Script { end: 52, ..Script::new(&[], Vec::new()) }).await;
    assert_eq!(answer.unwrap_err().reason(), UNDECIDED);
    assert_eq!(stats.servers[0].failures, 1, "nobody is told why");
}

#[tokio::test]
async fn may_not_read_their_own_entry_and_are_somebody_all_the_same() {
    let (answer, _) = answer(Script::new(&[], Vec::new())).await;
    let Ok(DirectoryAnswer::Authenticated(jo)) = answer else { panic!("{answer:?}") };
    assert_eq!(jo.dn, JO);
}

#[tokio::test]
async fn are_nobody_else_when_a_server_finds_two() {
    let other = "uid=root,dc=example";
    let (answer, _) = answer(Script::new(&[], vec![entry(other, &[]), entry(JO, &[])])).await;
    assert_eq!(answer.unwrap_err().reason(), UNDECIDED);
}
