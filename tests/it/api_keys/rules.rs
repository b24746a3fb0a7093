//! What is refused: names, filters that contradict each other, keys of others, keys made from keys.

use portcullis_tests::node::TestNode;
use serde_json::{Value, json};

portcullis_tests::tests![
    names_and_metadata_have_rules,
    descriptors_are_checked,
    filters_must_not_contradict_each_other,
    only_the_owner_updates,
    dead_keys_are_not_updated,
    derived_keys_have_no_privileges,
    own_keys_need_only_the_privilege_for_own_keys,
    invalidation_selects_as_it_is_told,
    a_wrong_secret_costs_nothing_once_the_key_is_cached,
];

const KEYS: &str = "/_security/api_key";

async fn names_and_metadata_have_rules() {
    let node = TestNode::start().await;
    let long = "x".repeat(257);
    let cases = [
        (json!({"name": ""}), "api key name is required"),
        (json!({"name": long}), "api key name may not be more than 256 characters long"),
        (json!({"name": " k"}), "api key name may not begin or end with whitespace"),
        (json!({"name": "k "}), "api key name may not begin or end with whitespace"),
        (json!({"name": "_k"}), "api key name may not begin with an underscore"),
        (json!({"name": "k", "metadata": {"_a": 1}}), "API key metadata keys may not start with [_]"),
    ];
    for (body, message) in cases {
        let reason = format!("Validation Failed: 1: {message};");
        let answer = node.elastic().post(KEYS).json(&body).await;
        answer.refused_because(400, "action_request_validation_exception", &reason);
    }
    let answer = node.elastic().post(KEYS).json(&json!({"metadata": {}})).await;
    assert!(answer.envelope()["error"].to_string().contains("Required [name]"), "{}", answer.text());
    let answer = node.elastic().post(KEYS).json(&json!({"name": "k", "expiration": "1w"})).await;
    let told = answer.envelope()["error"].to_string();
    assert!(told.contains("failed to parse setting [expiration] with value [1w] as a time value"), "{told}");
    assert_eq!(node.elastic().get(KEYS).await.ok(), json!({"api_keys": []}), "half-written");
}

async fn descriptors_are_checked() {
    let node = TestNode::start().await;
    let descriptor = |descriptor: Value| json!({"name": "k", "role_descriptors": {"r": descriptor}});
    let answer = node.elastic().post(KEYS).json(&descriptor(json!({"cluster": ["nonsense"]}))).await;
    let error = answer.refused(400, "action_request_validation_exception");
    assert!(error["reason"].as_str().unwrap().contains("unknown cluster privilege [nonsense]"), "{error}");
    let answer = node.elastic().post(KEYS).json(&descriptor(json!({"nonsense": 1}))).await;
    assert!(
        answer.envelope()["error"].to_string().contains("unexpected field [nonsense]"),
        "{}",
        answer.text()
    );
    let restricted = json!({"restriction": {"workflows": ["search_application_query"]}});
    let two = json!({"name": "k", "role_descriptors": {"r": restricted, "s": restricted}});
    let reason = "more than one role descriptor with restriction is not supported";
    let answer = node.elastic().post(KEYS).json(&two).await;
    answer.refused_because(400, "illegal_argument_exception", reason);
    let mixed = json!({"name": "k", "role_descriptors": {"r": restricted, "s": {"cluster": ["monitor"]}}});
    let reason = "combining role descriptors with and without restriction is not supported";
    let answer = node.elastic().post(KEYS).json(&mixed).await;
    answer.refused_because(400, "illegal_argument_exception", reason);
}

async fn filters_must_not_contradict_each_other() {
    let node = TestNode::start().await;
    let gets = [
        (
            "?id=a&username=b",
            "username or realm name must not be specified when the api key id or api key name is specified",
        ),
        (
            "?name=a&realm_name=b",
            "username or realm name must not be specified when the api key id or api key name is specified",
        ),
        (
            "?owner=true&username=b",
            "neither username nor realm-name may be specified when retrieving owned API keys",
        ),
        ("?id=a&name=b", "only one of [api key id, api key name] can be specified"),
    ];
    for (query, message) in gets {
        let reason = format!("Validation Failed: 1: {message};");
        let answer = node.elastic().get(&format!("{KEYS}{query}")).await;
        answer.refused_because(400, "action_request_validation_exception", &reason);
    }
    let needed = "One of [api key id(s), api key name, username, realm name] must be specified if [owner] flag is false";
    let invalidations = [
        (json!({}), needed),
        (json!({"owner": false}), needed),
        (json!({"ids": []}), "Field [ids] cannot be an empty array"),
        (
            json!({"ids": ["", "a"]}),
            "Field [ids] must not contain blank id, but got blank id at index position: [0]",
        ),
        (
            json!({"ids": ["", "a", " "]}),
            "Field [ids] must not contain blank id, but got blank ids at index positions: [0, 2]",
        ),
        (
            json!({"ids": ["a"], "username": "b"}),
            "username or realm name must not be specified when the api key id(s) or api key name are specified",
        ),
        (
            json!({"owner": "true", "username": "b"}),
            "neither username nor realm-name may be specified when invalidating owned API keys",
        ),
        (json!({"ids": ["a"], "name": "b"}), "only one of [api key id(s), api key name] can be specified"),
    ];
    for (body, message) in invalidations {
        let reason = format!("Validation Failed: 1: {message};");
        let answer = node.elastic().delete(KEYS).json(&body).await;
        answer.refused_because(400, "action_request_validation_exception", &reason);
    }
}

async fn only_the_owner_updates() {
    let node = TestNode::start().await;
    let owner = node.user_who_may("owner", &["manage_api_key"]).await;
    let (id, key) = node.key_of(&owner, &json!({"name": "k"})).await;
    let target = format!("{KEYS}/{id}");
    let body = json!({"metadata": {"a": 1}});
    let reason = format!("no API key owned by requesting user found for ID [{id}]");
    node.elastic().put(&target).json(&body).await.refused_because(
        404,
        "resource_not_found_exception",
        &reason,
    );
    let reason = "no API key owned by requesting user found for ID [unknown]";
    let answer = owner.put(&format!("{KEYS}/unknown")).json(&body).await;
    answer.refused_because(404, "resource_not_found_exception", reason);
    let reason = "authentication via API key not supported: only the owner user can update an API key";
    key.put(&target).json(&body).await.refused_because(400, "illegal_argument_exception", reason);
    owner.put(&target).json(&body).await.ok();
}

async fn dead_keys_are_not_updated() {
    let node = TestNode::start().await;
    let elastic = node.elastic();
    let (id, _) = node.key_of(&elastic, &json!({"name": "k"})).await;
    elastic.delete(KEYS).json(&json!({"ids": [id]})).await.ok();
    let reason = format!("cannot update invalidated API key [{id}]");
    let answer = elastic.put(&format!("{KEYS}/{id}")).json(&json!({"metadata": {}})).await;
    answer.refused_because(400, "illegal_argument_exception", &reason);
    let (id, _) = node.key_of(&elastic, &json!({"name": "k", "expiration": "1m"})).await;
    node.clock.advance(portcullis_tests::clock::HOUR);
    let reason = format!("cannot update expired API key [{id}]");
    let answer = elastic.put(&format!("{KEYS}/{id}")).json(&json!({"metadata": {}})).await;
    answer.refused_because(400, "illegal_argument_exception", &reason);
    let (id, _) = node.key_of(&elastic, &json!({"name": "k"})).await;
    for past in ["0", "0s", "-1"] {
        let answer = elastic.put(&format!("{KEYS}/{id}")).json(&json!({"expiration": past})).await;
        assert_eq!(answer.envelope()["status"], 400, "{past}");
    }
}

async fn derived_keys_have_no_privileges() {
    let node = TestNode::start().await;
    let (_, parent) = node.key_of(&node.elastic(), &json!({"name": "k"})).await;
    let reason =
        "creating derived api keys requires an explicit role descriptor that is empty (has no privileges)";
    let bodies = [
        json!({"name": "d"}),
        json!({"name": "d", "role_descriptors": {}}),
        json!({"name": "d", "role_descriptors": {"r": {"cluster": ["monitor"]}}}),
        json!({"name": "d", "role_descriptors": {"r": {}, "s": {"run_as": ["a"]}}}),
    ];
    for body in bodies {
        let answer = parent.post(KEYS).json(&body).await;
        answer.refused_because(400, "illegal_argument_exception", reason);
    }
    let (_, derived) = node.key_of(&parent, &json!({"name": "d", "role_descriptors": {"r": {}}})).await;
    assert_eq!(derived.whoami().await["username"], "elastic");
    assert_eq!(derived.get("/_security/user").await.status, 403);
}

async fn own_keys_need_only_the_privilege_for_own_keys() {
    let node = TestNode::start().await;
    let jo = node.user_who_may("jo", &["manage_own_api_key"]).await;
    let (mine, key) = node.key_of(&jo, &json!({"name": "k"})).await;
    let (others, _) = node.key_of(&node.elastic(), &json!({"name": "k"})).await;
    let allowed = ["?owner=true", "?username=jo&realm_name=default_native"];
    for query in allowed {
        let got = jo.get(&format!("{KEYS}{query}")).await.ok();
        assert_eq!(got["api_keys"].as_array().unwrap().len(), 1, "{query}");
    }
    for query in ["", "?username=jo", &format!("?id={mine}"), "?username=elastic&realm_name=reserved"] {
        jo.get(&format!("{KEYS}{query}")).await.refused(403, "security_exception");
    }
    assert_eq!(key.get(&format!("{KEYS}?id={mine}")).await.status, 200);
    assert_eq!(key.get(&format!("{KEYS}?id={others}")).await.status, 403);
    assert_eq!(key.get(&format!("{KEYS}?owner=true")).await.status, 403);
    let answer = jo.delete(KEYS).json(&json!({"ids": [others], "owner": false})).await;
    answer.refused(403, "security_exception");
    let done = jo.delete(KEYS).json(&json!({"owner": true})).await.ok();
    assert_eq!(done["invalidated_api_keys"], json!([mine]));
}

async fn invalidation_selects_as_it_is_told() {
    let node = TestNode::start().await;
    let elastic = node.elastic();
    let jo = node.user_who_may("jo", &["manage_own_api_key"]).await;
    let invalidate = async |body: Value| {
        let done = elastic.delete(KEYS).json(&body).await.ok();
        assert_eq!((&done["previously_invalidated_api_keys"], &done["error_count"]), (&json!([]), &json!(0)));
        done["invalidated_api_keys"].as_array().unwrap().len()
    };
    for (owner, body) in [
        (&jo, json!({"username": "jo"})),
        (&jo, json!({"realm_name": "default_native"})),
        (&jo, json!({"username": "jo", "realm_name": "default_native"})),
        (&jo, json!({"name": "k"})),
        (&elastic, json!({"owner": true})),
        (&elastic, json!({"owner": "true"})),
    ] {
        let (_, key) = node.key_of(owner, &json!({"name": "k"})).await;
        key.whoami().await;
        assert_eq!(invalidate(body.clone()).await, 1, "{body}");
        assert_eq!(key.login().await, 401, "{body}");
        assert_eq!(invalidate(body.clone()).await, 0, "{body}: it was done before");
    }
    assert_eq!(invalidate(json!({"ids": ["unknown"]})).await, 0);
}

async fn a_wrong_secret_costs_nothing_once_the_key_is_cached() {
    use base64::Engine;
    let node = TestNode::builder()
        .setting("xpack.security.authc.api_key.hashing.algorithm", "pbkdf2_1000")
        .start()
        .await;
    let (id, key) = node.key_of(&node.elastic(), &json!({"name": "k"})).await;
    let before = node.slow_hashes();
    key.whoami().await;
    assert_eq!(node.slow_hashes(), before + 1);
    for guess in 0..5 {
        let wrong = base64::engine::general_purpose::STANDARD.encode(format!("{id}:guess number {guess}"));
        assert_eq!(node.anonymous().api_key(&wrong).login().await, 401);
    }
    key.whoami().await;
    assert_eq!(node.slow_hashes(), before + 1);
}
