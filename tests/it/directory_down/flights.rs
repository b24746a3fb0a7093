//! Many who ask the same at once are one question to the directory, and many who ask something else are no more at once than
//! the directory is to bear.

use portcullis_tests::client::Answer;
use portcullis_tests::node::TestNode;
use portcullis_tests::node::ldap::CORP;
use portcullis_tests::secrets;
use portcullis_tests::slapd::{Slapd, content, password};
use tokio::task::JoinHandle;

use super::{CACHE, LONG, LOOKUPS, begin, node_over, stats, until, user};

portcullis_tests::tests![
    five_hundred_logins_of_one_user_are_one_bind,
    with_two_passwords_they_are_two,
    five_hundred_who_act_as_one_user_are_one_search,
    five_hundred_users_are_all_served_a_few_at_a_time,
];

async fn statuses(requests: Vec<JoinHandle<Answer>>) -> Vec<u16> {
    let mut statuses = Vec::new();
    for request in requests {
        statuses.push(request.await.unwrap().status);
    }
    statuses
}

async fn five_hundred_logins_of_one_user_are_one_bind() {
    let mut slapd = Slapd::start().await;
    let node = node_over(&slapd, LONG).await;
    slapd.pause();
    let requests: Vec<_> = (0..500).map(|_| begin(&user(&node, "jo"))).collect();
    until(|| node.cache(CACHE).coalesced == 499).await;
    slapd.resume();
    assert_eq!(statuses(requests).await, [200; 500]);
    assert_eq!((slapd.binds_of(&content::user("jo")).await, slapd.searches().await), (1, 1));
}

async fn with_two_passwords_they_are_two() {
    let mut slapd = Slapd::start().await;
    let node = node_over(&slapd, LONG).await;
    let wrong = node.basic("jo", &secrets::password());
    slapd.pause();
    let right: Vec<_> = (0..250).map(|_| begin(&user(&node, "jo"))).collect();
    let wrong: Vec<_> = (0..250).map(|_| begin(&wrong)).collect();
    until(|| node.cache(CACHE).coalesced == 498).await;
    slapd.resume();
    assert_eq!(statuses(right).await, [200; 250]);
    assert_eq!(statuses(wrong).await, [401; 250]);
    assert_eq!((slapd.binds_of(&content::user("jo")).await, slapd.searches().await), (2, 2));
}

async fn five_hundred_who_act_as_one_user_are_one_search() {
    let mut slapd = Slapd::start().await;
    let node = node_over(&slapd, LONG).await;
    slapd.pause();
    let requests: Vec<_> = (0..500).map(|_| begin(&node.elastic().run_as("jo"))).collect();
    until(|| node.cache(LOOKUPS).coalesced == 499).await;
    slapd.resume();
    assert_eq!(statuses(requests).await, [200; 500]);
    assert_eq!((slapd.binds_of(&content::user("jo")).await, slapd.searches().await), (0, 1));
}

async fn five_hundred_users_are_all_served_a_few_at_a_time() {
    let uids: Vec<String> = (0..500).map(|number| format!("u{number}")).collect();
    let slapd = Slapd::builder().ldif(&uids.iter().map(|uid| entry(uid)).collect::<String>()).start().await;
    let node = TestNode::builder().ldap(&slapd).ldap_patience(CORP, LONG);
    let node = node.ldap_setting(CORP, "user_search.pool.size", "8").start().await;
    let requests: Vec<_> = uids.iter().map(|uid| begin(&user(&node, uid))).collect();
    until(|| {
        // Eight search, and eight users bind.
        assert!(stats(&node).connections <= 16);
        requests.iter().all(JoinHandle::is_finished)
    })
    .await;
    assert_eq!(statuses(requests).await, [200; 500]);
    let stats = stats(&node);
    assert_eq!((stats.user_binds, stats.searches, stats.undecided), (500, 500, 0));
    assert!(stats.service_binds <= 8, "{} connections were made to search", stats.service_binds);
}

/// A user as the content of a directory has one.
fn entry(uid: &str) -> String {
    let (dn, password) = (content::user(uid), password(uid));
    format!(
        "dn: {dn}\nobjectClass: inetOrgPerson\nuid: {uid}\ncn: {uid}\nsn: {uid}\nuserPassword: {password}\n\n"
    )
}
