//! The wire around the handlers: routing and its short errors, media types, parameters, headers, what is echoed.

use portcullis_tests::node::TestNode;
use portcullis_tests::secrets;
use serde_json::{Value, json};

portcullis_tests::tests![
    unknown_paths_and_wrong_methods_are_short_errors,
    credentials_come_before_routing,
    options_needs_no_credentials,
    head_has_the_length_and_no_body,
    probes_need_no_credentials_and_tell_nothing,
    bodies_need_a_media_type,
    versions_of_media_types,
    answers_are_written_as_asked,
    unknown_parameters_are_named_with_what_was_meant,
    parameters_have_values,
    filter_path_and_pretty,
    error_trace_is_told_but_not_on_a_401,
    errors_can_be_terse,
    ids_are_echoed,
    a_header_that_counts_stands_once,
    paths_are_percent_decoded_after_routing,
    the_product_is_told_except_on_refusals,
    info_and_health,
    a_node_that_is_alone_is_one_row,
];

async fn unknown_paths_and_wrong_methods_are_short_errors() {
    let node = TestNode::start().await;
    let answer = node.elastic().get("/nowhere/at%20all?x=1").await;
    let expected = json!({"error": "no handler found for uri [/nowhere/at%20all?x=1] and method [GET]"});
    assert_eq!((answer.status, answer.json()), (400, expected));
    assert_eq!(answer.header("x-elastic-product"), Some("Elasticsearch"));
    let cases = [
        ("GET", "/_security/realm/a/_clear_cache", "POST", "POST"),
        ("PATCH", "/_security/user/jo", "GET, POST, PUT, DELETE", "GET,POST,PUT,DELETE"),
        ("DELETE", "/_security/_authenticate?pretty", "GET", "GET"),
        ("POST", "/", "GET, HEAD", "GET,HEAD"),
    ];
    for (method, target, told, allow) in cases {
        let answer = node.elastic().request(method, target).await;
        let error =
            format!("Incorrect HTTP method for uri [{target}] and method [{method}], allowed: [{told}]");
        assert_eq!((answer.status, answer.header("allow")), (405, Some(allow)), "{target}");
        assert_eq!(answer.json(), json!({"error": error, "status": 405}));
    }
}

async fn credentials_come_before_routing() {
    let node = TestNode::start().await;
    for (method, target) in
        [("GET", "/nowhere"), ("PATCH", "/_security/user/jo"), ("GET", "/_security/user?nonsense=1")]
    {
        let answer = node.anonymous().request(method, target).await;
        let reason = format!("missing authentication credentials for REST request [{target}]");
        answer.refused_because(401, "security_exception", &reason);
    }
    // A bad parameter and a bad body are told also to those who may not.
    let jo = node.user("jo", &[]).await;
    jo.get("/_security/user?nonsense=1").await.refused(400, "illegal_argument_exception");
    jo.put("/_security/user/al").json(&json!({"nonsense": 1})).await.refused(400, "parse_exception");
}

async fn options_needs_no_credentials() {
    let node = TestNode::start().await;
    for (target, allow) in
        [("/_security/user/jo", Some("GET,POST,PUT,DELETE")), ("/", Some("GET,HEAD")), ("/nowhere", None)]
    {
        let answer = node.anonymous().request("OPTIONS", target).await;
        assert_eq!((answer.status, answer.header("allow"), answer.body.len()), (200, allow, 0), "{target}");
        assert_eq!(answer.header("content-type"), Some("text/plain; charset=UTF-8"));
    }
}

async fn head_has_the_length_and_no_body() {
    let node = TestNode::start().await;
    let get = node.elastic().get("/").await;
    let head = node.elastic().request("HEAD", "/").await;
    assert_eq!((head.status, head.body.len()), (200, 0));
    assert_eq!(head.header("content-length"), get.header("content-length"));
    assert_eq!(get.header("content-length"), Some(get.body.len().to_string().as_str()));
    let head = node.elastic().request("HEAD", "/_security/user").await;
    assert_eq!((head.status, head.body.len()), (405, 0));
}

async fn probes_need_no_credentials_and_tell_nothing() {
    let node = TestNode::start().await;
    for target in ["/-/live", "/-/ready"] {
        for method in ["GET", "HEAD"] {
            let answer = node.anonymous().request(method, target).await;
            assert_eq!((answer.status, answer.body.len()), (200, 0), "{method} {target}");
        }
    }
    let id = "a-probe-that-must-not-be-logged";
    node.anonymous().get("/-/live").header("X-Request-Id", id).await;
    let seen = "a-request-that-is-logged";
    node.elastic().get("/").header("X-Request-Id", seen).await;
    assert!(portcullis_tests::logs::lines_with(id).is_empty());
    assert!(!portcullis_tests::logs::lines_with(seen).is_empty());
}

async fn bodies_need_a_media_type() {
    let node = TestNode::start().await;
    let put = || node.elastic().put("/_security/role/r");
    let answer = put().body("{}").await;
    let expected = json!({"error": "Content-Type header is missing", "status": 406});
    assert_eq!((answer.status, answer.json()), (406, expected));
    for refused in
        ["text/plain", "application/x-www-form-urlencoded", "application/cbor", "application/x-ndjson"]
    {
        let answer = put().header("Content-Type", refused).body("{}").await;
        let expected =
            json!({"error": format!("Content-Type header [{refused}] is not supported"), "status": 406});
        assert_eq!((answer.status, answer.json()), (406, expected));
    }
    for malformed in ["json", "application/json;x", "/"] {
        let answer = put().header("Content-Type", malformed).body("{}").await;
        let error = answer.refused(400, "media_type_header_exception");
        assert_eq!(error["reason"], "Invalid media-type value on headers [Content-Type]");
    }
    for taken in ["application/json", "Application/JSON; charset=UTF-8", "application/vnd.elasticsearch+json"]
    {
        put().header("Content-Type", taken).body("{}").await.ok();
    }
}

async fn versions_of_media_types() {
    let node = TestNode::start().await;
    let of = |version: u8| format!("application/vnd.elasticsearch+json; compatible-with={version}");
    for version in [8, 9] {
        let put = node.elastic().put("/_security/role/r").header("Accept", &of(version));
        let answer = put.header("Content-Type", &of(version)).body("{}").await;
        answer.ok();
        let media = format!("application/vnd.elasticsearch+json;compatible-with={version}");
        assert_eq!(answer.header("content-type"), Some(media.as_str()));
    }
    // As the JavaScript client asks where it sends no body.
    let accept = "application/vnd.elasticsearch+json; compatible-with=9,text/plain";
    let answer = node.elastic().authenticate().header("Accept", accept).await;
    answer.ok();
    assert_eq!(answer.header("content-type"), Some("application/json"));
    let refused = |answer: portcullis_tests::client::Answer| {
        let error = answer.refused(400, "media_type_header_exception");
        assert_eq!(error["caused_by"]["type"], "status_exception", "{error}");
        error["caused_by"]["reason"].as_str().unwrap().to_owned()
    };
    let told = refused(node.elastic().authenticate().header("Accept", &of(7)).await);
    assert_eq!(told, format!("Accept version must be either version 9 or 8, but found 7. Accept={}", of(7)));
    let put = || node.elastic().put("/_security/role/r");
    let told =
        refused(put().header("Accept", &of(9)).header("Content-Type", "application/json").body("{}").await);
    let sentence = "A compatible version is required on both Content-Type and Accept headers if either one has requested a compatible version";
    assert_eq!(told, format!("{sentence}. Accept={}, Content-Type=application/json", of(9)));
    let told = refused(put().header("Accept", &of(9)).header("Content-Type", &of(8)).body("{}").await);
    let ending = "and the compatible versions must match";
    assert_eq!(told, format!("{sentence} {ending}. Accept={}, Content-Type={}", of(9), of(8)));
    // A refusal of credentials is written as asked, too.
    let answer = node.anonymous().authenticate().header("Accept", &of(9)).await;
    assert_eq!(answer.header("content-type"), Some("application/vnd.elasticsearch+json;compatible-with=9"));
}

async fn answers_are_written_as_asked() {
    let node = TestNode::start().await;
    for request in [
        node.elastic().get("/_security/_authenticate?format=yaml"),
        node.elastic().authenticate().header("Accept", "application/yaml"),
        node.elastic().get("/_security/_authenticate?format=YAML").header("Accept", "application/json"),
    ] {
        let answer = request.await;
        assert_eq!((answer.status, answer.header("content-type")), (200, Some("application/yaml")));
        assert!(
            answer.text().starts_with("---\n") && answer.text().contains("username: elastic"),
            "{}",
            answer.text()
        );
    }
    node.elastic()
        .get("/_security/_authenticate?format=cbor")
        .await
        .refused(400, "illegal_argument_exception");
    let answer = node.elastic().authenticate().header("Accept", "*/*").await;
    assert_eq!(answer.header("content-type"), Some("application/json"));
}

async fn unknown_parameters_are_named_with_what_was_meant() {
    let node = TestNode::start().await;
    let start = "request [/_security/user/a b] contains unrecognized parameter";
    let cases = [
        ("zzz=1", ": [zzz]"),
        ("prety", ": [prety] -> did you mean [pretty]?"),
        ("zzz&yyy=2", "s: [yyy], [zzz]"),
        ("refres=true&refresh=true", ": [refres] -> did you mean [refresh]?"),
        ("%7A%7A", ": [zz]"),
    ];
    for (query, ending) in cases {
        let answer = node.elastic().delete(&format!("/_security/user/a%20b?{query}")).await;
        answer.refused_because(400, "illegal_argument_exception", &format!("{start}{ending}"));
    }
}

async fn parameters_have_values() {
    let node = TestNode::start().await;
    for query in ["pretty=yes", "human=1", "error_trace=on"] {
        let value = query.split_once('=').unwrap().1;
        let reason = format!("Failed to parse value [{value}] as only [true] or [false] are allowed.");
        let answer = node.elastic().get(&format!("/?{query}")).await;
        answer.refused_because(400, "illegal_argument_exception", &reason);
    }
    for refresh in ["true", "false", "wait_for", ""] {
        let answer =
            node.elastic().put(&format!("/_security/role/r?refresh={refresh}")).json(&json!({})).await;
        answer.ok();
    }
    let answer = node.elastic().put("/_security/role/s?refresh=soon").json(&json!({})).await;
    answer.refused_because(400, "illegal_argument_exception", "Unknown value for refresh: [soon].");
    assert_eq!(node.elastic().get("/_security/role/s").await.status, 404);
}

async fn filter_path_and_pretty() {
    let node = TestNode::start().await;
    let get =
        async |query: &str| node.elastic().get(&format!("/_security/_authenticate?{query}")).await.text();
    assert_eq!(get("filter_path=username").await, r#"{"username":"elastic"}"#);
    assert_eq!(
        get("filter_path=*_realm.name,roles").await,
        r#"{"roles":["superuser"],"authentication_realm":{"name":"reserved"},"lookup_realm":{"name":"reserved"}}"#
    );
    assert_eq!(
        get("filter_path=authentication_realm,-**.type").await,
        r#"{"authentication_realm":{"name":"reserved"}}"#
    );
    assert_eq!(get("filter_path=nothing").await, "{}");
    assert_eq!(get("filter_path=username&pretty").await, "{\n  \"username\" : \"elastic\"\n}\n");
    // What is told of a refusal is not the client's to choose.
    let answer = node.elastic().get("/_security/user?filter_path=nothing&nonsense=1").await;
    answer.refused(400, "illegal_argument_exception");
}

async fn error_trace_is_told_but_not_on_a_401() {
    let node = TestNode::start().await;
    let target = "/_security/user/jo?error_trace=true";
    let answer = node.elastic().put(target).json(&json!({"nonsense": 1})).await;
    let error = answer.refused(400, "parse_exception");
    let trace = error["stack_trace"].as_str().unwrap();
    assert!(trace.starts_with("parse_exception: ") && trace.contains(".rs:"), "{trace}");
    assert!(error["root_cause"][0]["stack_trace"].is_string(), "{error}");
    let jo = node.user("jo", &[]).await;
    let error = jo.get(target).await.refused(403, "security_exception");
    assert!(error["stack_trace"].is_string(), "{error}");
    let answer = node.anonymous().get(target).await;
    assert!(!answer.text().contains("stack_trace"), "{}", answer.text());
}

async fn errors_can_be_terse() {
    let node = TestNode::builder().setting("http.detailed_errors.enabled", "false").start().await;
    let answer = node.elastic().get("/_security/user?error_trace=true").await;
    let expected = json!({"error": "error traces in responses are disabled.", "status": 400});
    assert_eq!((answer.status, answer.json()), (400, expected));
    let answer = node.elastic().get("/_security/user?nonsense=1").await;
    let reason = "request [/_security/user] contains unrecognized parameter: [nonsense]";
    let expected = json!({"error": {"type": "illegal_argument_exception", "reason": reason}, "status": 400});
    assert_eq!((answer.status, answer.json()), (400, expected));
}

async fn ids_are_echoed() {
    let node = TestNode::start().await;
    for client in [node.elastic(), node.anonymous()] {
        let answer = client.authenticate().header("X-Opaque-Id", "mine").header("X-Request-Id", "r-1").await;
        assert_eq!(
            (answer.header("x-opaque-id"), answer.header("x-request-id")),
            (Some("mine"), Some("r-1"))
        );
        let answer = client.authenticate().await;
        assert_eq!(answer.header("x-opaque-id"), None);
        assert!(answer.header("x-request-id").is_some_and(|id| id.len() >= 16));
        for unfit in ["", "a b", &"x".repeat(129)] {
            let answer = client.authenticate().header("X-Request-Id", unfit).await;
            assert_ne!(answer.header("x-request-id"), Some(unfit));
        }
    }
}

async fn a_header_that_counts_stands_once() {
    let node = TestNode::start().await;
    let other = node.basic("jo", "another password");
    for name in ["Authorization", "es-security-runas-user", "X-Opaque-Id"] {
        let answer = node.elastic().authenticate().header(name, "one").header(name, "two").await;
        let expected =
            json!({"error": format!("multiple values for single-valued header [{name}]."), "status": 400});
        assert_eq!((answer.status, answer.json()), (400, expected), "{name}");
    }
    drop(other);
}

async fn paths_are_percent_decoded_after_routing() {
    let node = TestNode::start().await;
    node.user("a%2Fb", &[]).await;
    for target in ["/_security/user/a%2Fb", "/_security/user/a%2fb", "//_security///user/%61%2Fb/"] {
        assert_eq!(node.elastic().get(target).await.ok()["a/b"]["username"], "a/b", "{target}");
    }
    assert_eq!(node.elastic().get("/_security/user/a/b").await.status, 400);
    for malformed in ["%", "%4", "%zz", "a%C3"] {
        let answer = node.elastic().get(&format!("/_security/user/{malformed}")).await;
        answer.refused(400, "illegal_argument_exception");
    }
    // `+` is a space in a query and itself in a path.
    let answer = node.elastic().get("/_security/user/a+b").await;
    assert_eq!(answer.status, 404);
    node.user("a+b", &[]).await;
    node.elastic().get("/_security/user/a+b").await.ok();
}

async fn the_product_is_told_except_on_refusals() {
    let node = TestNode::start().await;
    let jo = node.user("jo", &[]).await;
    let product = async |request: portcullis_tests::client::Request| {
        let answer = request.await;
        (answer.status, answer.header("x-elastic-product").map(str::to_owned))
    };
    let told = Some("Elasticsearch".to_owned());
    assert_eq!(product(node.elastic().get("/")).await, (200, told.clone()));
    assert_eq!(product(node.elastic().get("/nowhere")).await, (400, told.clone()));
    assert_eq!(product(node.elastic().get("/_security/user/nobody")).await, (404, told));
    assert_eq!(product(node.anonymous().get("/")).await, (401, None));
    assert_eq!(product(jo.get("/")).await, (403, None));
}

async fn info_and_health() {
    let node = TestNode::builder().setting("portcullis.version.number", "8.19.3").start().await;
    let answer = node.elastic().get("/").await;
    assert!(answer.text().starts_with("{\n"), "indented also when nobody asks");
    let info = answer.ok();
    assert_eq!((&info["name"], &info["cluster_name"]), (&json!("node-1"), &json!("tests")));
    assert_eq!(info["cluster_uuid"].as_str().map(str::len), Some(22));
    assert_eq!(info["version"]["number"], "8.19.3");
    assert_eq!(info["version"]["build_flavor"], "default");
    assert!(info["version"]["portcullis"].is_string() || info["version"]["portcullis"].is_object(), "{info}");
    assert_eq!(info["tagline"], "You Know, for Search");
    let health = node.elastic().get("/_cluster/health?wait_for_status=yellow&timeout=5s").await.ok();
    assert_eq!((&health["status"], &health["timed_out"]), (&json!("green"), &Value::Bool(false)));
    assert_eq!(health["number_of_nodes"], 1);
    let answer = node.elastic().get("/_cluster/health?wait_for_nodes=2").await;
    assert_eq!((answer.status, &answer.json()["timed_out"]), (408, &Value::Bool(true)));
}

async fn a_node_that_is_alone_is_one_row() {
    let node = TestNode::start().await;
    node.elastic()
        .put("/_security/user/jo")
        .json(&json!({"password": secrets::password(), "roles": []}))
        .await
        .ok();
    let answer = node.elastic().get("/_cat/nodes?v&h=name,lag,state,left&s=lag:desc").await;
    assert_eq!(answer.header("content-type"), Some("text/plain; charset=UTF-8"));
    assert_eq!(answer.text(), "name   lag state   left\nnode-1   0 trusted    -\n");
    let rows = node.elastic().get("/_cat/nodes?format=json").await.ok();
    let row = &rows[0];
    assert_eq!((rows.as_array().map(Vec::len), &row["name"]), (Some(1), &json!("node-1")));
    assert_eq!(row["id"], json!(node.security().settings().node_id));
    let stats = node.elastic().get("/_security/stats").await.ok();
    let applied = &stats["nodes"][&node.security().settings().node_id]["store"]["applied"];
    assert_eq!(row["applied"].as_str(), Some(applied.to_string().as_str()));
}
