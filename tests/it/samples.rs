//! One good request for each row of the route table. A row without one fails the tests that walk the table.

use http::Method;
use portcullis_api::{BodyRule, ROUTES, Route};
use portcullis_model::decision::{ApiKeyFacts, RequestFacts};
use portcullis_tests::client::{Client, Request};
use portcullis_tests::node::TestNode;
use serde_json::{Value, json};

/// The user of the samples.
pub(crate) const USER: &str = "al";
/// The role, token and API key name of the samples.
pub(crate) const THING: &str = "thing";

/// Every row with each of its methods.
pub(crate) fn all() -> impl Iterator<Item = (&'static Route, &'static Method)> {
    ROUTES.iter().flat_map(|route| route.methods.iter().map(move |method| (route, method)))
}

/// Those that need credentials.
pub(crate) fn guarded() -> impl Iterator<Item = (&'static Route, &'static Method, &'static str)> {
    all().filter_map(|(route, method)| route.action().map(|action| (route, method, action)))
}

/// The value that a parameter of a path has in the samples. `key` is the id of an API key.
pub(crate) fn parameter(name: &str, key: &str) -> String {
    match name {
        "username" => USER,
        "name" => THING,
        "id" | "ids" => key,
        "namespace" => "elastic",
        "service" => "fleet-server",
        "realms" => "default_native",
        "application" => "app",
        other => panic!("what is a good {other}?"),
    }
    .to_owned()
}

/// The path of a row with `parameter` in the place of each parameter.
pub(crate) fn path(route: &Route, parameter: impl Fn(&str) -> String) -> String {
    let part = |part: &str| match part.strip_prefix('{').and_then(|it| it.strip_suffix('}')) {
        Some(name) => parameter(name),
        None => part.to_owned(),
    };
    route.path.split('/').map(part).collect::<Vec<_>>().join("/")
}

/// A good body of a row that takes one. `password` is the caller's own.
pub(crate) fn body(route: &Route, method: &Method, key: &str, password: &str) -> Option<Value> {
    let body = match (method.as_str(), route.path) {
        ("POST" | "PUT", "/_security/user/{username}") => json!({"password": password, "roles": []}),
        ("POST" | "PUT", "/_security/user/_password" | "/_security/user/{username}/_password") => {
            json!({"password": password})
        }
        ("POST" | "PUT", "/_security/role/{name}") => json!({"cluster": ["monitor"]}),
        ("POST" | "PUT", "/_security/role_mapping/{name}") => mapping(),
        ("POST" | "PUT", "/_security/api_key") => json!({"name": THING}),
        ("DELETE", "/_security/api_key") => json!({"ids": [key]}),
        ("PUT", "/_security/api_key/{id}") => json!({"metadata": {"a": 1}}),
        _ => {
            assert_eq!(route.body, BodyRule::Refused, "what is a good body of {method} {}?", route.path);
            return None;
        }
    };
    Some(body)
}

fn mapping() -> Value {
    json!({"enabled": true, "roles": [THING], "rules": {"field": {"username": "nobody"}}})
}

/// A good request.
pub(crate) fn request(route: &Route, method: &Method, client: &Client, key: &str, password: &str) -> Request {
    let request = client.request(method.as_str(), &path(route, |name| parameter(name, key)));
    match body(route, method, key, password) {
        Some(body) => request.json(&body),
        None => request,
    }
}

/// What the samples are about, as authorization sees it.
pub(crate) fn facts(route: &Route, method: &Method, caller: &str, key: &str) -> RequestFacts {
    let user = |username: &str| RequestFacts::User { username: username.to_owned() };
    match (method.as_str(), route.path) {
        ("GET", "/_security/_authenticate") | (_, "/_security/user/_password") => user(caller),
        (_, "/_security/user/{username}/_password") => user(USER),
        ("POST" | "PUT", "/_security/api_key") => RequestFacts::ApiKeys(ApiKeyFacts::Create),
        ("PUT", "/_security/api_key/{id}") => RequestFacts::ApiKeys(ApiKeyFacts::Update),
        ("GET", "/_security/api_key") => RequestFacts::ApiKeys(ApiKeyFacts::Get {
            ids: Vec::new(),
            owner: false,
            username: None,
            realm: None,
            with_limited_by: false,
        }),
        ("DELETE", "/_security/api_key") => RequestFacts::ApiKeys(ApiKeyFacts::Invalidate {
            ids: vec![key.to_owned()],
            owner: false,
            username: None,
            realm: None,
        }),
        _ => RequestFacts::None,
    }
}

/// Makes what the sample of a row is about, and returns the id of an API key of `elastic`.
pub(crate) async fn prepare(node: &TestNode, route: &Route, method: &Method) -> String {
    let elastic = node.elastic();
    node.user(USER, &[]).await;
    elastic.put(&format!("/_security/role/{THING}")).json(&json!({})).await.ok();
    elastic.put(&format!("/_security/role_mapping/{THING}")).json(&mapping()).await.ok();
    let token = format!("/_security/service/elastic/fleet-server/credential/token/{THING}");
    if method == Method::DELETE && route.path.ends_with("/token/{name}") {
        elastic.put(&token).await;
    } else {
        elastic.delete(&token).await;
    }
    node.key_of(&elastic, &json!({"name": THING})).await.0
}
