//! Which referrals are followed, and where to.

use super::*;
use crate::realms::ldap::connection::Timeouts;
use crate::realms::ldap::counters::Counters;
use crate::realms::ldap::entry::Entry;
use crate::realms::ldap::tests::{TestClock, server, settings};
use crate::realms::ldap::tls::Tls;

fn referrals(followed: Switch, tls: Switch) -> Referrals {
    let ldap = settings(vec![server(1)]).ldap;
    let second = std::time::Duration::from_secs(1);
    let timeouts = Timeouts { connect: second, response: second, search: second };
    let files = Tls::open(&ldap.tls, Switch::Off, Arc::new(TestClock::default())).unwrap();
    let dialer = Dialer { tls: files, timeouts, counters: Arc::new(Counters::default()) };
    Referrals::new(followed, tls, Arc::new(dialer), 1)
}

/// An entry, and a reference to a server where nobody listens.
fn found(end: End) -> Found {
    let references = vec![vec!["ldap://127.0.0.1:1/dc=y".to_owned()]];
    Found { entries: vec![Entry::bare("uid=jo".to_owned())], references, end }
}

async fn follow(referrals: &Referrals, end: End) -> Result<Found, Trouble> {
    let nobody = Identity::of_service(None);
    referrals.follow(found(end), &Query::entry("dc=x", Vec::new()), &nobody).await
}

#[tokio::test]
async fn a_reference_that_is_not_followed_means_nothing() {
    let found = follow(&referrals(Switch::Off, Switch::Off), End::Complete).await.unwrap();
    assert_eq!((found.entries.len(), found.references.len()), (1, 0));
}

#[tokio::test]
async fn a_referral_instead_of_an_answer_is_none() {
    let trouble = follow(&referrals(Switch::Off, Switch::Off), End::Elsewhere).await.unwrap_err();
    assert_eq!(trouble, Trouble::answer("the answer is a referral, and follow_referrals is off"));
}

#[tokio::test]
async fn an_answer_with_holes_is_none() {
    let trouble = follow(&referrals(Switch::On, Switch::Off), End::Complete).await.unwrap_err();
    assert!(trouble.reason.contains("no connection"), "{trouble}");
    assert!(!trouble.blames_server(), "the server that referred is not to blame");
}

#[tokio::test]
async fn none_leads_from_tls_to_plaintext() {
    let trouble = follow(&referrals(Switch::On, Switch::On), End::Complete).await.unwrap_err();
    assert!(trouble.reason.ends_with("it leads from TLS to plaintext"), "{trouble}");
}

#[tokio::test]
async fn no_more_are_followed_at_once_than_there_are_turns() {
    let referrals = referrals(Switch::On, Switch::Off);
    let silent = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let references = vec![vec![format!("ldap://{}/dc=y", silent.local_addr().unwrap())]];
    let (query, nobody) = (Query::entry("dc=x", Vec::new()), Identity::of_service(None));
    let followed = referrals.follow(Found { references, ..Found::default() }, &query, &nobody);
    tokio::select! {
        _ = followed => panic!("it was answered"),
        () = async {
            silent.accept().await.unwrap();
            tokio::select! {
                biased;
                _ = referrals.turns.take() => panic!("a second one may go on"),
                () = tokio::task::yield_now() => {}
            }
        } => {}
    }
}
