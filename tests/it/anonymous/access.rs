//! Which requests are let in without credentials, and as whom.

use portcullis_tests::client::Client;
use portcullis_tests::node::TestNode;
use portcullis_tests::{logs, secrets};
use serde_json::json;

use super::{EXCEPTION, ROLES, USERNAME, open, open_to};

portcullis_tests::tests![
    who_shows_nothing_is_the_anonymous_user,
    its_name_and_its_roles_are_those_that_are_set,
    whoever_shows_something_is_not,
    what_is_shown_in_another_header_is_nothing,
    it_acts_as_nobody_else,
    its_denials_are_403_and_in_the_log,
    its_denials_may_ask_for_credentials_instead,
    without_roles_it_is_off,
];

async fn who_shows_nothing_is_the_anonymous_user() {
    let node = open().start().await;
    let expected = json!({
        "username": "_anonymous",
        "roles": ["guests"],
        "full_name": null,
        "email": null,
        "metadata": {"_reserved": true},
        "enabled": true,
        "authentication_realm": {"name": "__anonymous", "type": "__anonymous"},
        "lookup_realm": {"name": "__anonymous", "type": "__anonymous"},
        "authentication_type": "anonymous",
    });
    let before = node.slow_hashes();
    assert_eq!(node.anonymous().whoami().await, expected);
    assert_eq!(node.slow_hashes(), before);
}

async fn its_name_and_its_roles_are_those_that_are_set() {
    let node = TestNode::builder().setting(USERNAME, "guest").setting(ROLES, "b, a ,b").start().await;
    let who = node.anonymous().whoami().await;
    assert_eq!((&who["username"], &who["roles"]), (&json!("guest"), &json!(["b", "a"])));
}

/// What is told of a header, status aside.
async fn told(client: &Client, header: &str) -> (u16, String, usize) {
    let answer = client.authenticate().header("Authorization", header).await;
    let text = if answer.status == 401 {
        answer.refused(401, "security_exception").to_string()
    } else {
        answer.text()
    };
    (answer.status, text, answer.headers("www-authenticate").len())
}

async fn whoever_shows_something_is_not() {
    let (open, closed) = (open_to(&["all"]).await, TestNode::start().await);
    let wrong = secrets::password();
    let encode = |text: &str| {
        use base64::Engine;
        base64::engine::general_purpose::STANDARD.encode(text)
    };
    let headers = [
        String::new(),
        "Basic".to_owned(),
        "Basic !".to_owned(),
        format!("Basic {}", encode(&format!("elastic:{wrong}"))),
        format!("Basic {}", encode(&format!("nobody:{wrong}"))),
        format!("Basic {}", encode(":")),
        "ApiKey".to_owned(),
        "ApiKey !".to_owned(),
        format!("ApiKey {}", encode(&format!("id:{wrong}"))),
        "Bearer".to_owned(),
        "Bearer x".to_owned(),
        "Bearer AAEAAWVsYXN0aWMvZmxlZXQtc2VydmVyL3Rva2VuMTo3TFdaSDZhYmNkZWZnaGlqa2xtbm9w".to_owned(),
        "Digest x".to_owned(),
        "Negotiate x".to_owned(),
    ];
    for header in headers {
        let answer = told(&open.anonymous(), &header).await;
        assert_eq!(answer.0, 401, "{header}");
        assert_eq!(answer, told(&closed.anonymous(), &header).await, "{header}: the same as where it is off");
    }
}

async fn what_is_shown_in_another_header_is_nothing() {
    use base64::Engine;
    let (open, closed, password) = (open().start().await, TestNode::start().await, secrets::password());
    let wrong = base64::engine::general_purpose::STANDARD.encode(format!("elastic:{password}"));
    for header in ["es-secondary-authorization", "Proxy-Authorization", "X-Authorization"] {
        let ask = |node: &TestNode| node.anonymous().authenticate().header(header, &format!("Basic {wrong}"));
        assert_eq!(ask(&open).await.ok()["username"], "_anonymous", "{header}");
        assert_eq!(ask(&closed).await.status, 401, "{header}");
    }
}

async fn it_acts_as_nobody_else() {
    let node = open().start().await;
    node.elastic()
        .put("/_security/role/guests")
        .json(&json!({"cluster": ["all"], "run_as": ["*"]}))
        .await
        .ok();
    for target in ["elastic", "nobody", ""] {
        assert_eq!(node.anonymous().run_as(target).whoami().await["username"], "_anonymous", "{target}");
    }
}

/// The one line that the audit has about a request without credentials.
async fn audited(node: &TestNode, target: &str) -> serde_json::Value {
    let id = secrets::password().replace(['/', '+', ' ', '='], "-");
    node.anonymous().get(target).header("X-Request-Id", &id).await;
    let mut lines = logs::lines_with(&id);
    lines.retain(|line| line.get("event.action").is_some());
    let [line] = lines.as_slice() else { panic!("{lines:?}") };
    line.clone()
}

async fn its_denials_are_403_and_in_the_log() {
    let node = open().start().await;
    let line = audited(&node, "/_security/user").await;
    assert_eq!(line["event.action"], "access_denied", "{line}");
    assert_eq!((&line["user.name"], &line["user.realm"]), (&json!("_anonymous"), &json!("__anonymous")));
    assert_eq!(line["object"], "cluster:admin/xpack/security/user/get");
    let reason = "action [cluster:admin/xpack/security/user/get] is unauthorized for user [_anonymous] with effective \
                  roles [] (assigned roles [guests] were not found), this action is granted by the cluster privileges \
                  [read_security,manage_security,all]";
    let answer = node.anonymous().get("/_security/user").await;
    answer.refused_because(403, "security_exception", reason);
    assert_eq!(answer.header("www-authenticate"), None);
}

async fn its_denials_may_ask_for_credentials_instead() {
    let node = open().setting(EXCEPTION, "false").start().await;
    let (anonymous, jo) = (node.anonymous(), node.user("jo", &[]).await);
    assert_eq!(audited(&node, "/_security/user").await["event.action"], "access_denied");
    let reason = "action [cluster:admin/xpack/security/user/get] requires authentication";
    let answer = anonymous.get("/_security/user").await;
    answer.refused_because(401, "security_exception", reason);
    let challenges = ["Basic realm=\"security\", charset=\"UTF-8\"", "ApiKey"];
    assert_eq!(answer.headers("www-authenticate"), challenges);
    anonymous.whoami().await;
    // Whoever has shown credentials needs no others.
    jo.get("/_security/user").await.refused(403, "security_exception");
    jo.run_as("elastic").authenticate().await.refused(403, "security_exception");
}

async fn without_roles_it_is_off() {
    let node = TestNode::builder().setting(USERNAME, "guest").setting(EXCEPTION, "false").start().await;
    let answer = node.anonymous().authenticate().await;
    let reason = "missing authentication credentials for REST request [/_security/_authenticate]";
    answer.refused_because(401, "security_exception", reason);
    assert_eq!(answer.headers("www-authenticate").len(), 2);
    assert_eq!(node.elastic().whoami().await["roles"], json!(["superuser"]));
}
