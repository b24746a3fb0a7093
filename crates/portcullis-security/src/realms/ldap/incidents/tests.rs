//! What counts as news.

use super::*;
use crate::realms::ldap::tests::TestClock;

#[test]
fn an_incident_is_told_once_and_again_when_it_lasts() {
    let clock = Arc::new(TestClock::default());
    let incidents = Incidents::new(Arc::clone(&clock) as Arc<dyn Clock>);
    assert!(incidents.is_news("away"));
    assert!(!incidents.is_news("away"));
    assert!(incidents.is_news("broken"));
    assert!(!incidents.is_news("away"), "another incident in between changes nothing");
    clock.advance(AGAIN_MILLIS);
    assert!(incidents.is_news("away"));
}

#[test]
fn no_more_incidents_are_remembered_than_there_is_room_for() {
    let incidents = Incidents::new(Arc::new(TestClock::default()));
    for number in 0..MAX_TOLD * 2 {
        assert!(incidents.is_news(&number.to_string()));
    }
    assert_eq!(incidents.told.lock().unwrap().len(), MAX_TOLD);
}
