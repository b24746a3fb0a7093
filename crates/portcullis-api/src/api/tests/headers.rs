//! Heads: credentials, media types, ids, methods, paths, parameters, and what every answer carries.

use serde_json::json;

use super::*;

#[tokio::test]
async fn without_credentials_every_path_is_401_with_both_challenges() {
    let bench = Bench::new();
    for (method, target) in
        [("GET", "/_security/_authenticate"), ("DELETE", "/nothing?x=1"), ("PATCH", "/_security/role")]
    {
        let told = bench.send(request(method, target, "").body(full("")).unwrap()).await;
        assert_eq!(told.status, StatusCode::UNAUTHORIZED);
        let challenges: Vec<_> = told.headers.get_all("www-authenticate").iter().collect();
        assert_eq!(challenges, ["Basic realm=\"security\", charset=\"UTF-8\"", "ApiKey"]);
        assert_eq!(told.header("x-elastic-product"), None);
        assert_eq!(told.reason(), format!("missing authentication credentials for REST request [{target}]"));
        let header = &told.json()["error"]["root_cause"][0]["header"]["WWW-Authenticate"];
        assert_eq!(header, &json!(["Basic realm=\"security\", charset=\"UTF-8\"", "ApiKey"]));
    }
}

#[tokio::test]
async fn unknown_paths_and_methods_get_short_errors() {
    let bench = Bench::new();
    let told = bench.ask("GET", "/a/b?c=d", "").await;
    assert_eq!(told.status, StatusCode::BAD_REQUEST);
    assert_eq!(told.text, r#"{"error":"no handler found for uri [/a/b?c=d] and method [GET]"}"#);
    assert_eq!(told.header("x-elastic-product"), Some("Elasticsearch"));

    let told = bench.ask("GET", "/_security/realm/a/_clear_cache", "").await;
    assert_eq!((told.status, told.header("allow")), (StatusCode::METHOD_NOT_ALLOWED, Some("POST")));
    let sentence =
        "Incorrect HTTP method for uri [/_security/realm/a/_clear_cache] and method [GET], allowed: [POST]";
    assert_eq!(told.json(), json!({"error": sentence, "status": 405}));
    let told = bench.ask("PATCH", "/_security/user/jo", "").await;
    assert_eq!(told.header("allow"), Some("GET,POST,PUT,DELETE"));
    assert!(told.text.contains("allowed: [GET, POST, PUT, DELETE]"));
}

#[tokio::test]
async fn options_needs_no_credentials() {
    let bench = Bench::new();
    let told = bench.send(request("OPTIONS", "/_security/user/jo", "").body(full("")).unwrap()).await;
    assert_eq!((told.status, told.text.as_str()), (StatusCode::OK, ""));
    assert_eq!(told.header("allow"), Some("GET,POST,PUT,DELETE"));
    assert_eq!(told.header("content-type"), Some("text/plain; charset=UTF-8"));
    let told = bench.send(request("OPTIONS", "/nothing", "").body(full("")).unwrap()).await;
    assert_eq!((told.status, told.header("allow")), (StatusCode::OK, None));
}

#[tokio::test]
async fn head_has_the_length_and_no_body() {
    let bench = Bench::new();
    let length = bench.ask("GET", "/", "").await.text.len().to_string();
    let told = bench.ask("HEAD", "/", "").await;
    assert_eq!((told.status, told.text.as_str()), (StatusCode::OK, ""));
    assert_eq!(told.header("content-length"), Some(length.as_str()));
    assert_eq!(
        bench.ask("HEAD", "/_security/_authenticate", "").await.status,
        StatusCode::METHOD_NOT_ALLOWED
    );
}

#[tokio::test]
async fn ids_are_echoed_also_by_refusals() {
    let bench = Bench::new();
    let ids =
        |builder: http::request::Builder| builder.header("x-opaque-id", "o-1").header("x-request-id", "r-1");
    for authorization in [basic("admin"), "Basic x".to_owned()] {
        let request = ids(request("GET", "/", "")).header("authorization", authorization);
        let told = bench.send(request.body(full("")).unwrap()).await;
        assert_eq!((told.header("x-opaque-id"), told.header("x-request-id")), (Some("o-1"), Some("r-1")));
    }
    assert_eq!(bench.ask("GET", "/", "").await.header("x-request-id").map(str::len), Some(32));
}

#[tokio::test]
async fn a_header_with_two_meanings_is_refused() {
    let bench = Bench::new();
    let request =
        request("GET", "/", "").header("authorization", basic("admin")).header("authorization", basic("jo"));
    let told = bench.send(request.body(full("")).unwrap()).await;
    assert_eq!(told.status, StatusCode::BAD_REQUEST);
    assert_eq!(told.json()["error"], "multiple values for single-valued header [Authorization].");
}

#[tokio::test]
async fn the_accepted_type_is_the_answers() {
    let bench = Bench::new();
    let asked = async |accept: &str, target: &str| {
        let request =
            request("GET", target, "").header("authorization", basic("admin")).header("accept", accept);
        bench.send(request.body(full("")).unwrap()).await
    };
    let told = asked("application/vnd.elasticsearch+json; compatible-with=8", "/").await;
    assert_eq!(told.header("content-type"), Some("application/vnd.elasticsearch+json;compatible-with=8"));
    let told = asked("application/vnd.elasticsearch+json; compatible-with=9,text/plain", "/").await;
    assert_eq!((told.status, told.header("content-type")), (StatusCode::OK, Some("application/json")));
    let told = asked("application/vnd.elasticsearch+json; compatible-with=7", "/").await;
    assert_eq!(told.json()["error"]["type"], "media_type_header_exception");
    assert_eq!(told.reason(), "Invalid media-type value on headers [Accept]");
    let told = asked("application/yaml", "/_security/_authenticate?filter_path=username").await;
    assert_eq!(
        (told.header("content-type"), told.text.as_str()),
        (Some("application/yaml"), "---\nusername: admin\n")
    );
    let told = asked("*/*", "/_security/_authenticate?format=yaml&filter_path=enabled").await;
    assert_eq!(told.text, "---\nenabled: true\n");
}

#[tokio::test]
async fn pretty_and_filters_apply_and_errors_stay_whole() {
    let bench = Bench::new();
    let told =
        bench.ask("GET", "/_security/_authenticate?pretty&filter_path=username,*_realm.type", "").await;
    let expected = "{\n  \"username\" : \"admin\",\n  \"authentication_realm\" : {\n    \"type\" : \"file\"\n  },\n  \
                    \"lookup_realm\" : {\n    \"type\" : \"file\"\n  }\n}\n";
    assert_eq!(told.text, expected);
    let told = bench.ask("PUT", "/_security/user/al?filter_path=nothing", "{}").await;
    assert_eq!(told.status, StatusCode::BAD_REQUEST);
    assert_eq!(told.json()["status"], 400);
}

#[tokio::test]
async fn a_bad_parameter_is_told_before_a_missing_privilege() {
    let bench = Bench::new();
    let target = "/_security/realm/a/_clear_cache?usernams=b";
    let told = bench.ask_as("jo", "POST", target, "").await;
    assert_eq!(told.status, StatusCode::BAD_REQUEST);
    let sentence = "request [/_security/realm/a/_clear_cache] contains unrecognized parameter: [usernams] \
                    -> did you mean [usernames]?";
    assert_eq!(told.reason(), sentence);
    let told = bench.ask_as("jo", "POST", "/_security/realm/a/_clear_cache", "").await;
    assert_eq!(told.status, StatusCode::FORBIDDEN);
    assert_eq!((told.header("x-elastic-product"), told.header("www-authenticate")), (None, None));
    for bad in ["pretty=1", "human=x", "error_trace=x", "refresh=x", "a=%zz"] {
        let told = bench.ask("DELETE", &format!("/_security/user/al?{bad}"), "").await;
        assert_eq!(told.status, StatusCode::BAD_REQUEST, "{bad}");
    }
}

#[tokio::test]
async fn traces_are_told_on_request_but_never_with_a_401() {
    let bench = Bench::new();
    let told = bench.ask("PUT", "/_security/user/al?error_trace=true", "[]").await.json();
    let trace = told["error"]["stack_trace"].as_str().unwrap();
    assert!(trace.starts_with("parse_exception: ") && trace.contains("wire/users.rs:"), "{trace}");
    assert!(told["error"]["root_cause"][0]["stack_trace"].is_string());
    let told = bench.send(request("GET", "/?error_trace=true", "").body(full("")).unwrap()).await;
    assert!(!told.text.contains("stack_trace"), "{}", told.text);

    let bench = Bench::with(ApiSettings { detailed_errors: false, ..ApiSettings::default() });
    let told = bench.ask("GET", "/?error_trace=true", "").await;
    assert_eq!(told.text, r#"{"error":"error traces in responses are disabled.","status":400}"#);
    let told = bench.ask("PUT", "/_security/user/al", "[]").await.json();
    assert_eq!(told["error"].as_object().unwrap().keys().collect::<Vec<_>>(), ["type", "reason"]);
}

#[tokio::test]
async fn probes_tell_a_status_and_nothing_else_and_are_not_observed() {
    let bench = Bench::new();
    let asked = async |target: &str| bench.send(request("GET", target, "").body(full("")).unwrap()).await;
    assert_eq!(
        (asked("/-/live").await.status, asked("/-/ready").await.status),
        (StatusCode::OK, StatusCode::OK)
    );
    bench.host.millis.store(1, Relaxed);
    let told = asked("/-/ready").await;
    assert_eq!((told.status, told.text.as_str()), (StatusCode::SERVICE_UNAVAILABLE, ""));
    assert_eq!(asked("/-/live").await.status, StatusCode::OK);
    assert!(bench.host.seen.lock().unwrap().is_empty());
}

#[tokio::test]
async fn observations_hold_nothing_that_a_client_made_up() {
    let bench = Bench::new();
    bench.ask("GET", "/_security/user/somebody", "").await;
    bench.ask("BREW", "/coffee", "").await;
    let seen = bench.host.seen.lock().unwrap();
    let told: Vec<_> = seen.iter().map(|it| (it.method, it.route, it.status)).collect();
    assert_eq!(told, [("GET", "/_security/user/{username}", 404), ("TRACE", "-", 400)]);
}

#[tokio::test]
async fn what_cannot_be_known_is_503_with_a_time_to_come_back() {
    let bench = Bench::new();
    bench.ask("PUT", "/_security/user/al", r#"{"password":"s3krit-password","roles":[]}"#).await;
    bench.security.stop();
    let told = bench.ask_as("al", "GET", "/_security/_authenticate", "").await;
    assert_eq!((told.status, told.header("retry-after")), (StatusCode::SERVICE_UNAVAILABLE, Some("1")));
    assert_eq!(told.header("x-elastic-product"), Some("Elasticsearch"));
    assert_eq!(told.header("www-authenticate"), None);
}

#[test]
fn an_answer_to_come_can_move_between_threads() {
    fn is_send<T: Send>(_: &T) {}
    let bench = Bench::new();
    is_send(&bench.api.respond(request("GET", "/", "").body(full("")).unwrap(), None));
}
