//! A directory that is away is asked seldom, and the less the longer it is: by one request at a time, and by nobody while
//! another server of it answers.

use portcullis_tests::node::TestNode;
use portcullis_tests::node::ldap::CORP;
use portcullis_tests::secrets;
use portcullis_tests::slapd::Slapd;

use super::strangers::{Manner, Stranger};
use super::{LONG, SHORT, SPARED, begin, check_undecided, node_over, stats, until, user};

portcullis_tests::tests![
    many_requests_are_one_visit_and_the_visits_grow_rare,
    the_one_that_tries_again_tries_alone,
    who_is_refused_its_own_bind_is_spared_too,
    what_waits_to_be_used_is_not_used_while_its_server_is_spared,
    another_server_stands_in,
    another_server_stands_in_where_they_take_turns,
];

/// A node whose realm has these servers, which are asked in this order or in turn.
async fn with_servers(slapd: &Slapd, urls: &[String], load_balance: &str) -> TestNode {
    TestNode::builder()
        .ldap(slapd)
        .ldap_patience(CORP, SHORT)
        .ldap_setting(CORP, "url", &urls.join(","))
        .ldap_setting(CORP, "load_balance.type", load_balance)
        .start()
        .await
}

async fn many_requests_are_one_visit_and_the_visits_grow_rare() {
    let (slapd, stranger) = (Slapd::start().await, Stranger::start(Manner::HangUpWhenAsked).await);
    let node = with_servers(&slapd, &[stranger.url()], "failover").await;
    let requests = async || {
        let some = (0..10).map(|_| begin(&node.basic("somebody", &secrets::password())));
        for request in some.collect::<Vec<_>>() {
            check_undecided(&request.await.unwrap());
        }
    };
    requests().await;
    let first = stranger.visits();
    assert!((1..=10).contains(&first), "those that came together may have visited together");
    let mut longest = 500;
    for visits in 1..=8 {
        let server = stats(&node).servers.remove(0);
        let spared = server.spared_for_millis;
        assert_eq!(u64::from(server.failures), visits);
        assert!((longest / 2..=longest).contains(&spared), "{spared} ms after {visits} failures");
        node.clock.advance(spared - 1);
        requests().await;
        assert_eq!(stranger.visits(), first + visits - 1, "it was asked while it is spared");
        node.clock.advance(1);
        requests().await;
        assert_eq!(stranger.visits(), first + visits, "not one request tried again");
        longest = (longest * 2).min(SPARED);
    }
    let stats = stats(&node);
    assert_eq!(stats.undecided, 170);
    assert_eq!(stats.spared, 170 - stranger.visits());
}

async fn the_one_that_tries_again_tries_alone() {
    let mut slapd = Slapd::start().await;
    let node = node_over(&slapd, LONG).await;
    slapd.kill();
    check_undecided(&user(&node, "jo").authenticate().await);
    slapd.restart().await;
    slapd.pause();
    node.clock.advance(SPARED);
    let tries = begin(&user(&node, "jo"));
    until(|| stats(&node).service_binds == 1).await;
    for uid in ["amy", "beth", "meg"] {
        check_undecided(&user(&node, uid).authenticate().await);
    }
    assert_eq!(stats(&node).spared, 3);
    slapd.resume();
    tries.await.unwrap().ok();
    user(&node, "amy").whoami().await;
}

async fn who_is_refused_its_own_bind_is_spared_too() {
    let slapd = Slapd::start().await;
    let file = slapd.ca_path().with_file_name("wrong");
    std::fs::write(&file, secrets::password()).unwrap();
    let node = TestNode::builder()
        .ldap(&slapd)
        .ldap_patience(CORP, LONG)
        .ldap_setting(CORP, "secure_bind_password_file", file.to_str().unwrap())
        .start()
        .await;
    // A directory locks an account that is tried with wrong passwords again and again.
    for _ in 0..10 {
        check_undecided(&user(&node, "jo").authenticate().await);
    }
    assert_eq!(slapd.binds().await, 1);
    assert_eq!(stats(&node).spared, 9);
}

async fn what_waits_to_be_used_is_not_used_while_its_server_is_spared() {
    let mut slapd = Slapd::start().await;
    let node = node_over(&slapd, SHORT).await;
    while stats(&node).connections < 2 {
        let together: Vec<_> = (0..8).map(|_| begin(&node.basic("nobody", &secrets::password()))).collect();
        for request in together {
            assert_eq!(request.await.unwrap().status, 401);
        }
    }
    slapd.pause();
    check_undecided(&user(&node, "jo").authenticate().await);
    let before = stats(&node);
    check_undecided(&user(&node, "amy").authenticate().await);
    let after = stats(&node);
    assert_eq!((after.searches - before.searches, after.spared - before.spared), (0, 1));
    assert_eq!(after.connections, 0);
}

async fn another_server_stands_in() {
    // Dead at once, and dead by its silence.
    for manner in [Manner::HangUp, Manner::Silent] {
        check_stands_in(manner, "failover").await;
    }
}

async fn another_server_stands_in_where_they_take_turns() {
    for manner in [Manner::HangUp, Manner::Silent] {
        check_stands_in(manner, "round_robin").await;
    }
}

async fn check_stands_in(manner: Manner, load_balance: &str) {
    let (slapd, stranger) = (Slapd::start().await, Stranger::start(manner).await);
    let node = with_servers(&slapd, &[stranger.url(), slapd.url()], load_balance).await;
    for uid in ["jo", "amy", "beth", "meg", "s*r"] {
        user(&node, uid).whoami().await;
    }
    assert_eq!(stranger.visits(), 1, "{load_balance}: more than one request paid for the dead server");
    node.clock.advance(SPARED);
    for uid in ["jo", "amy", "beth", "meg", "s*r"] {
        node.elastic().post(&format!("/_security/realm/corp/_clear_cache?usernames={uid}")).await.ok();
        user(&node, uid).whoami().await;
    }
    assert_eq!(stranger.visits(), 2, "{load_balance}: not one request tried it again");
    let stats = stats(&node);
    assert_eq!((stats.undecided, stats.spared), (0, 0));
    assert_eq!((stats.servers[0].failures, stats.servers[1].failures), (2, 0));
}
