//! `metrics.port`: the metrics alone, without credentials.

use crate::home::Home;
use crate::http::Request;
use crate::node::Node;

#[test]
fn they_are_served_where_the_log_says_and_nothing_else_is() {
    let home = Home::with("metrics.port: 0\n");
    let mut node = Node::start(&home);
    assert_eq!(node.login("jo-with-a-name", "a-password"), 401);
    let line = node.wait_for_line(|line| line["message"] == "listening for metrics");
    let address = line["address"].as_str().unwrap().strip_prefix("http://").unwrap().parse().unwrap();
    assert_ne!(node.address(), address);
    for path in ["/metrics", "/_prometheus/metrics"] {
        let answer = Request::new(address, "GET", path).send();
        assert_eq!(answer.status, 200);
        let text = answer.body.as_str().unwrap();
        assert!(text.contains("# TYPE portcullis_http_requests counter"), "{text}");
        assert!(text.contains("status=\"401\"") && !text.contains("jo-with-a-name"), "{text}");
    }
    for path in ["/", "/_security/user", "/_security/_authenticate"] {
        assert_eq!(Request::new(address, "GET", path).send().status, 404);
    }
    assert_eq!(Request::new(node.address(), "GET", "/_prometheus/metrics").send().status, 401);
}
