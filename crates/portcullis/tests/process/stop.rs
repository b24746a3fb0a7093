//! How a node ends, and what is left of it.

use std::net::TcpStream;

use rustix::process::Signal;
use serde_json::json;

use crate::home::Home;
use crate::node::Node;

#[test]
fn sigterm_answers_what_is_in_flight_and_ends_with_0() {
    drains(Signal::TERM);
}

#[test]
fn so_does_sigint() {
    drains(Signal::INT);
}

fn drains(signal: Signal) {
    // A hash that takes a while, so that the request is far from done when the node is told to stop.
    let home = Home::with("xpack.security.authc.password_hashing.algorithm: bcrypt12\n");
    let mut node = Node::start_with(&home, "ELASTIC_PASSWORD", "changeme");
    let idle = TcpStream::connect(node.address()).unwrap();
    let put = node.request("PUT", "/_security/user/jo").basic("elastic", "changeme");
    let mut begun = put.json(json!({"password": "s3krit-1", "roles": []})).begin_and_be_asked_for_the_body();
    node.signal(signal);
    node.wait_for_line(|line| line["message"] == "stopping");
    begun.complete();
    let answer = begun.answer();
    assert_eq!((answer.status, &answer.body["created"]), (200, &json!(true)));
    let status = node.wait();
    assert_eq!(status.code(), Some(0), "{}", node.log());
    assert!(!node.log().contains("cut off"), "{}", node.log());
    TcpStream::connect(node.address()).unwrap_err();
    drop(idle);
    assert!(!home.data().join("control.sock").exists());

    let node = Node::start(&home);
    assert_eq!(node.login("jo", "s3krit-1"), 200);
}

#[test]
fn what_was_acknowledged_outlives_kill_9() {
    let home = Home::new();
    let node = Node::start_with(&home, "ELASTIC_PASSWORD", "changeme");
    let as_elastic =
        |node: &Node, method: &str, path: &str| node.request(method, path).basic("elastic", "changeme");
    let user = json!({"password": "s3krit-1", "roles": []});
    assert_eq!(as_elastic(&node, "PUT", "/_security/user/jo").json(user.clone()).send().status, 200);
    node.kill();

    let node = Node::start(&home);
    assert_eq!(node.login("jo", "s3krit-1"), 200);
    assert_eq!(as_elastic(&node, "PUT", "/_security/user/al").json(user).send().status, 200);
    assert_eq!(as_elastic(&node, "DELETE", "/_security/user/jo").send().status, 200);
    node.kill();

    // Where a socket without a listener was left, the subcommand finds nobody and opens the store itself.
    assert!(home.data().join("control.sock").exists());
    home.run_with_input(&["reset-password", "al", "-i"], "s3krit-2\n").well();
    let node = Node::start(&home);
    assert_eq!((node.login("jo", "s3krit-1"), node.login("al", "s3krit-2")), (401, 200));
}
