//! Each row of the route table, walked without credentials: the answer is that of a user with the same roles.

use portcullis_model::authentication::Authentication;
use portcullis_model::decision::{RoleNames, denial};
use portcullis_tests::client::Client;
use portcullis_tests::node::TestNode;

use super::{EXCEPTION, ROLES, open, open_to};
use crate::samples;

portcullis_tests::tests![
    without_the_privilege_each_is_refused_in_the_same_words,
    without_the_privilege_each_may_ask_for_credentials,
    with_every_privilege_each_answers_as_to_a_user_who_has_them,
];

/// Everybody may ask who they are. Changing the own password is no right of who has none.
fn refused_routes()
-> impl Iterator<Item = (&'static portcullis_api::Route, &'static http::Method, &'static str)> {
    samples::guarded().filter(|(route, ..)| route.path != "/_security/_authenticate")
}

fn anonymous(node: &TestNode) -> Authentication {
    node.security().settings().anonymous.authentication().unwrap()
}

async fn without_the_privilege_each_is_refused_in_the_same_words() {
    let node = open_to(&[]).await;
    let (client, guests) = (node.anonymous(), ["guests".to_owned()]);
    let before = node.security().stats().revision;
    for (route, method, action) in refused_routes() {
        let answer = samples::request(route, method, &client, "k", "unused password").await;
        assert_eq!(answer.status, 403, "{method} {}: {}", route.path, answer.text());
        if method != "HEAD" {
            let facts = samples::facts(route, method, "_anonymous", "k");
            let roles = RoleNames::Resolved { effective: &guests, missing: &[] };
            let sentence = denial(&anonymous(&node), roles, action, &facts);
            answer.refused_because(403, "security_exception", &sentence);
        }
    }
    assert_eq!(node.security().stats().revision, before, "a refused request has written");
}

async fn without_the_privilege_each_may_ask_for_credentials() {
    let node = open().setting(EXCEPTION, "false").start().await;
    for (route, method, action) in refused_routes() {
        let answer = samples::request(route, method, &node.anonymous(), "k", "unused password").await;
        assert_eq!(answer.status, 401, "{method} {}: {}", route.path, answer.text());
        assert_eq!(answer.headers("www-authenticate").len(), 2, "{method} {}", route.path);
        if method != "HEAD" {
            let sentence = format!("action [{action}] requires authentication");
            answer.refused_because(401, "security_exception", &sentence);
        }
    }
}

async fn with_every_privilege_each_answers_as_to_a_user_who_has_them() {
    let node = TestNode::builder().setting(ROLES, "superuser").start().await;
    for (route, method) in samples::all() {
        // Made anew for each: one of the routes changes the caller's own password.
        let twin = node.user("twin", &[]).await;
        let status = async |client: &Client| {
            let key = samples::prepare(&node, route, method).await;
            samples::request(route, method, client, &key, "unused password").await.status
        };
        let (of_twin, of_nobody) = (status(&twin).await, status(&node.anonymous()).await);
        if route.path == "/_security/user/_password" {
            // There is no password to be changed.
            assert_eq!((of_twin, of_nobody), (200, 400), "{method} {}", route.path);
            continue;
        }
        assert_eq!(of_twin, of_nobody, "{method} {}", route.path);
        // A key of `elastic` is updated by nobody else.
        let expected = if route.path == "/_security/api_key/{id}" && method == "PUT" { 404 } else { 200 };
        assert_eq!(of_nobody, expected, "{method} {}", route.path);
    }
}
