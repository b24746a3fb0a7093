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
fn who_makes_up_incidents_does_not_fill_the_log() {
    let clock = Arc::new(TestClock::default());
    let incidents = Incidents::new(Arc::clone(&clock) as Arc<dyn Clock>);
    let told = (0..MAX_TOLD * 2).filter(|number| incidents.is_news(&number.to_string()));
    assert_eq!(told.count(), MAX_TOLD);
    clock.advance(AGAIN_MILLIS);
    assert!(incidents.is_news("another"));
}
