//! Requests put together at random from pieces that mean something. A failing one is printed, shrunk.

use portcullis_tests::node::TestNode;
use proptest::prelude::{Strategy, any, prop};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use crate::samples;

portcullis_tests::tests![no_request_breaks_the_server];

/// Requests of one run.
const CASES: u32 = 400;

fn piece(pieces: &'static [&'static str]) -> impl Strategy<Value = String> {
    prop::sample::select(pieces).prop_map(str::to_owned)
}

fn target() -> impl Strategy<Value = String> {
    let segment = piece(&[
        "_security",
        "user",
        "role",
        "role_mapping",
        "api_key",
        "service",
        "elastic",
        "fleet-server",
        "credential",
        "token",
        "realm",
        "*",
        "_all",
        "_clear_cache",
        "_password",
        "_enable",
        "%2C",
        "%00",
        "a,b",
        "_authenticate",
        "stats",
        "é",
        "~",
        "_cluster",
        "health",
    ]);
    let query = piece(&[
        "",
        "?pretty",
        "?error_trace=true",
        "?usernames=a",
        "?filter_path=**",
        "?x",
        "?format=yaml",
        "?&&;=",
        "?%",
    ]);
    (prop::collection::vec(segment, 0..6), query)
        .prop_map(|(segments, query)| format!("/{}{query}", segments.join("/")))
}

fn body() -> impl Strategy<Value = String> {
    let piece = piece(&[
        "{",
        "}",
        "[",
        "]",
        ":",
        ",",
        "\"password\"",
        "\"roles\"",
        "\"name\"",
        "\"metadata\"",
        "\"cluster\"",
        "\"ids\"",
        "null",
        "1",
        "\"monitor\"",
        "\"\\u0000\"",
        "true",
        " ",
        "\"indices\"",
        "\"names\"",
        "\"role_descriptors\"",
        "\"enabled\"",
        "\"rules\"",
        "\"field\"",
        "-",
        "1e5",
    ]);
    prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

async fn no_request_breaks_the_server() {
    let node = TestNode::start().await;
    let good = samples::all().map(|(route, _)| samples::path(route, |name| samples::parameter(name, "k")));
    let good: Vec<String> = good.collect();
    let target = proptest::prop_oneof![target(), prop::sample::select(good)];
    let method = piece(&["GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH", "X"]);
    let content = piece(&[
        "application/json",
        "application/vnd.elasticsearch+json; compatible-with=9",
        "text/plain",
        ";",
        "a/b;c=d",
    ]);
    let header = prop::collection::vec(
        any::<u8>().prop_filter("ends the line", |byte| ![0, b'\r', b'\n'].contains(byte)),
        0..40,
    );
    let cases = (method, target, content, body(), prop::option::of(header));

    // The same cases in each run, so that a failure is found again.
    let config = Config { cases: CASES, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let elastic = String::from_utf8(node.elastic().get("/").bytes()).unwrap();
    let elastic = elastic.lines().find(|line| line.starts_with("Authorization")).unwrap();
    let outcome = runner.run(&cases, |(method, target, content, body, header)| {
        let mut bytes = format!(
            "{method} {target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: {content}\r\nContent-Length: {}\r\n",
            body.len()
        )
        .into_bytes();
        match header {
            None => bytes.extend_from_slice(elastic.as_bytes()),
            Some(value) => {
                bytes.extend_from_slice(b"Authorization: ");
                bytes.extend_from_slice(&value);
            }
        }
        bytes.extend_from_slice(b"\r\n\r\n");
        bytes.extend_from_slice(body.as_bytes());
        let answer = tokio::task::block_in_place(|| {
            tokio::runtime::Handle::current().block_on(node.anonymous().raw(&bytes))
        });
        let answer = answer.expect("an answer");
        proptest::prop_assert!(answer.status < 500, "{} {}", answer.status, answer.text());
        Ok(())
    });
    outcome.unwrap_or_else(|error| panic!("{error}"));
    node.elastic().whoami().await;
}
