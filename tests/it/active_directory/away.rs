//! A domain controller that is gone, and comes back; and what is not asked twice.

use super::{clear, domain, stats, user};

portcullis_tests::tests![a_second_logon_is_not_asked_about, a_domain_that_is_away_says_neither_yes_nor_no];

/// Longer than any server is spared, in milliseconds.
const SPARED: u64 = 30_000;

async fn a_second_logon_is_not_asked_about() {
    let (samba, node) = domain().await;
    for name in ["jo", "AD\\jo"] {
        let client = node.basic(name, &portcullis_tests::samba::password("jo"));
        client.whoami().await;
        let (binds, searches) = (samba.binds().await, stats(&node).searches);
        client.whoami().await;
        assert_eq!((samba.binds().await, stats(&node).searches), (binds, searches), "{name}");
    }
}

async fn a_domain_that_is_away_says_neither_yes_nor_no() {
    let (mut samba, node) = domain().await;
    let (jo, amy) = (user(&node, "jo"), user(&node, "amy"));
    jo.whoami().await;
    samba.kill();
    assert_eq!(jo.login().await, 200);
    let answer = amy.authenticate().await;
    answer.refused(503, "unavailable_shards_exception");
    assert_eq!(answer.header("retry-after"), Some("1"));
    clear(&node).await;
    assert_eq!(jo.login().await, 503);
    node.elastic().whoami().await;
    samba.restart().await;
    node.clock.advance(SPARED);
    assert_eq!((jo.login().await, amy.login().await), (200, 200));
}
