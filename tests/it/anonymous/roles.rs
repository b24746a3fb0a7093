//! The roles of the anonymous user, which everybody from a realm has too, and what becomes of a change of them.

use portcullis_tests::client::Client;
use portcullis_tests::node::TestNode;
use portcullis_tests::{lines, secrets};
use serde_json::json;

use super::{grant, open, open_to};

portcullis_tests::tests![
    everybody_from_a_realm_has_them,
    they_are_shown_once_and_behind,
    a_denial_names_them,
    the_target_of_run_as_has_them,
    service_accounts_do_not_have_them,
    a_change_of_them_counts_from_the_next_request_of_everybody,
    a_change_of_their_file_does_too,
];

const ALLOWED: &str = "/_security/role";

async fn may(client: &Client) -> u16 {
    client.get(ALLOWED).await.status
}

async fn everybody_from_a_realm_has_them() {
    let password = secrets::password();
    let node = open().file("users", &lines::user("al", &password)).start().await;
    let (jo, al) = (node.user("jo", &[]).await, node.basic("al", &password));
    let body = json!({"password": secrets::password()});
    node.elastic().put("/_security/user/apm_system/_password").json(&body).await.ok();
    let reserved = node.basic("apm_system", body["password"].as_str().unwrap());
    for client in [&jo, &al, &reserved] {
        assert_eq!(may(client).await, 403);
    }
    grant(&node, &["read_security"]).await;
    for client in [&jo, &al, &reserved] {
        assert_eq!(may(client).await, 200);
    }
}

async fn they_are_shown_once_and_behind() {
    let node = open().start().await;
    let roles = async |client: Client| client.whoami().await["roles"].clone();
    assert_eq!(roles(node.user("jo", &[]).await).await, json!(["guests"]));
    assert_eq!(
        roles(node.user("al", &["viewer", "editor"]).await).await,
        json!(["viewer", "editor", "guests"])
    );
    assert_eq!(roles(node.user("bo", &["guests", "viewer"]).await).await, json!(["guests", "viewer"]));
    assert_eq!(roles(node.elastic()).await, json!(["superuser", "guests"]));
    assert_eq!(roles(node.elastic().run_as("jo")).await, json!(["guests"]));
    // They are nobody's own: the user is as it was stored.
    let jo = node.elastic().get("/_security/user/jo").await.ok();
    assert_eq!(jo["jo"]["roles"], json!([]));
}

async fn a_denial_names_them() {
    let node = open_to(&["monitor"]).await;
    let jo = node.user("jo", &["viewer"]).await;
    let reason = "action [cluster:admin/xpack/security/user/get] is unauthorized for user [jo] with effective roles \
                  [guests,viewer], this action is granted by the cluster privileges [read_security,manage_security,all]";
    jo.get("/_security/user").await.refused_because(403, "security_exception", reason);
}

async fn the_target_of_run_as_has_them() {
    let node = open_to(&["read_security"]).await;
    node.user("jo", &[]).await;
    assert_eq!(may(&node.elastic().run_as("jo")).await, 200);
    let (_, key) = node.key_of(&node.elastic(), &json!({"name": "k"})).await;
    assert_eq!(may(&key.run_as("jo")).await, 200);
    // The right to run as another may come from them as well.
    let agent = node.user("agent", &[]).await;
    assert_eq!(agent.run_as("jo").login().await, 403);
    node.elastic().put("/_security/role/guests").json(&json!({"run_as": ["jo"]})).await.ok();
    assert_eq!(agent.run_as("jo").whoami().await["username"], "jo");
}

async fn service_accounts_do_not_have_them() {
    let node = open_to(&["read_security"]).await;
    let token = node.token("t").await;
    assert_eq!((may(&token).await, may(&node.anonymous()).await), (403, 200));
    // `_authenticate` tells them all the same, as Elasticsearch's does.
    assert_eq!(token.whoami().await["roles"], json!(["guests"]));
}

async fn a_change_of_them_counts_from_the_next_request_of_everybody() {
    let node = open().start().await;
    node.user("target", &[]).await;
    let clients = [
        node.anonymous(),
        node.user("jo", &[]).await,
        node.user("al", &["viewer"]).await,
        node.elastic().run_as("target"),
    ];
    let all = async |status: u16| {
        for client in &clients {
            assert_eq!(may(client).await, status);
            // Once more, from the cache.
            assert_eq!(may(client).await, status);
        }
    };
    all(403).await;
    grant(&node, &["read_security"]).await;
    all(200).await;
    grant(&node, &["monitor"]).await;
    all(403).await;
    grant(&node, &["all"]).await;
    all(200).await;
    node.elastic().delete("/_security/role/guests").await.ok();
    all(403).await;
}

async fn a_change_of_their_file_does_too() {
    let node: TestNode = open().start().await;
    let clients = [node.anonymous(), node.user("jo", &[]).await];
    let all = async |status: u16| {
        for client in &clients {
            assert_eq!(may(client).await, status);
        }
    };
    all(403).await;
    node.write("roles.yml", "guests:\n  cluster: [ read_security ]\n");
    all(200).await;
    node.write("roles.yml", "guests:\n  cluster: [ monitor ]\n");
    all(403).await;
}
