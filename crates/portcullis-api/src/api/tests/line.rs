//! A walk through each noun, seen from the wire.

use serde_json::json;

use super::*;

#[tokio::test]
async fn a_user_is_put_authenticates_and_is_cleared_from_the_cache() {
    let bench = Bench::new();
    let body = json!({"password": PASSWORD, "roles": ["a"], "full_name": "Al"}).to_string();
    let told = bench.ask("PUT", "/_security/user/al", &body).await;
    assert_eq!((told.status, told.text.as_str()), (StatusCode::OK, r#"{"created":true}"#));
    assert_eq!(
        bench.ask("POST", "/_security/user/al?refresh=wait_for", &body).await.text,
        r#"{"created":false}"#
    );

    let told = bench.ask_as("al", "GET", "/_security/_authenticate", "").await.json();
    assert_eq!(told["username"], "al");
    assert_eq!(told["authentication_realm"], json!({"name": "default_native", "type": "native"}));

    let told = bench.ask("POST", "/_security/realm/*/_clear_cache?usernames=al", "").await.json();
    assert_eq!(told["_nodes"], json!({"total": 1, "successful": 1, "failed": 0}));
    assert_eq!(told["nodes"]["node-id"], json!({"name": "node", "evicted": 1}));
    assert_eq!(told["cluster_name"], "portcullis");
    assert_eq!(bench.ask_as("al", "GET", "/_security/_authenticate", "").await.status, StatusCode::OK);

    let told = bench.ask("PUT", "/_security/user/al/_disable", "").await;
    assert_eq!((told.status, told.text.as_str(), told.header("warning")), (StatusCode::OK, "{}", None));
    let told = bench.ask_as("al", "GET", "/_security/_authenticate", "").await;
    assert_eq!(told.status, StatusCode::UNAUTHORIZED);
    assert_eq!(told.reason(), "unable to authenticate user [al] for REST request [/_security/_authenticate]");
    bench.ask("PUT", "/_security/user/al/_enable", "").await;
    assert_eq!(bench.ask_as("al", "GET", "/_security/_authenticate", "").await.status, StatusCode::OK);
    let change = json!({"password": "another-password"}).to_string();
    assert_eq!(bench.ask_as("al", "PUT", "/_security/user/_password", &change).await.text, "{}");
    assert_eq!(
        bench.ask_as("al", "GET", "/_security/_authenticate", "").await.status,
        StatusCode::UNAUTHORIZED
    );

    assert_eq!(bench.ask("DELETE", "/_security/user/al", "").await.text, r#"{"found":true}"#);
    let told = bench.ask("DELETE", "/_security/user/al", "").await;
    assert_eq!((told.status, told.text.as_str()), (StatusCode::NOT_FOUND, r#"{"found":false}"#));
    let told = bench.ask("GET", "/_security/user/al", "").await;
    assert_eq!((told.status, told.text.as_str()), (StatusCode::NOT_FOUND, "{}"));
    assert_eq!(
        bench.ask("GET", "/_security/user", "").await.json()["elastic"]["roles"],
        json!(["superuser"])
    );
}

#[tokio::test]
async fn an_unknown_realm_fails_the_node_and_not_the_request() {
    let bench = Bench::new();
    let told = bench.ask("POST", "/_security/realm/default_native%2Cfoo/_clear_cache", "").await;
    assert_eq!(told.status, StatusCode::OK);
    let header = &told.json()["_nodes"];
    assert_eq!((&header["failed"], &header["total"]), (&json!(1), &json!(1)));
    let expected = json!({
        "type": "failed_node_exception", "reason": "Failed node [node-id]", "node_id": "node-id",
        "caused_by": {"type": "illegal_argument_exception", "reason": "could not find active realm [foo]"},
    });
    assert_eq!(header["failures"], json!([expected]));
    assert_eq!(told.json()["nodes"], json!({}));
    let told = bench.ask("POST", "/_security/realm/foo/_clear_cache?error_trace", "").await.json();
    let trace = told["_nodes"]["failures"][0]["caused_by"]["stack_trace"].as_str().unwrap().to_owned();
    assert!(trace.contains("clearing/here.rs:"), "{trace}");
}

#[tokio::test]
async fn a_role_is_put_and_taken_away() {
    let bench = Bench::new();
    let body = r#"{"cluster":["monitor"],"run_as":["al"]}"#;
    assert_eq!(bench.ask("PUT", "/_security/role/r", body).await.text, r#"{"role":{"created":true}}"#);
    let told = bench.ask("GET", "/_security/role/r,unknown", "").await.json();
    assert_eq!(told["r"]["cluster"], json!(["monitor"]));
    assert_eq!(bench.ask("GET", "/_security/role", "").await.json()["superuser"]["cluster"], json!(["all"]));
    assert_eq!(bench.ask("DELETE", "/_security/role/r", "").await.text, r#"{"found":true}"#);
    let told = bench.ask("DELETE", "/_security/role/r", "").await;
    assert_eq!((told.status, told.text.as_str()), (StatusCode::NOT_FOUND, r#"{"found":false}"#));
    let told = bench.ask("GET", "/_security/role/r", "").await;
    assert_eq!((told.status, told.text.as_str()), (StatusCode::NOT_FOUND, "{}"));
    let told = bench.ask("PUT", "/_security/role/r", r#"{"cluster":["nonsense"]}"#).await;
    assert_eq!(told.status, StatusCode::BAD_REQUEST);
    assert_eq!(told.json()["error"]["type"], "action_request_validation_exception");
}

#[tokio::test]
async fn an_api_key_lives_and_dies() {
    let bench = Bench::new();
    let made = bench.ask("POST", "/_security/api_key", r#"{"name":"k","expiration":"1d"}"#).await.json();
    let (id, encoded) = (made["id"].as_str().unwrap(), made["encoded"].as_str().unwrap());
    let as_key = async |target: &str| {
        let authorization = format!("ApiKey {encoded}");
        bench
            .send(request("GET", target, "").header("authorization", authorization).body(full("")).unwrap())
            .await
    };
    let told = as_key("/_security/_authenticate").await.json();
    assert_eq!((&told["username"], &told["api_key"]["id"]), (&json!("admin"), &json!(id)));

    let told = bench.ask("GET", &format!("/_security/api_key?id={id}"), "").await.json();
    assert_eq!(told["api_keys"][0]["name"], "k");
    assert_eq!(told["api_keys"][0]["expiration"], 1_700_000_000_000_i64 + 86_400_000);
    let told = bench.ask("GET", "/_security/api_key?id=unknown", "").await;
    assert_eq!((told.status, told.text.as_str()), (StatusCode::NOT_FOUND, r#"{"api_keys":[]}"#));
    assert_eq!(bench.ask("GET", "/_security/api_key?name=unknown", "").await.status, StatusCode::OK);

    let told = bench.ask("PUT", &format!("/_security/api_key/{id}"), r#"{"metadata":{"a":1}}"#).await;
    assert_eq!(told.text, r#"{"updated":true}"#);
    let body = json!({"ids": [id]}).to_string();
    let told = bench.ask("DELETE", "/_security/api_key", &body).await.json();
    assert_eq!(
        told,
        json!({"invalidated_api_keys": [id], "previously_invalidated_api_keys": [], "error_count": 0})
    );
    let told = as_key("/_security/_authenticate").await;
    assert_eq!(told.status, StatusCode::UNAUTHORIZED);
    assert_eq!(
        told.json()["error"]["additional_unsuccessful_credentials"],
        format!("API key: api key [{id}] has been invalidated")
    );
}

#[tokio::test]
async fn ending_a_user_warns_of_its_live_keys() {
    let bench = Bench::new();
    let body = json!({"password": PASSWORD, "roles": ["superuser"]}).to_string();
    bench.ask("PUT", "/_security/user/al", &body).await;
    bench.ask_as("al", "POST", "/_security/api_key", r#"{"name":"k"}"#).await;
    let expected = "299 Elasticsearch-9.2.0-portcullis \"1 API key of this user is still valid; invalidate it to end its access\"";
    assert_eq!(bench.ask("PUT", "/_security/user/al/_disable", "").await.header("warning"), Some(expected));
    assert_eq!(bench.ask("DELETE", "/_security/user/al", "").await.header("warning"), Some(expected));
}

#[tokio::test]
async fn a_user_whose_name_will_go_is_warned() {
    let bench = Bench::new();
    let change = json!({"password": PASSWORD}).to_string();
    for (name, expected) in [
        ("kibana_system", None),
        (
            "kibana",
            Some(
                "299 Elasticsearch-9.2.0-portcullis \"The user [kibana] is deprecated and will be removed in a \
                 future version of Elasticsearch. Please use the [kibana_system] user instead.\"",
            ),
        ),
    ] {
        assert_eq!(bench.ask("PUT", &format!("/_security/user/{name}/_password"), &change).await.text, "{}");
        let told = bench.ask_as(name, "GET", "/_security/_authenticate", "").await;
        assert_eq!((told.status, told.header("warning")), (StatusCode::OK, expected));
    }
}

#[tokio::test]
async fn a_service_token_lives_and_dies() {
    let bench = Bench::new();
    let account = "/_security/service/elastic/fleet-server";
    let told = bench.ask("POST", &format!("{account}/credential/token/token1"), "").await.json();
    let value = told["token"]["value"].as_str().unwrap().to_owned();
    assert!(value.starts_with("AAEAA"), "{told}");
    let authorization = format!("Bearer {value}");
    let as_token = async || {
        let request = request("GET", "/_security/_authenticate", "").header("authorization", &authorization);
        bench.send(request.body(full("")).unwrap()).await
    };
    assert_eq!(as_token().await.json()["token"]["name"], "token1");
    let told = bench.ask("GET", &format!("{account}/credential"), "").await.json();
    assert_eq!((&told["count"], &told["tokens"]), (&json!(1), &json!({"token1": {}})));
    let told = bench.ask("POST", &format!("{account}/credential/token/*/_clear_cache"), "").await.json();
    assert_eq!(told["nodes"]["node-id"]["evicted"], 1);
    let told = bench.ask("POST", &format!("{account}/credential/token/_bad/_clear_cache"), "").await;
    assert_eq!(
        (told.status, &told.json()["error"]["type"]),
        (StatusCode::BAD_REQUEST, &json!("illegal_argument_exception"))
    );
    let again = bench.ask("PUT", &format!("{account}/credential/token/token1"), "").await;
    assert_eq!(
        (again.status, &again.json()["error"]["type"]),
        (StatusCode::CONFLICT, &json!("version_conflict_engine_exception"))
    );
    assert_eq!(
        bench.ask("DELETE", &format!("{account}/credential/token/token1"), "").await.text,
        r#"{"found":true}"#
    );
    let told = bench.ask("DELETE", &format!("{account}/credential/token/token1"), "").await;
    assert_eq!((told.status, told.text.as_str()), (StatusCode::NOT_FOUND, r#"{"found":false}"#));
    assert_eq!(as_token().await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(bench.ask("GET", "/_security/service/elastic/unknown", "").await.text, "{}");
    assert!(
        bench.ask("GET", "/_security/service", "").await.json()["elastic/kibana"]["role_descriptor"]
            .is_object()
    );
    let made = bench.ask("POST", &format!("{account}/credential/token"), "").await.json();
    assert!(made["token"]["name"].as_str().unwrap().starts_with("token_"));
}

#[tokio::test]
async fn the_node_tells_of_itself() {
    let bench = Bench::new();
    let told = bench.ask("GET", "/", "").await;
    assert!(told.text.starts_with("{\n  \"name\" : \"node\""), "{}", told.text);
    assert_eq!(told.json()["version"]["number"], "9.2.0");
    assert!(told.json()["version"]["portcullis"].is_string());
    let told = bench.ask("GET", "/_cluster/health?wait_for_status=yellow&timeout=1s", "").await.json();
    assert_eq!((&told["status"], &told["timed_out"]), (&json!("green"), &json!(false)));
    let told = bench.ask("GET", "/_cluster/health?wait_for_nodes=%3E%3D2", "").await;
    assert_eq!((told.status, &told.json()["timed_out"]), (StatusCode::REQUEST_TIMEOUT, &json!(true)));
    assert_eq!(
        bench.ask("GET", "/_cluster/health?wait_for_nodes=x", "").await.status,
        StatusCode::BAD_REQUEST
    );
    let told = bench.ask("GET", "/_cluster/health?timeout=soon", "").await;
    assert_eq!(told.status, StatusCode::BAD_REQUEST);
    let told = bench.ask("GET", "/_prometheus/metrics", "").await;
    assert_eq!(told.text, "portcullis_up 1\n");
    let told = bench.ask("GET", "/_security/stats", "").await.json();
    let node = &told["nodes"]["node-id"];
    assert_eq!(node["caches"]["realm/file/default_file"]["entries"], 1);
    assert_eq!(node["files"]["users"]["exists"], true);
    assert_eq!(node["roles"]["dls"]["bit_set_cache"]["count"], 0);
    assert!(node.get("cluster").is_none(), "it is alone");
}

#[tokio::test]
async fn a_table_is_text_unless_a_client_asks_for_values() {
    let bench = Bench::new();
    let told = bench.ask("GET", "/_cat/nodes?v&h=name,id,lag,state,for,left", "").await;
    assert_eq!(told.header("content-type"), Some("text/plain; charset=UTF-8"));
    assert_eq!(told.text, "name id      lag state   for left\nnode node-id   0 trusted 0ms    -\n");
    let told = bench.ask("GET", "/_cat/nodes?format=json&h=state", "").await;
    assert_eq!(told.header("content-type"), Some("application/json"));
    assert_eq!(told.json(), json!([{"state": "trusted"}]));
    assert_eq!(bench.ask("GET", "/_cat/nodes?format=json", "").await.json()[0]["left"], Value::Null);
    let told = bench.ask("GET", "/_cat/nodes?format=yaml&h=name", "").await;
    assert_eq!(told.text, "---\n- name: node\n");
    let told = bench.ask("GET", "/_cat/nodes?format=json&filter_path=name&h=name,id", "").await;
    assert_eq!(told.json(), json!([{"name": "node"}]));
    let accepting = async |accept: &str, target: &str| {
        let sent = request("GET", target, "").header("authorization", basic("admin"));
        bench.send(sent.header("accept", accept).body(full("")).unwrap()).await.text
    };
    assert_eq!(accepting("application/json", "/_cat/nodes?h=name").await, r#"[{"name":"node"}]"#);
    assert_eq!(accepting("application/json", "/_cat/nodes?h=name&format=text").await, "node\n");
    // What the official clients send.
    assert_eq!(accepting("text/plain,application/json", "/_cat/nodes?h=name").await, "node\n");
    let told = bench.ask("GET", "/_cat/nodes?help&format=json", "").await;
    assert_eq!(told.text.lines().count(), 9);
    for wrong in ["s=nothing", "h=nothing", "v=perhaps", "time=weeks", "unknown=1"] {
        let told = bench.ask("GET", &format!("/_cat/nodes?{wrong}"), "").await;
        assert_eq!(
            (told.status, told.json()["error"]["type"].as_str()),
            (StatusCode::BAD_REQUEST, Some("illegal_argument_exception")),
            "{wrong}"
        );
    }
}

#[tokio::test]
async fn an_answer_that_is_kept_is_written_as_each_client_wants_it_and_goes_with_its_credential() {
    let bench = Bench::new();
    let body = json!({"password": PASSWORD, "roles": ["a"]}).to_string();
    bench.ask("PUT", "/_security/user/al", &body).await;
    let asked = |target| bench.ask_as("al", "GET", target, "");
    let plain = asked("/_security/_authenticate").await;
    let again = asked("/_security/_authenticate").await;
    assert_eq!(plain.text, again.text);
    let pretty = asked("/_security/_authenticate?pretty").await;
    assert!(pretty.text.starts_with("{\n  \"username\" : \"al\""), "{}", pretty.text);
    assert_eq!(pretty.json(), plain.json());
    let yaml = asked("/_security/_authenticate?format=yaml").await;
    assert!(yaml.text.starts_with("---\nusername: al\n"), "{}", yaml.text);
    assert_eq!(asked("/_security/_authenticate?filter_path=roles").await.text, r#"{"roles":["a"]}"#);

    bench.ask("PUT", "/_security/user/al", r#"{"roles": ["b"], "full_name": "Al"}"#).await;
    let told = asked("/_security/_authenticate").await.json();
    assert_eq!((&told["roles"], &told["full_name"]), (&json!(["b"]), &json!("Al")));
}
