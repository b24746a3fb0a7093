//! What a request says of itself reaches the decision: a privilege over one's own API keys is no more than that.

use serde_json::json;

use super::*;

#[tokio::test]
async fn own_keys_are_enough_for_requests_about_own_keys() {
    let bench = Bench::new();
    bench.ask("PUT", "/_security/role/own", r#"{"cluster":["manage_own_api_key"]}"#).await;
    let user = json!({"password": PASSWORD, "roles": ["own"]}).to_string();
    bench.ask("PUT", "/_security/user/al", &user).await;
    let theirs = bench.ask("POST", "/_security/api_key", r#"{"name":"theirs"}"#).await.json();
    let asked = async |method: &str, target: &str, body: &str| bench.ask_as("al", method, target, body).await;

    let made = asked("POST", "/_security/api_key", r#"{"name":"mine"}"#).await.json();
    let mine = made["id"].as_str().unwrap();
    let told = asked("GET", "/_security/api_key?owner", "").await.json();
    assert_eq!((told["api_keys"].as_array().unwrap().len(), &told["api_keys"][0]["id"]), (1, &json!(mine)));
    let own = "/_security/api_key?username=al&realm_name=default_native";
    assert_eq!(asked("GET", own, "").await.status, StatusCode::OK);
    let all = asked("GET", "/_security/api_key", "").await;
    assert_eq!(all.status, StatusCode::FORBIDDEN);
    assert!(
        all.reason()
            .ends_with("by the cluster privileges [read_security,manage_api_key,manage_security,all]")
    );
    let foreign = "/_security/api_key?username=admin&realm_name=default_file";
    assert_eq!(asked("GET", foreign, "").await.status, StatusCode::FORBIDDEN);
    assert_eq!(asked("PUT", &format!("/_security/api_key/{mine}"), "{}").await.status, StatusCode::OK);

    let id = theirs["id"].as_str().unwrap();
    for foreign in [json!({"ids": [id]}), json!({"username": "admin", "realm_name": "default_file"})] {
        let told = asked("DELETE", "/_security/api_key", &foreign.to_string()).await;
        assert_eq!(told.status, StatusCode::FORBIDDEN, "{foreign}");
    }
    let both = json!({"ids": [id, mine], "owner": true}).to_string();
    let told = asked("DELETE", "/_security/api_key", &both).await.json();
    assert_eq!(told["invalidated_api_keys"], json!([mine]));
}

#[tokio::test]
async fn a_key_may_look_at_itself_but_not_at_what_limits_it() {
    let bench = Bench::new();
    let made = bench
        .ask("POST", "/_security/api_key", r#"{"name":"k","role_descriptors":{"none":{}}}"#)
        .await
        .json();
    let (id, encoded) = (made["id"].as_str().unwrap(), made["encoded"].as_str().unwrap());
    let asked = async |query: &str| {
        let request = request("GET", &format!("/_security/api_key?{query}"), "");
        let request = request.header("authorization", format!("ApiKey {encoded}"));
        bench.send(request.body(full("")).unwrap()).await.status
    };
    assert_eq!(asked(&format!("id={id}")).await, StatusCode::OK);
    assert_eq!(asked(&format!("id={id}&with_limited_by")).await, StatusCode::FORBIDDEN);
    assert_eq!(asked("id=another").await, StatusCode::FORBIDDEN);
}
