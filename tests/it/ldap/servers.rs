//! Several servers of one directory: which of them is asked.

use std::net::Ipv4Addr;

use portcullis_tests::node::ldap::CORP;
use portcullis_tests::node::{Builder, TestNode};
use portcullis_tests::slapd::Slapd;
use serde_json::Value;
use tokio::net::TcpSocket;

use super::{clear, user};

portcullis_tests::tests![
    the_first_that_answers_is_asked,
    the_second_is_not_asked_while_the_first_answers,
    in_turn_each_is_asked,
];

/// A realm with these servers, in this order.
fn over(slapd: &Slapd, urls: &[String]) -> Builder {
    TestNode::builder().ldap(slapd).ldap_setting(CORP, "url", &urls.join(","))
}

async fn servers(node: &TestNode) -> Vec<Value> {
    let stats = node.elastic().get("/_security/stats").await.ok();
    let directories = &stats["nodes"][&node.security().settings().node_id]["directories"];
    directories["realm/ldap/corp"]["servers"].as_array().unwrap().clone()
}

async fn the_first_that_answers_is_asked() {
    let slapd = Slapd::start().await;
    // A port on which nobody listens, and that nobody else gets.
    let taken = TcpSocket::new_v4().unwrap();
    taken.bind((Ipv4Addr::LOCALHOST, 0).into()).unwrap();
    let dead = format!("ldap://{}", taken.local_addr().unwrap());
    let node = over(&slapd, &[dead.clone(), slapd.url()]).start().await;
    for _ in 0..2 {
        clear(&node, CORP).await;
        user(&node, "jo").whoami().await;
        node.elastic().run_as("amy").whoami().await;
        let servers = servers(&node).await;
        assert_eq!((&servers[0]["url"], &servers[0]["failures"]), (&Value::from(dead.as_str()), &1.into()));
        assert!(servers[0]["last_error"].as_str().unwrap().contains("no connection"), "{servers:?}");
        assert_eq!((&servers[1]["url"], &servers[1]["failures"]), (&Value::from(slapd.url()), &0.into()));
    }
    // What one refuses the others are not asked for: they are one directory.
    assert_eq!(node.basic("jo", &portcullis_tests::secrets::password()).login().await, 401);
}

async fn the_second_is_not_asked_while_the_first_answers() {
    let (first, second) = (Slapd::start().await, Slapd::start().await);
    let node = over(&first, &[first.url(), second.url()]).start().await;
    for uid in ["jo", "amy", "beth"] {
        user(&node, uid).whoami().await;
    }
    assert_eq!(node.basic("jo", &portcullis_tests::secrets::password()).login().await, 401);
    assert_eq!(second.connections().await, 0);
}

async fn in_turn_each_is_asked() {
    let (first, second) = (Slapd::start().await, Slapd::start().await);
    let node = over(&first, &[first.url(), second.url()])
        .ldap_setting(CORP, "load_balance.type", "round_robin")
        .start()
        .await;
    let users = ["jo", "amy", "beth", "meg"];
    for uid in users {
        user(&node, uid).whoami().await;
    }
    let binds = (first.binds().await, second.binds().await);
    // One connection of the service, and one of each user.
    assert_eq!(binds.0 + binds.1, 1 + users.len() as u64);
    assert!(binds.0.abs_diff(binds.1) <= 1, "{binds:?}");
    assert_eq!(first.connections().await + second.connections().await, 5);
}
