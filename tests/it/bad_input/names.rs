//! Names in paths and values of parameters.

use portcullis_tests::node::TestNode;

use super::{refused, revision};
use crate::samples;

portcullis_tests::tests![
    strange_names_never_break_anything,
    strange_parameters_are_refused,
    run_as_takes_any_bytes
];

async fn strange_names_never_break_anything() {
    let node = TestNode::start().await;
    let long = "x".repeat(2000);
    let strange = [
        "%00",
        "a%00b",
        "%1B%5B31m",
        "%0A",
        "%7F",
        "%C3%A9",
        "%E2%80%AE",
        "%F0%9F%98%80",
        "%20",
        "%20a",
        "a%20",
        "..",
        ".",
        "..%2F..%2Fetc",
        "%25",
        "%2F",
        "%2C",
        ",",
        "*",
        "_all",
        "%22",
        "%5C",
        "%3Cscript%3E",
        &long,
        "-",
        "_",
        "%EF%BF%BF",
    ];
    // Names that every check of names refuses.
    let refused_always = ["%00", "a%00b", "%0A", "%C3%A9", "%20a", &long];
    for (route, method, _) in samples::guarded().filter(|(route, _, _)| route.path.contains('{')) {
        for name in strange {
            let before = revision(&node);
            let target = samples::path(route, |_| name.to_owned());
            let request = node.elastic().request(method.as_str(), &target);
            let answer = match samples::body(route, method, "k", "long enough") {
                Some(body) => request.json(&body).await,
                None => request.await,
            };
            let what = format!("{method} {target:.100}");
            if answer.status != 200 {
                refused(&answer, &what);
                assert_eq!(revision(&node), before, "{what} has written");
            } else if refused_always.contains(&name)
                && [("PUT", "user"), ("PUT", "role")].iter().any(|(put, noun)| {
                    method == put
                        && route.path
                            == format!(
                                "/_security/{noun}/{{{}}}",
                                if *noun == "user" { "username" } else { "name" }
                            )
                })
            {
                panic!("{what} was taken");
            }
        }
    }
    node.elastic().get("/_security/user").await.ok();
    node.elastic().get("/_security/role").await.ok();
    node.elastic().get("/_security/role_mapping").await.ok();
}

async fn strange_parameters_are_refused() {
    let node = TestNode::start().await;
    let before = revision(&node);
    for (route, method, _) in samples::guarded().filter(|(_, method, _)| *method != "HEAD") {
        let target = samples::path(route, |name| samples::parameter(name, "k"));
        for query in [
            "nonsense",
            "%00=1",
            "%",
            "a=%zz",
            "%C3=1",
            "pretty=%C3%28",
            "filter_path=%",
            "human=x",
            &"x".repeat(3000),
        ] {
            let request = node.elastic().request(method.as_str(), &format!("{target}?{query}"));
            let answer = match samples::body(route, method, "k", "long enough") {
                Some(body) => request.json(&body).await,
                None => request.await,
            };
            refused(&answer, &format!("{method} {target}?{query:.40}"));
            assert_eq!(answer.status, 400);
        }
    }
    assert_eq!(revision(&node), before);
    for query in [
        "id=&name=&username=%00",
        "name=***",
        "owner=maybe",
        "id=%C3%A9",
        "with_limited_by=1",
        "active_only=2",
    ] {
        let answer = node.elastic().get(&format!("/_security/api_key?{query}")).await;
        assert!(answer.status < 500, "{query}: {}", answer.text());
    }
}

async fn run_as_takes_any_bytes() {
    let node = TestNode::start().await;
    let text = String::from_utf8(node.elastic().authenticate().bytes()).unwrap();
    let head = text.strip_suffix("\r\n").unwrap();
    for name in [&b"\xff\xfe"[..], b"\xc3\xa9", b"", b" a ", &[b'x'; 5000], b"elastic,elastic", b"%65lastic"]
    {
        let mut bytes = format!("{head}es-security-runas-user: ").into_bytes();
        bytes.extend_from_slice(name);
        bytes.extend_from_slice(b"\r\n\r\n");
        let answer = node.anonymous().raw(&bytes).await.expect("an answer");
        answer.refused(403, "security_exception");
    }
}
