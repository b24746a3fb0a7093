//! Which server is asked.

use super::*;
use crate::realms::ldap::tests::{TestClock, server, settings};

fn servers(load_balance: LoadBalance) -> Servers {
    let mut ldap = settings(vec![server(1), server(2), server(3)]).ldap;
    ldap.load_balance = load_balance;
    Servers::new("far", &ldap, Arc::new(TestClock::default()))
}

/// Asks whoever comes first, and says which that was.
async fn ask(servers: &Servers) -> u16 {
    let mut round = servers.round().await.unwrap();
    let attempt = round.next().unwrap();
    let port = attempt.member().endpoint().port;
    assert_eq!(round.settle(attempt, Ok(())), Some(Ok(())));
    port
}

#[tokio::test]
async fn failover_keeps_to_the_first() {
    let servers = servers(LoadBalance::Failover);
    assert_eq!([ask(&servers).await, ask(&servers).await], [1, 1]);
}

#[tokio::test]
async fn round_robin_asks_each_in_turn() {
    let servers = servers(LoadBalance::RoundRobin);
    assert_eq!(
        [ask(&servers).await, ask(&servers).await, ask(&servers).await, ask(&servers).await],
        [1, 2, 3, 1]
    );
}

#[tokio::test]
async fn a_server_that_fails_hands_over_and_is_spared() {
    let servers = servers(LoadBalance::Failover);
    let mut round = servers.round().await.unwrap();
    for _ in 0..2 {
        let attempt = round.next().unwrap();
        assert_eq!(round.settle::<()>(attempt, Err(Trouble::server("away"))), None);
    }
    assert_eq!(ask(&servers).await, 3);
    let failures: Vec<u32> = servers.stats().iter().map(|it| it.failures).collect();
    assert_eq!(failures, [1, 1, 0]);
}

#[tokio::test]
async fn what_the_last_server_did_is_the_answer_and_then_that_all_are_spared() {
    let servers = servers(LoadBalance::Failover);
    let mut round = servers.round().await.unwrap();
    for port in 1..=3 {
        let attempt = round.next().unwrap();
        assert_eq!(round.settle::<()>(attempt, Err(Trouble::server(format!("{port} is away")))), None);
    }
    assert_eq!(round.next().err(), Some(Trouble::server("3 is away")));
    assert_eq!(servers.round().await.unwrap().next().err(), Some(Trouble::spared()));
}

#[tokio::test]
async fn an_answer_that_is_none_is_no_failure_of_the_server() {
    let servers = servers(LoadBalance::Failover);
    let mut round = servers.round().await.unwrap();
    let attempt = round.next().unwrap();
    let odd = Trouble::answer("a referral");
    assert_eq!(round.settle::<()>(attempt, Err(odd.clone())), Some(Err(odd)));
    assert!(servers.stats().iter().all(|it| it.failures == 0));
}

#[tokio::test]
async fn addresses_of_a_name_are_servers() {
    let mut ldap =
        settings(vec![crate::settings::directory::Server { host: "localhost".to_owned(), ..server(7) }]).ldap;
    ldap.load_balance = LoadBalance::DnsRoundRobin;
    let servers = Servers::new("far", &ldap, Arc::new(TestClock::default()));
    let mut round = servers.round().await.unwrap();
    let attempt = round.next().unwrap();
    let endpoint = attempt.member().endpoint();
    assert!(endpoint.address.is_some_and(|it| it.ip().is_loopback() && it.port() == 7));
    assert_eq!(endpoint.host, "localhost", "the certificate has to be for the name");
}
