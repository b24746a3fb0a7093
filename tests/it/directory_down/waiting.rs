//! Who waits for a directory waits within limits, holds up nobody else, and leaves nothing behind when they go.

use portcullis_tests::node::TestNode;
use portcullis_tests::node::ldap::CORP;
use portcullis_tests::secrets;
use portcullis_tests::slapd::{Slapd, content};

use tokio::task::JoinHandle;

use super::strangers::{Manner, Stranger};
use super::{CACHE, LONG, SHORT, begin, check_undecided, node_over, stats, until, user};

portcullis_tests::tests![
    two_hundred_who_wait_hold_up_nobody,
    two_hundred_who_waited_are_told_that_it_is_undecided,
    a_client_that_hangs_up_leaves_nothing_behind,
    a_server_that_hangs_is_found_out_although_nobody_waits,
    who_joined_a_client_that_hangs_up_asks_anew,
];

/// How many connections the service has at most.
const POOL: u64 = 20;

async fn two_hundred_who_wait_hold_up_nobody() {
    let mut slapd = Slapd::start().await;
    let node = node_over(&slapd, LONG).await;
    let native = node.user("native", &[]).await;
    slapd.pause();
    let waiting: Vec<_> =
        (0..200).map(|n| begin(&node.basic(&format!("user {n}"), &secrets::password()))).collect();
    until(|| stats(&node).connections == POOL && node.cache(CACHE).loads == 200).await;
    // None of those who wait has a place where passwords are hashed.
    let hashing = node.security().stats().hashing;
    assert_eq!((hashing.running, hashing.queued), (0, 0));
    native.whoami().await;
    assert_eq!(stats(&node).connections, POOL);
    slapd.resume();
    for request in waiting {
        // Nobody waits long for a turn, so some may have been sent away.
        assert!(matches!(request.await.unwrap().status, 401 | 503));
    }
    user(&node, "jo").whoami().await;
}

async fn two_hundred_who_waited_are_told_that_it_is_undecided() {
    let mut slapd = Slapd::start().await;
    let node = node_over(&slapd, SHORT).await;
    slapd.pause();
    let waiting: Vec<_> =
        (0..200).map(|n| begin(&node.basic(&format!("user {n}"), &secrets::password()))).collect();
    for request in waiting {
        check_undecided(&request.await.unwrap());
    }
    let after = stats(&node);
    assert_eq!((after.undecided, after.connections, after.servers[0].failures), (200, 0, 1));
    assert!(after.service_binds <= POOL, "{} binds", after.service_binds);
    slapd.resume();
    assert!(slapd.connections().await <= POOL);
}

/// A node whose users bind under their own names, so that a bind is all that is asked.
async fn with_templates(slapd: &Slapd) -> TestNode {
    let template = format!("uid={{0}},{}", content::PEOPLE);
    TestNode::builder().ldap_template(slapd, &template).ldap_patience(CORP, LONG).start().await
}

/// Everything that the directory was asked.
fn questions(node: &TestNode) -> u64 {
    let stats = stats(node);
    stats.service_binds + stats.searches + stats.user_binds
}

/// A question goes to its end, although nobody waits for the answer: how else would a server that hangs be known.
async fn a_client_that_hangs_up_leaves_nothing_behind() {
    let mut slapd = Slapd::start().await;
    // The connections that may be left are those of the pool: of the question that went on, and of those who came after.
    for (node, kept) in [(node_over(&slapd, LONG).await, 2), (with_templates(&slapd).await, 0)] {
        for uid in ["jo", "meg"] {
            let before = questions(&node);
            slapd.pause();
            let waiting = begin(&user(&node, uid));
            until(|| questions(&node) > before).await;
            waiting.abort();
            slapd.resume();
            user(&node, uid).whoami().await;
            user(&node, "amy").whoami().await;
            until(|| stats(&node).connections <= kept).await;
            let after = stats(&node);
            assert_eq!((after.undecided, after.servers[0].failures), (0, 0));
        }
    }
}

async fn a_server_that_hangs_is_found_out_although_nobody_waits() {
    let (slapd, stranger) = (Slapd::start().await, Stranger::start(Manner::Silent).await);
    let node = TestNode::builder().ldap(&slapd).ldap_patience(CORP, SHORT);
    let node = node.ldap_setting(CORP, "url", &stranger.url()).start().await;
    let waiting: Vec<_> = ["jo", "amy", "beth"].map(|uid| begin(&user(&node, uid))).into();
    until(|| stranger.guests() == 3).await;
    waiting.iter().for_each(JoinHandle::abort);
    until(|| stranger.guests() == 0).await;
    let after = stats(&node);
    assert_eq!((after.connections, after.servers[0].failures), (0, 1));
}

async fn who_joined_a_client_that_hangs_up_asks_anew() {
    let mut slapd = Slapd::start().await;
    let node = node_over(&slapd, LONG).await;
    slapd.pause();
    let leads = begin(&user(&node, "jo"));
    until(|| stats(&node).service_binds == 1).await;
    let follows = begin(&user(&node, "jo"));
    until(|| node.cache(CACHE).coalesced == 1).await;
    leads.abort();
    until(|| node.cache(CACHE).abandoned == 1 && stats(&node).service_binds == 2).await;
    slapd.resume();
    follows.await.unwrap().ok();
    // The first question goes to its end as well, and its answer to nobody.
    until(|| stats(&node).user_binds == 2).await;
    assert_eq!(node.cache(CACHE).entries, 1);
}
