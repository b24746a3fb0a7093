//! Who is calling: the header, the realms, the cache in front of them, and what a refusal looks like.

use portcullis_tests::node::TestNode;
use portcullis_tests::secrets;
use serde_json::json;

portcullis_tests::tests![
    a_reserved_user_is_told_who_it_is,
    a_native_user_is_told_who_it_is,
    missing_credentials_are_challenged,
    wrong_unknown_and_disabled_are_told_the_same,
    the_second_request_comes_from_the_cache,
];

async fn a_reserved_user_is_told_who_it_is() {
    let node = TestNode::start().await;
    let realm = json!({"name": "reserved", "type": "reserved"});
    let expected = json!({
        "username": "elastic",
        "roles": ["superuser"],
        "full_name": null,
        "email": null,
        "metadata": {"_reserved": true},
        "enabled": true,
        "authentication_realm": realm,
        "lookup_realm": realm,
        "authentication_type": "realm",
    });
    let answer = node.elastic().authenticate().await;
    assert_eq!(answer.ok().to_string(), expected.to_string());
    assert_eq!(answer.header("x-elastic-product"), Some("Elasticsearch"));
}

async fn a_native_user_is_told_who_it_is() {
    let node = TestNode::start().await;
    let password = secrets::password();
    let body = json!({
        "password": password,
        "roles": ["b", "a"],
        "full_name": "Jo Doe",
        "email": "jo@example.com",
        "metadata": {"team": {"name": "red"}},
    });
    node.elastic().put("/_security/user/jo").json(&body).await.ok();
    let realm = json!({"name": "default_native", "type": "native"});
    let expected = json!({
        "username": "jo",
        "roles": ["b", "a"],
        "full_name": "Jo Doe",
        "email": "jo@example.com",
        "metadata": {"team": {"name": "red"}},
        "enabled": true,
        "authentication_realm": realm,
        "lookup_realm": realm,
        "authentication_type": "realm",
    });
    assert_eq!(node.basic("jo", &password).whoami().await, expected);
}

async fn missing_credentials_are_challenged() {
    let node = TestNode::start().await;
    let answer = node.anonymous().authenticate().await;
    let reason = "missing authentication credentials for REST request [/_security/_authenticate]";
    let error = answer.refused_because(401, "security_exception", reason);
    let challenges = ["Basic realm=\"security\", charset=\"UTF-8\"", "ApiKey"];
    assert_eq!(answer.headers("WWW-Authenticate"), challenges);
    assert_eq!(error["header"], json!({"WWW-Authenticate": challenges}));
    assert_eq!(error["root_cause"][0]["header"], json!({"WWW-Authenticate": challenges}));
    assert_eq!(answer.header("x-elastic-product"), None);
}

async fn wrong_unknown_and_disabled_are_told_the_same() {
    let node = TestNode::start().await;
    let jo = node.user("jo", &[]).await;
    node.elastic().put("/_security/user/jo/_disable").await.ok();
    let cases = [jo, node.basic("nobody", &secrets::password()), node.basic("elastic", &secrets::password())];
    for (client, name) in cases.iter().zip(["jo", "nobody", "elastic"]) {
        let reason =
            format!("unable to authenticate user [{name}] for REST request [/_security/_authenticate]");
        client.authenticate().await.refused_because(401, "security_exception", &reason);
    }
}

async fn the_second_request_comes_from_the_cache() {
    let node = TestNode::start().await;
    let jo = node.user("jo", &[]).await;
    let before = node.slow_hashes();
    for expected in [0, 1, 2] {
        jo.whoami().await;
        assert_eq!(node.slow_hashes() - before, 1);
        assert_eq!(node.cache("realm/native/default_native").hits, expected);
    }
}
