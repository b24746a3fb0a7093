//! Walks over the whole route table: whatever holds for every row.

use portcullis_model::decision::RequestFacts;

use super::*;

/// A target that fits the row.
fn target(route: &Route) -> String {
    let parts = route.path.split('/').map(|part| if part.starts_with('{') { "token1" } else { part });
    parts.collect::<Vec<_>>().join("/")
}

/// A body that the row takes.
fn body(route: &Route, method: &Method) -> &'static str {
    match (route.path, method.as_str()) {
        ("/_security/api_key", "DELETE") => r#"{"ids":["a"]}"#,
        ("/_security/api_key", "POST" | "PUT") => r#"{"name":"k"}"#,
        ("/_security/role/{name}", "POST" | "PUT") => "{}",
        (path, _) if path.ends_with("/_password") => r#"{"password":"s3krit-password"}"#,
        ("/_security/role_mapping/{name}", _) if route.body == BodyRule::Required => {
            r#"{"enabled":true,"roles":["r"],"rules":{"field":{"username":"x"}}}"#
        }
        (_, "PUT" | "POST") if route.body == BodyRule::Required => {
            r#"{"password":"s3krit-password","roles":[]}"#
        }
        _ => "",
    }
}

fn rows() -> impl Iterator<Item = (&'static Route, &'static Method)> {
    ROUTES.iter().flat_map(|route| route.methods.iter().map(move |method| (route, method)))
}

#[tokio::test]
async fn every_row_without_credentials_is_401_and_without_a_privilege_403() {
    let bench = Bench::new();
    for (route, method) in rows() {
        let Some(action) = route.action() else { continue };
        let (target, body) = (target(route), body(route, method));
        let told = bench.send(request(method.as_str(), &target, body).body(full(body)).unwrap()).await;
        assert_eq!(told.status, StatusCode::UNAUTHORIZED, "{method} {target}");
        assert!(told.headers.contains_key("www-authenticate"), "{method} {target}");
        let told = bench.ask_as("jo", method.as_str(), &target, body).await;
        // These two anybody may do for themselves.
        let own = ["/_security/_authenticate", "/_security/user/_password"].contains(&route.path);
        // `jo` is of the file realm: its own password is not managed here, and so not granted.
        if own && route.path != "/_security/user/_password" {
            assert_eq!(told.status, StatusCode::OK, "{method} {target}");
            continue;
        }
        assert_eq!(told.status, StatusCode::FORBIDDEN, "{method} {target}: {}", told.text);
        if *method != Method::HEAD {
            let reason = told.reason();
            assert!(
                reason.starts_with(&format!("action [{action}] is unauthorized for user [jo]")),
                "{reason}"
            );
        }
    }
}

#[tokio::test]
async fn no_row_breaks_on_any_body() {
    let bench = Bench::new();
    let deep = format!("{}{}", "{\"a\":".repeat(5_000), "}".repeat(5_000));
    let bodies = [
        "null",
        "[]",
        "1",
        "\"x\"",
        "{",
        "{}x",
        "nonsense",
        "\u{feff}{}",
        "{\"a\":1,\"a\":1}",
        "{\"password\":[]}",
        "{\"name\":1}",
        "{\"ids\":{}}",
        "{\"cluster\":\"x\"}",
        "{\"x\":1}",
        deep.as_str(),
    ];
    for (route, method) in rows().filter(|(route, _)| route.action().is_some()) {
        for body in bodies {
            let told = bench.ask(method.as_str(), &target(route), body).await;
            assert!(told.status.is_client_error(), "{method} {} {body:.40}: {}", route.path, told.status);
            if *method != Method::HEAD {
                assert!(told.json()["error"].is_object(), "{}", told.text);
            }
        }
    }
}

#[tokio::test]
async fn no_row_breaks_on_any_name() {
    let bench = Bench::new();
    let names = [
        "%00",
        "%C3%A9",
        "%20a",
        "..%2f..",
        "%ff",
        "%",
        "a".repeat(4_000).leak(),
        "*",
        "_all",
        "a,*",
        ",",
        "%2C",
    ];
    for (route, method) in rows().filter(|(route, _)| route.action().is_some() && route.path.contains('{')) {
        for name in names {
            let parts = route.path.split('/').map(|part| if part.starts_with('{') { name } else { part });
            let told =
                bench.ask(method.as_str(), &parts.collect::<Vec<_>>().join("/"), body(route, method)).await;
            assert!(!told.status.is_server_error(), "{method} {} {name:.20}: {}", route.path, told.text);
        }
    }
}

#[tokio::test]
async fn every_action_is_granted_to_the_superuser() {
    let bench = Bench::new();
    let head =
        request("GET", "/", "").header("authorization", basic("admin")).body(()).unwrap().into_parts().0;
    let id = RequestId::numbered(0, 0);
    let who =
        bench.security.authenticate(&crate::headers::authentication(&head, None, &id).into()).await.unwrap();
    for action in ROUTES.iter().filter_map(Route::action) {
        bench
            .security
            .authorize(&who, action, &RequestFacts::None)
            .await
            .unwrap_or_else(|failure| panic!("{failure}"));
    }
}

#[tokio::test]
async fn monitor_is_enough_to_look_at_the_node() {
    let bench = Bench::new();
    bench.ask("PUT", "/_security/role/watcher", r#"{"cluster":["monitor"]}"#).await;
    bench.ask("PUT", "/_security/user/al", r#"{"password":"s3krit-password","roles":["watcher"]}"#).await;
    for target in ["/", "/_cat/nodes", "/_cluster/health", "/_prometheus/metrics", "/_security/stats"] {
        assert_eq!(bench.ask_as("al", "GET", target, "").await.status, StatusCode::OK, "{target}");
    }
    assert_eq!(bench.ask_as("al", "GET", "/_security/user", "").await.status, StatusCode::FORBIDDEN);
}
