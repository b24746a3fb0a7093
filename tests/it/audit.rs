//! What the log says of refusals and changes: one line each, with who, what and which request, and nothing that a client
//! meant for somebody else.

use portcullis_tests::client::{Client, Request};
use portcullis_tests::logs;
use portcullis_tests::node::TestNode;
use portcullis_tests::secrets;
use serde_json::{Value, json};

portcullis_tests::tests![
    each_change_leaves_a_line,
    each_refusal_leaves_a_line,
    a_change_names_the_fields_and_not_what_they_hold,
    refusals_that_repeat_are_counted,
    what_a_client_sent_is_cut_and_escaped,
];

/// Sends a request with an id of its own, and returns the lines of the audit about it.
pub(crate) async fn lines_of(request: Request) -> Vec<Value> {
    let id = secrets::password().replace(['/', '+', ' ', '='], "-");
    request.header("X-Request-Id", &id).await;
    let mut lines = logs::lines_with(&id);
    lines.retain(|line| line.get("event.action").is_some());
    for line in &lines {
        assert_eq!(line["request.id"], id, "{line}");
        assert!(line["origin.address"].as_str().is_some_and(|it| it.starts_with("127.0.0.1")), "{line}");
        assert_eq!(line["level"], "INFO", "{line}");
    }
    lines
}

/// The one line about a request.
async fn line_of(request: Request) -> Value {
    let lines = lines_of(request).await;
    let [line] = lines.as_slice() else { panic!("{lines:?}") };
    line.clone()
}

async fn each_change_leaves_a_line() {
    let node = TestNode::start().await;
    let elastic = node.elastic();
    let password = || json!({"password": secrets::password(), "roles": []});
    let key = node.key_of(&elastic, &json!({"name": "k"})).await.0;
    let token = "/_security/service/elastic/fleet-server/credential/token/t";
    let mapping = json!({"enabled": true, "roles": ["r"], "rules": {"any": []}});
    let changes = [
        ("put_user", "jo", elastic.put("/_security/user/jo").json(&password())),
        (
            "change_password",
            "jo",
            elastic.put("/_security/user/jo/_password").json(&json!({"password": secrets::password()})),
        ),
        ("change_disable_user", "jo", elastic.put("/_security/user/jo/_disable")),
        ("change_enable_user", "jo", elastic.put("/_security/user/jo/_enable")),
        ("delete_user", "jo", elastic.delete("/_security/user/jo")),
        ("put_role", "r", elastic.put("/_security/role/r").json(&json!({}))),
        ("delete_role", "r", elastic.delete("/_security/role/r")),
        ("put_role_mapping", "m", elastic.put("/_security/role_mapping/m").json(&mapping)),
        ("delete_role_mapping", "m", elastic.delete("/_security/role_mapping/m")),
        ("create_apikey", "", elastic.post("/_security/api_key").json(&json!({"name": "k"}))),
        (
            "change_apikey",
            &key,
            elastic.put(&format!("/_security/api_key/{key}")).json(&json!({"metadata": {"a": 1}})),
        ),
        ("invalidate_apikeys", &key, elastic.delete("/_security/api_key").json(&json!({"ids": [key]}))),
        ("create_service_token", "elastic/fleet-server/t", elastic.post(token)),
        ("delete_service_token", "elastic/fleet-server/t", elastic.delete(token)),
        ("clear_cache", "realm", elastic.post("/_security/realm/*/_clear_cache")),
        ("clear_cache", "api_key", elastic.post("/_security/api_key/a,b/_clear_cache")),
    ];
    let mut before = 0;
    for (action, object, request) in changes {
        let line = line_of(request).await;
        assert_eq!(line["event.action"], action, "{line}");
        assert_eq!(
            (&line["user.name"], &line["user.realm"]),
            (&json!("elastic"), &json!("reserved")),
            "{line}"
        );
        assert!(line["object"].as_str().unwrap().contains(object), "{line}");
        if action == "clear_cache" {
            assert!(line["document.kind"].is_null() && line["store.revision"].is_null(), "{line}");
            continue;
        }
        assert!(line["document.id"].as_str().unwrap().contains(object), "{line}");
        assert!(line["document.kind"].as_str().is_some_and(|it| it != "unknown"), "{line}");
        let change = line["document.change"].as_str().unwrap();
        assert_eq!(change == "deleted", action.starts_with("delete_"), "{line}");
        assert_eq!(line["store.epoch"].as_str().map(str::len), Some(36), "{line}");
        let revision = line["store.revision"].as_u64().unwrap();
        assert!(revision > before, "{line}");
        before = revision;
    }
    // What found nothing to change, and what was only looked at, leave none.
    for request in
        [elastic.delete("/_security/user/nobody"), elastic.get("/_security/user"), elastic.authenticate()]
    {
        assert_eq!(lines_of(request).await, Vec::<Value>::new());
    }
}

async fn a_change_names_the_fields_and_not_what_they_hold() {
    let node = TestNode::start().await;
    let elastic = node.elastic();
    let user = json!({"password": secrets::password(), "roles": ["viewer"]});
    let line = line_of(elastic.put("/_security/user/jo").json(&user)).await;
    assert_eq!((&line["document.change"], &line["document.fields"]), (&json!("created"), &Value::Null));
    let user = json!({"roles": ["editor"], "full_name": "a-name-that-must-not-be-logged", "enabled": true});
    let line = line_of(elastic.put("/_security/user/jo").json(&user)).await;
    assert_eq!(
        (&line["document.change"], &line["document.fields"]),
        (&json!("changed"), &json!("full_name,roles")),
        "{line}"
    );
    assert!(logs::lines_with("a-name-that-must-not-be-logged").is_empty());
    // The text is cut, the id is not.
    let long = "r".repeat(500);
    let line = line_of(elastic.put(&format!("/_security/role/{long}")).json(&json!({}))).await;
    assert_eq!((line["object"].as_str().unwrap().chars().count(), &line["document.id"]), (257, &json!(long)));
}

async fn each_refusal_leaves_a_line() {
    let node = TestNode::start().await;
    let jo = node.user("jo", &[]).await;
    let (wrong, anonymous) = (node.basic("jo", &secrets::password()), node.anonymous());
    let key = |text: &str| {
        use base64::Engine;
        anonymous.api_key(&base64::engine::general_purpose::STANDARD.encode(text))
    };
    let cases: [(&str, &str, &Client); 4] = [
        ("anonymous_access_denied", "", &anonymous),
        ("authentication_failed", "jo", &wrong),
        ("authentication_failed", "some-id", &key("some-id:not a secret of anybody")),
        ("run_as_denied", "jo", &jo.run_as("elastic")),
    ];
    for (action, user, client) in cases {
        let line = line_of(client.get("/_security/_authenticate?filter_path=query-value-of-a-refusal")).await;
        assert_eq!((&line["event.action"], &line["user.name"]), (&json!(action), &json!(user)), "{line}");
    }
    let line = line_of(jo.get("/_security/user")).await;
    assert_eq!(line["event.action"], "access_denied", "{line}");
    assert_eq!(line["object"], "cluster:admin/xpack/security/user/get");
    assert!(logs::lines_with("query-value-of-a-refusal").is_empty(), "a query's value is logged");
}

async fn refusals_that_repeat_are_counted() {
    let node = TestNode::start().await;
    for _ in 0..5 {
        node.basic("repeating-guest", &secrets::password()).login().await;
    }
    let line = line_of(node.basic("another-guest", &secrets::password()).authenticate()).await;
    assert_eq!(line["repeated"], 0);
    let lines = || {
        let mut lines = logs::lines_with("repeating-guest");
        lines.retain(|line| line["event.action"] == "authentication_failed");
        lines
    };
    assert_eq!(lines().len(), 1);
    // The window ends, and the housekeeping that writes what was counted is the node's own.
    node.clock.advance(portcullis_tests::clock::MINUTE);
    while lines().len() < 2 {
        tokio::task::yield_now().await;
    }
    assert_eq!(lines()[1]["repeated"], 4);
}

async fn what_a_client_sent_is_cut_and_escaped() {
    let node = TestNode::start().await;
    let long = format!("long\u{1b}[31m\n{}", "y".repeat(1000));
    let line = line_of(node.basic(&long, &secrets::password()).authenticate()).await;
    let name = line["user.name"].as_str().unwrap();
    assert!(name.starts_with("long\\u{1b}[31m\\nyyy"), "{name}");
    assert_eq!(name.chars().count(), 257, "{name}");
    let header = "a-header-that-must-not-be-logged";
    let body =
        json!({"password": secrets::password(), "roles": [], "full_name": "a-body-that-must-not-be-logged"});
    node.elastic().put("/_security/user/jo").header("User-Agent", header).json(&body).await.ok();
    for text in [header, "a-body-that-must-not-be-logged"] {
        assert!(logs::lines_with(text).is_empty(), "{text}");
    }
}
