//! Who may go on.

use super::*;
use crate::realms::ldap::trouble::Fault;

#[tokio::test]
async fn as_many_go_on_as_there_are_turns() {
    let turns = Turns::new("a test", 2);
    let first = turns.take().await.unwrap();
    let _second = turns.take().await.unwrap();
    assert_eq!(turns.going.available_permits(), 0);
    drop(first);
    assert!(turns.take().await.is_ok());
}

#[tokio::test]
async fn no_more_wait_than_there_is_room_for() {
    let turns = Turns::new("a test", 1);
    let _present = turns.present.try_acquire_many(u32::try_from(MAX_WAITERS).unwrap() + 1).unwrap();
    assert_eq!(turns.take().await.err().unwrap().fault, Fault::Full);
}

#[tokio::test]
async fn whoever_gives_up_leaves_room() {
    let turns = Turns::new("a test", 1);
    let first = turns.take().await.unwrap();
    let gave_up = tokio::time::timeout(Duration::ZERO, turns.take()).await;
    assert!(gave_up.is_err());
    drop(first);
    assert_eq!(turns.present.available_permits(), MAX_WAITERS + 1);
}
