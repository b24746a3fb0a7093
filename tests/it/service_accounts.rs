//! Service accounts and their tokens.

use portcullis_tests::lines;
use portcullis_tests::node::TestNode;
use serde_json::json;

portcullis_tests::tests![
    a_token_is_made_used_listed_and_deleted,
    accounts_are_listed,
    a_name_is_taken_once,
    bad_names_and_unknown_accounts_are_refused,
    tokens_of_the_file_are_listed_by_node,
    what_is_no_token_is_refused,
    a_token_refused_before_it_was_made_is_accepted_after,
    a_token_may_what_its_account_may,
];

const ACCOUNT: &str = "/_security/service/elastic/fleet-server";

async fn a_token_is_made_used_listed_and_deleted() {
    let node = TestNode::start().await;
    let elastic = node.elastic();
    let made = elastic.post(&format!("{ACCOUNT}/credential/token/token1")).await.ok();
    let value = made["token"]["value"].as_str().unwrap();
    assert_eq!(made, json!({"created": true, "token": {"name": "token1", "value": value}}));
    assert!(value.starts_with("AAEAA") && !value.ends_with('='), "{value}");
    let token = node.anonymous().bearer(value);
    let realm = json!({"name": "_service_account", "type": "_service_account"});
    let mut who = token.whoami().await;
    who["token"].as_object_mut().unwrap().remove("managed_by");
    let expected = json!({
        "username": "elastic/fleet-server",
        "roles": [],
        "full_name": "Service account - elastic/fleet-server",
        "email": null,
        "token": {"name": "token1", "type": "_service_account_index"},
        "metadata": {"_elastic_service_account": true},
        "enabled": true,
        "authentication_realm": realm,
        "lookup_realm": realm,
        "authentication_type": "token",
    });
    assert_eq!(who, expected);
    let listed = elastic.get(&format!("{ACCOUNT}/credential")).await.ok();
    let expected = json!({
        "service_account": "elastic/fleet-server",
        "count": 1,
        "tokens": {"token1": {}},
        "nodes_credentials": {"_nodes": {"total": 1, "successful": 1, "failed": 0}, "file_tokens": {}},
    });
    assert_eq!(listed.to_string(), expected.to_string());
    assert_eq!(
        elastic.delete(&format!("{ACCOUNT}/credential/token/token1")).await.ok(),
        json!({"found": true})
    );
    let reason = "failed to authenticate service account [elastic/fleet-server] with token name [token1]";
    token.authenticate().await.refused_because(401, "security_exception", reason);
    let gone = elastic.delete(&format!("{ACCOUNT}/credential/token/token1")).await;
    assert_eq!((gone.status, gone.json()), (404, json!({"found": false})));
}

async fn accounts_are_listed() {
    let node = TestNode::start().await;
    let names = async |target: &str| {
        let accounts = node.elastic().get(target).await.ok();
        accounts.as_object().unwrap().keys().cloned().collect::<Vec<_>>()
    };
    let all = names("/_security/service").await;
    assert!(all.iter().any(|it| it == "elastic/kibana") && all.len() > 2, "{all:?}");
    assert_eq!(names("/_security/service/elastic").await, all);
    assert_eq!(names(ACCOUNT).await, ["elastic/fleet-server"]);
    assert!(names("/_security/service/other").await.is_empty());
    assert!(names("/_security/service/elastic/other").await.is_empty());
    let account = node.elastic().get(ACCOUNT).await.ok();
    let cluster = &account["elastic/fleet-server"]["role_descriptor"]["cluster"];
    assert!(cluster.as_array().unwrap().contains(&json!("monitor")), "{account}");
}

async fn a_name_is_taken_once() {
    let node = TestNode::start().await;
    let first = node.token("token1").await;
    for method in ["POST", "PUT"] {
        let answer = node.elastic().request(method, &format!("{ACCOUNT}/credential/token/token1")).await;
        let error = answer.refused(409, "version_conflict_engine_exception");
        let reason = error["reason"].as_str().unwrap();
        let start =
            "[service_account_token-elastic/fleet-server/token1]: version conflict, document already exists";
        assert!(reason.starts_with(start), "{reason}");
    }
    first.whoami().await;
    // Without a name, one is made.
    let made = node.elastic().post(&format!("{ACCOUNT}/credential/token")).await.ok();
    assert!(made["token"]["name"].as_str().unwrap().starts_with("token_"), "a name of our making");
    node.anonymous().bearer(made["token"]["value"].as_str().unwrap()).whoami().await;
}

async fn bad_names_and_unknown_accounts_are_refused() {
    let node = TestNode::start().await;
    for bad in ["_t", "a.b", "a%20b", "%C3%A9", "a%00", &"x".repeat(257)] {
        let answer = node.elastic().post(&format!("{ACCOUNT}/credential/token/{bad}")).await;
        answer.refused(400, "action_request_validation_exception");
    }
    let answer = node.elastic().post("/_security/service/elastic/other/credential/token/t").await;
    let reason = "service account [elastic/other] does not exist";
    answer.refused_because(400, "illegal_argument_exception", reason);
    let listed = node.elastic().get(&format!("{ACCOUNT}/credential")).await.ok();
    assert_eq!(listed["count"], 0, "half-written");
}

async fn tokens_of_the_file_are_listed_by_node() {
    let (line, bearer) = lines::token("file1");
    let node = TestNode::builder().file("service_tokens", &line).start().await;
    node.token("token1").await;
    let of_file = node.anonymous().bearer(&bearer).whoami().await;
    assert_eq!(
        (&of_file["token"]["name"], &of_file["token"]["type"]),
        (&json!("file1"), &json!("_service_account_file"))
    );
    let listed = node.elastic().get(&format!("{ACCOUNT}/credential")).await.ok();
    assert_eq!(listed["count"], 2);
    assert_eq!(listed["tokens"], json!({"token1": {}}));
    assert_eq!(listed["nodes_credentials"]["file_tokens"], json!({"file1": {"nodes": ["node-1"]}}));
    let gone = node.elastic().delete(&format!("{ACCOUNT}/credential/token/file1")).await;
    assert_eq!((gone.status, gone.json()), (404, json!({"found": false})));
    node.anonymous().bearer(&bearer).whoami().await;
}

async fn what_is_no_token_is_refused() {
    let node = TestNode::start().await;
    node.token("token1").await;
    let bearer = |name: &str, secret: &str| {
        use base64::Engine;
        base64::engine::general_purpose::STANDARD_NO_PAD.encode(format!("\0\u{1}\0\u{1}{name}:{secret}"))
    };
    let service = "failed to authenticate service account [";
    let soft = "unable to authenticate with provided credentials";
    let cases = [
        (bearer("elastic/fleet-server/token1", "wrong secret of good length"), service),
        (bearer("elastic/fleet-server/token1", "short"), service),
        (bearer("elastic/fleet-server/unknown", "wrong secret of good length"), service),
        (bearer("elastic/nobody/token1", "wrong secret of good length"), service),
        (bearer("other/fleet-server/token1", "wrong secret of good length"), service),
        (bearer("elastic/fleet-server", "wrong secret of good length"), soft),
        (bearer("elastic/fleet-server/a/b", "wrong secret of good length"), soft),
        (bearer("elastic/fleet-server/_a", "wrong secret of good length"), soft),
        ("AAEBAGVsYXN0aWM=".to_owned(), soft),
        ("AAEAA".to_owned(), soft),
        ("%%%".to_owned(), soft),
        ("eyJhbGciOiJIUzI1NiJ9.e30.x".to_owned(), soft),
    ];
    for (token, start) in cases {
        let answer = node.anonymous().with("Authorization", &format!("Bearer {token}")).authenticate().await;
        let error = answer.refused(401, "security_exception");
        assert!(error["reason"].as_str().unwrap().starts_with(start), "{token}: {error}");
        let detail = (start == soft).then_some("oauth2 token: invalid token");
        assert_eq!(error["additional_unsuccessful_credentials"].as_str(), detail, "{token}");
    }
}

async fn a_token_refused_before_it_was_made_is_accepted_after() {
    let node = TestNode::start().await;
    let (line, bearer) = lines::token("t");
    let token = node.anonymous().bearer(&bearer);
    assert_eq!(token.login().await, 401);
    node.write("service_tokens", &line);
    assert_eq!(token.login().await, 200);
    node.write("service_tokens", "");
    assert_eq!(token.login().await, 401);
    node.write("service_tokens", &line);
    assert_eq!(token.login().await, 200);
}

async fn a_token_may_what_its_account_may() {
    let node = TestNode::start().await;
    let token = node.token("t").await;
    token.get("/_cluster/health").await.ok();
    let reason = "action [cluster:admin/xpack/security/user/get] is unauthorized for service account \
                  [elastic/fleet-server], this action is granted by the cluster privileges \
                  [read_security,manage_security,all]";
    token.get("/_security/user").await.refused_because(403, "security_exception", reason);
}
