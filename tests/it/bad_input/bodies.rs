//! Bodies.

use portcullis_api::{BodyRule, Route};
use portcullis_tests::client::Request;
use portcullis_tests::node::TestNode;
use serde_json::{Value, json};

use super::{refused, revision};
use crate::samples;

portcullis_tests::tests![
    a_missing_body_is_refused,
    a_stray_body_is_refused,
    what_is_no_object_is_refused,
    unknown_and_repeated_fields_are_refused,
    fields_of_the_wrong_type_are_refused,
    strange_values_never_break_anything,
];

/// Rows that read a body, with a request for each of their methods.
fn with_bodies(node: &TestNode) -> Vec<(&'static Route, String, Request)> {
    samples::guarded()
        .filter(|(route, _, _)| route.body != BodyRule::Refused)
        .map(|(route, method, _)| {
            let target = samples::path(route, |name| samples::parameter(name, "k"));
            (route, format!("{method} {}", route.path), node.elastic().request(method.as_str(), &target))
        })
        .collect()
}

fn typed(request: &Request, body: impl Into<Vec<u8>>) -> Request {
    request.clone().header("Content-Type", "application/json").body(body)
}

async fn a_missing_body_is_refused() {
    let node = TestNode::start().await;
    let before = revision(&node);
    let mut required = 0;
    for (route, _, request) in with_bodies(&node) {
        if route.body != BodyRule::Required {
            continue;
        }
        required += 1;
        for request in
            [request.clone(), request.clone().header("Content-Type", "application/json"), typed(&request, "")]
        {
            request.await.refused_because(400, "parse_exception", "request body is required");
        }
    }
    assert!(required >= 10, "{required} rows need a body");
    assert_eq!(revision(&node), before);
}

async fn a_stray_body_is_refused() {
    let node = TestNode::start().await;
    let before = revision(&node);
    for (route, method, _) in samples::guarded().filter(|(route, _, _)| route.body == BodyRule::Refused) {
        let target = samples::path(route, |name| samples::parameter(name, "k"));
        let answer = typed(&node.elastic().request(method.as_str(), &target), "{}").await;
        assert_eq!(answer.status, 400, "{method} {target}");
        if method != "HEAD" {
            let reason = format!("request [{method} {target}] does not support having a body");
            answer.refused_because(400, "illegal_argument_exception", &reason);
        }
    }
    assert_eq!(revision(&node), before);
}

async fn what_is_no_object_is_refused() {
    let node = TestNode::start().await;
    let before = revision(&node);
    let deep =
        |open: &str, close: &str, depth: usize| format!("{}{}", open.repeat(depth), close.repeat(depth));
    let bodies: Vec<Vec<u8>> = [
        "null".into(),
        "1".into(),
        "\"text\"".into(),
        "[]".into(),
        "[{}]".into(),
        "true".into(),
        "{".into(),
        "}".into(),
        "{}{}".into(),
        "{} x".into(),
        "{\"a\"}".into(),
        "{a:1}".into(),
        "{'a':1}".into(),
        "{\"a\":1,}".into(),
        "{\"a\":01}".into(),
        "{\"a\":NaN}".into(),
        "{\"a\":\"\\ud800\"}".into(),
        "{\"a\":\"\\q\"}".into(),
        "{\"a\":\"\u{1}\"}".into(),
        "{\"a\":1e99999}".into(),
        " ".into(),
        "\u{feff}{}".into(),
        "<xml/>".into(),
        "---\na: 1\n".into(),
        deep("[", "]", 50_000),
        deep("{\"metadata\":", "}", 20_000),
        deep("{\"role_descriptors\":", "", 50_000),
    ]
    .into_iter()
    .map(String::into_bytes)
    .chain([vec![0xff, 0xfe, 0x00], b"{\"a\":\"\xc3\x28\"}".to_vec(), vec![0; 100]])
    .collect();
    for (_, what, request) in with_bodies(&node) {
        for body in &bodies {
            let shown = String::from_utf8_lossy(&body[..body.len().min(40)]).into_owned();
            let answer = typed(&request, body.clone()).await;
            refused(&answer, &format!("{what} with {shown:?}"));
            assert_eq!(answer.status, 400, "{what} with {shown:?}");
        }
    }
    assert_eq!(revision(&node), before);
}

/// A good body of a row, as text without its last brace.
fn open_body(what: &str) -> String {
    let (method, path) = what.split_once(' ').unwrap();
    let (route, method, _) =
        samples::guarded().find(|(route, it, _)| route.path == path && it.as_str() == method).unwrap();
    let body = samples::body(route, method, "k", "unused password").unwrap().to_string();
    body.strip_suffix('}').unwrap().to_owned()
}

async fn unknown_and_repeated_fields_are_refused() {
    let node = TestNode::start().await;
    let before = revision(&node);
    for (_, what, request) in with_bodies(&node) {
        let good = open_body(&what);
        let first = good[1..].split(':').next().unwrap().to_owned();
        let value = "[\"a\"]";
        for body in [
            format!("{good},\"nonsense\":1}}"),
            format!("{good},\"\":1}}"),
            format!("{good},\"{}\":1}}", "x".repeat(5000)),
            format!("{good},\"n\\u0000\\u001b[31m\":1}}"),
            format!("{good},\"métadonnées\":1}}"),
            format!("{good},{first}:{value}}}"),
        ] {
            let answer = typed(&request, body.clone()).await;
            refused(&answer, &format!("{what} with {:.80}", body));
            assert_eq!(answer.status, 400);
        }
        // A name twice with the same value is twice, too.
        let twice = format!("{good},{}}}", &good[1..]);
        refused(&typed(&request, twice.clone()).await, &twice);
    }
    assert_eq!(revision(&node), before);
}

const TEXTS: [&str; 4] = ["1", "true", "{}", "[]"];
const LISTS: [&str; 5] = ["1", "true", "{}", "[1]", "[[]]"];
const OBJECTS: [&str; 4] = ["1", "true", "\"x\"", "[]"];

/// Fields that a body may have, with values that they must not have.
fn wrong(path: &str) -> Vec<(&'static str, Vec<&'static str>)> {
    match path {
        "/_security/user/{username}" => vec![
            ("username", [&TEXTS[..], &["null", "\"other\""]].concat()),
            ("password_hash", [&TEXTS[..], &["\"plain\"", "\"$2a$10$short\""]].concat()),
            ("full_name", TEXTS.into()),
            ("email", TEXTS.into()),
            ("metadata", [&OBJECTS[..], &["{\"_a\":1}"]].concat()),
            ("enabled", ["1", "\"x\"", "{}", "[]", "null"].into()),
        ],
        "/_security/user/_password" | "/_security/user/{username}/_password" => {
            vec![("password_hash", [&TEXTS[..], &["\"plain\"", "null"]].concat())]
        }
        "/_security/role/{name}" => vec![
            ("run_as", [&LISTS[..], &["\"x\"", "null"]].concat()),
            ("indices", [&LISTS[..], &["\"x\"", "[{\"names\":1,\"privileges\":[\"read\"]}]"]].concat()),
            ("applications", [&LISTS[..], &["[{}]"]].concat()),
            ("metadata", OBJECTS.into()),
            ("global", OBJECTS.into()),
            ("remote_indices", LISTS.into()),
            ("remote_cluster", LISTS.into()),
            ("description", TEXTS.into()),
        ],
        "/_security/role_mapping/{name}" => vec![
            ("role_templates", [&LISTS[..], &["\"x\"", "[{\"template\":\"{\\\"source\\\":1}\"}]"]].concat()),
            ("metadata", [&OBJECTS[..], &["null", "{\"_a\":1}"]].concat()),
        ],
        "/_security/api_key" => vec![
            (
                "expiration",
                [&TEXTS[..], &["\"1w\"", "\"\"", "\"-5m\"", "\"99999999999999999999d\""]].concat(),
            ),
            ("role_descriptors", [&OBJECTS[..], &["{\"r\":1}", "{\"r\":{\"cluster\":1}}"]].concat()),
            ("metadata", OBJECTS.into()),
        ],
        "/_security/api_key/{id}" => vec![
            ("expiration", [&TEXTS[..], &["\"1w\""]].concat()),
            ("role_descriptors", [&OBJECTS[..], &["{\"r\":{\"cluster\":[\"nonsense\"]}}"]].concat()),
        ],
        other => panic!("which fields does {other} take?"),
    }
}

async fn fields_of_the_wrong_type_are_refused() {
    let node = TestNode::start().await;
    let before = revision(&node);
    for (route, what, request) in with_bodies(&node) {
        let good = open_body(&what);
        let fields = if what == "DELETE /_security/api_key" {
            vec![
                ("owner", ["1", "\"x\"", "{}", "[]"].to_vec()),
                ("name", TEXTS.into()),
                ("username", TEXTS.into()),
                ("realm_name", TEXTS.into()),
            ]
        } else {
            wrong(route.path)
        };
        // What the good body has already is replaced there.
        let own: Value = serde_json::from_str(&format!("{good}}}")).unwrap();
        for (field, values) in &fields {
            for value in values {
                if own.get(field).is_some() {
                    continue;
                }
                let body = format!("{good},\"{field}\":{value}}}");
                let answer = typed(&request, body.clone()).await;
                refused(&answer, &format!("{what} with {body}"));
            }
        }
        for (field, value) in own.as_object().unwrap() {
            for wrong in ["1.5", "true", "{\"x\":{}}", "[{}]", "[null]"] {
                if (wrong.starts_with('{') && value.is_object()) || (wrong == "true" && value.is_boolean()) {
                    continue;
                }
                let mut body = own.clone();
                body[field] = serde_json::from_str(wrong).unwrap();
                let answer = typed(&request, body.to_string()).await;
                refused(&answer, &format!("{what} with {body}"));
            }
        }
    }
    assert_eq!(revision(&node), before);
}

async fn strange_values_never_break_anything() {
    let node = TestNode::start().await;
    let long = "x".repeat(300_000);
    let strange = [
        "",
        " ",
        "\0",
        "\u{1b}[31m",
        "é\u{301}",
        "\u{202e}",
        "😀",
        "../../etc/passwd",
        "a\nb",
        "${x}",
        "%s",
        &long,
    ];
    for text in strange {
        let bodies = [
            ("/_security/user/jo", json!({"password": "long enough", "roles": [text]})),
            (
                "/_security/user/jo",
                json!({"password": "long enough", "roles": [], "full_name": text, "email": text}),
            ),
            ("/_security/user/jo", json!({"password": "long enough", "roles": [], "metadata": {text: text}})),
            ("/_security/user/jo", json!({"password": text, "roles": []})),
            ("/_security/role/r", json!({"cluster": [text]})),
            ("/_security/role/r", json!({"run_as": [text]})),
            (
                "/_security/role/r",
                json!({"indices": [{"names": [text], "privileges": ["read"], "query": text}]}),
            ),
            (
                "/_security/role/r",
                json!({"applications": [{"application": text, "privileges": [text], "resources": [text]}]}),
            ),
            ("/_security/role/r", json!({"description": text})),
            ("/_security/role_mapping/m", mapping(json!([text]), json!({"username": text}), json!({}))),
            (
                "/_security/role_mapping/m",
                mapping(json!("r"), json!({text: [text, null]}), json!({text: text})),
            ),
            ("/_security/role_mapping/m", mapping(json!("r"), json!({"dn": text}), json!({}))),
            (
                "/_security/role_mapping/m",
                json!({"enabled": true, "role_templates": [{"template": {"source": text}}], "rules": {"all": []}}),
            ),
            ("/_security/api_key", json!({"name": text})),
            ("/_security/api_key", json!({"name": "k", "metadata": {text: [text]}})),
            (
                "/_security/api_key",
                json!({"name": "k", "role_descriptors": {text: {"cluster": ["monitor"]}}}),
            ),
            ("/_security/api_key", json!({"name": "k", "expiration": text})),
        ];
        for (target, body) in bodies {
            let answer = node.elastic().put(target).json(&body).await;
            if answer.status != 200 {
                refused(&answer, &format!("{target} with {:.200}", body.to_string()));
            }
        }
    }
    // Whatever was taken can be read.
    let readable = [
        "/_security/user",
        "/_security/role",
        "/_security/role_mapping",
        "/_security/api_key?with_limited_by=true",
    ];
    for target in readable {
        node.elastic().get(target).await.ok();
    }
}

fn mapping(roles: Value, field: Value, metadata: Value) -> Value {
    json!({"enabled": true, "roles": roles, "rules": {"field": field}, "metadata": metadata})
}
