//! Requests made of anything: each gets an answer in one of the known forms, and none is our own fault.

use proptest::prelude::*;

use super::*;

fn any_target() -> impl Strategy<Value = String> {
    let segment = prop_oneof![
        Just("_security".to_owned()),
        prop::sample::select(vec![
            "user",
            "role",
            "api_key",
            "service",
            "realm",
            "credential",
            "token",
            "_clear_cache",
            "_password",
            "_enable",
            "_authenticate",
            "elastic",
            "fleet-server",
            "_cluster",
            "health",
            "jo",
            "*",
            "a%2Cb",
            "%zz",
            "",
            "-",
            "live",
        ])
        .prop_map(str::to_owned),
        "[!-~&&[^?#/]]{0,6}",
    ];
    let query = prop_oneof![
        Just(String::new()),
        prop::sample::select(vec![
            "?pretty",
            "?filter_path=-a,**.b",
            "?error_trace",
            "?format=yaml",
            "?format=cbor",
            "?usernames=a",
            "?x=%",
            "?refresh=maybe",
            "?id=&owner",
            "?with_limited_by=1",
        ])
        .prop_map(str::to_owned),
        "\\?[!-~&&[^#]]{0,12}",
    ];
    (prop::collection::vec(segment, 0..7), query)
        .prop_map(|(parts, query)| format!("/{}{query}", parts.join("/")))
}

fn any_header() -> impl Strategy<Value = (&'static str, String)> {
    let name = prop::sample::select(vec![
        "accept",
        "content-type",
        "authorization",
        "es-security-runas-user",
        "x-opaque-id",
        "x-request-id",
    ]);
    let value = prop_oneof![
        Just(basic("admin")),
        Just(basic("jo")),
        Just("application/json".to_owned()),
        Just("application/vnd.elasticsearch+json; compatible-with=8".to_owned()),
        Just("ApiKey YTpi".to_owned()),
        Just("Bearer AAEAAW".to_owned()),
        "[ -~]{0,20}",
    ];
    (name, value)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_asked_is_answered(
        method in prop::sample::select(vec!["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "BREW"]),
        target in any_target(),
        headers in prop::collection::vec(any_header(), 0..4),
        admin in any::<bool>(),
        body in prop_oneof![Just(String::new()), Just("{}".to_owned()), r#"[{}"a-c:,\[\]1]{0,20}"#],
    ) {
        let mut request = Request::builder().method(method).uri(target.as_str());
        if admin {
            request = request.header("authorization", basic("admin")).header("content-type", "application/json");
        }
        for (name, value) in headers {
            request = request.header(name, value);
        }
        // What cannot be a request never comes here: the HTTP library refuses it before.
        let Ok(request) = request.body(full(&body)) else { return Ok(()) };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let told = BENCH.with(|bench| runtime.block_on(bench.send(request)));
        prop_assert!(!told.status.is_server_error(), "{} {}", told.status, told.text);
        prop_assert_eq!(told.header("x-elastic-product").is_none(), [401, 403].contains(&told.status.as_u16()));
        let json = told.header("content-type").is_some_and(|media| media.contains("json"));
        if json && method != "HEAD" {
            prop_assert!(serde_json::from_str::<Value>(&told.text).is_ok(), "{}", told.text);
        }
    }
}

thread_local! {
    /// One for all cases: making it is slower than asking it.
    static BENCH: Bench = Bench::new();
}
