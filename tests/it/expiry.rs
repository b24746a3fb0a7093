//! What ends by itself: entries of caches, API keys, and what is kept of dead ones. The clock is the test's.

use portcullis_model::lifetime::Clock;
use portcullis_tests::clock::{BEGINNING, DAY, HOUR, MINUTE, SECOND};
use portcullis_tests::node::TestNode;
use portcullis_tests::secrets;
use serde_json::{Value, json};

portcullis_tests::tests![
    a_cached_user_is_verified_again_after_its_time,
    reads_do_not_prolong_a_users_time,
    reads_prolong_an_api_keys_time,
    a_ttl_of_zero_switches_a_cache_off,
    a_key_ends_at_its_expiration_cached_or_not,
    whole_seconds_count,
    an_extended_key_is_accepted_by_the_next_request,
    a_refusal_is_remembered_for_a_minute,
    dead_keys_are_removed_after_the_retention_time,
    the_wall_clock_does_not_age_caches,
];

/// How many slow hashes a successful request of `client` costs.
async fn cost(node: &TestNode, client: &portcullis_tests::client::Client) -> u64 {
    let before = node.slow_hashes();
    client.whoami().await;
    node.slow_hashes() - before
}

async fn a_cached_user_is_verified_again_after_its_time() {
    let node = TestNode::builder()
        .setting("xpack.security.authc.realms.native.n.order", "1")
        .setting("xpack.security.authc.realms.native.n.cache.ttl", "5m")
        .start()
        .await;
    let jo = node.user("jo", &[]).await;
    assert_eq!(cost(&node, &jo).await, 1);
    node.clock.advance(5 * MINUTE - 1);
    assert_eq!(cost(&node, &jo).await, 0);
    node.clock.advance(1);
    assert_eq!(cost(&node, &jo).await, 1);
}

async fn reads_do_not_prolong_a_users_time() {
    let node = TestNode::start().await;
    let jo = node.user("jo", &[]).await;
    assert_eq!(cost(&node, &jo).await, 1);
    node.clock.advance(15 * MINUTE);
    assert_eq!(cost(&node, &jo).await, 0);
    node.clock.advance(6 * MINUTE);
    assert_eq!(cost(&node, &jo).await, 1, "twenty minutes after it was written");
    let token = node.token("t").await;
    assert_eq!(cost(&node, &token).await, 1);
    node.clock.advance(15 * MINUTE);
    assert_eq!(cost(&node, &token).await, 0);
    node.clock.advance(6 * MINUTE);
    assert_eq!(cost(&node, &token).await, 1);
}

async fn reads_prolong_an_api_keys_time() {
    let node = TestNode::start().await;
    let (_, key) = node.key_of(&node.elastic(), &json!({"name": "k"})).await;
    let loads = async || {
        let before = node.cache("api_key").loads;
        key.whoami().await;
        node.cache("api_key").loads - before
    };
    assert_eq!(loads().await, 1);
    for _ in 0..3 {
        node.clock.advance(23 * HOUR);
        assert_eq!(loads().await, 0);
    }
    node.clock.advance(24 * HOUR);
    assert_eq!(loads().await, 1);
}

async fn a_ttl_of_zero_switches_a_cache_off() {
    for off in ["0", "-1"] {
        let node = TestNode::builder()
            .setting("xpack.security.authc.realms.native.n.order", "1")
            .setting("xpack.security.authc.realms.native.n.cache.ttl", off)
            .setting("xpack.security.authc.service_token.cache.ttl", off)
            .setting("xpack.security.authc.api_key.cache.ttl", off)
            .setting("xpack.security.authc.api_key.hashing.algorithm", "pbkdf2_1000")
            .start()
            .await;
        let clients = [
            node.user("jo", &[]).await,
            node.token("t").await,
            node.key_of(&node.elastic(), &json!({"name": "k"})).await.1,
        ];
        for client in &clients {
            for _ in 0..3 {
                assert_eq!(cost(&node, client).await, 1, "{off}");
            }
        }
    }
}

const EXPIRED: &str = "API key: api key is expired";

async fn a_key_ends_at_its_expiration_cached_or_not() {
    let node = TestNode::start().await;
    let body = json!({"name": "k", "expiration": "1h"});
    let (_, used) = node.key_of(&node.elastic(), &body).await;
    let (_, unused) = node.key_of(&node.elastic(), &body).await;
    used.whoami().await;
    node.clock.advance(HOUR - 1);
    used.whoami().await;
    node.clock.advance(1);
    for key in [used, unused] {
        let error = key.authenticate().await.refused(401, "security_exception");
        assert_eq!(error["additional_unsuccessful_credentials"], EXPIRED);
    }
}

async fn whole_seconds_count() {
    let node = TestNode::start().await;
    let made = async |expiration: &str| {
        let body = json!({"name": "k", "expiration": expiration});
        node.elastic().post("/_security/api_key").json(&body).await.ok()["expiration"].as_i64().unwrap()
    };
    assert_eq!(made("1500ms").await, BEGINNING + 1000);
    assert_eq!(made("500ms").await, BEGINNING);
    assert_eq!(made("2d").await, BEGINNING + 2 * i64::try_from(DAY).unwrap());
    assert_eq!(made("3s").await, BEGINNING + 3 * i64::try_from(SECOND).unwrap());
}

async fn an_extended_key_is_accepted_by_the_next_request() {
    let node = TestNode::start().await;
    let (id, key) = node.key_of(&node.elastic(), &json!({"name": "k", "expiration": "1h"})).await;
    key.whoami().await;
    node.clock.advance(HOUR - SECOND);
    let body = json!({"expiration": "2h"});
    node.elastic().put(&format!("/_security/api_key/{id}")).json(&body).await.ok();
    node.clock.advance(HOUR);
    key.whoami().await;
    node.clock.advance(HOUR);
    assert_eq!(key.login().await, 401);
}

async fn a_refusal_is_remembered_for_a_minute() {
    let node = TestNode::start().await;
    node.user("jo", &[]).await;
    for client in [node.basic("jo", &secrets::password()), node.basic("nobody", &secrets::password())] {
        let cost = async || {
            let before = node.slow_hashes();
            assert_eq!(client.login().await, 401);
            node.slow_hashes() - before
        };
        assert_eq!(cost().await, 1);
        node.clock.advance(MINUTE - 1);
        assert_eq!(cost().await, 0);
        node.clock.advance(1);
        assert_eq!(cost().await, 1);
    }
}

async fn dead_keys_are_removed_after_the_retention_time() {
    let node = TestNode::builder()
        .setting("xpack.security.authc.api_key.delete.retention_period", "2d")
        .start()
        .await;
    let elastic = node.elastic();
    let (invalidated, key) = node.key_of(&elastic, &json!({"name": "invalidated"})).await;
    node.key_of(&elastic, &json!({"name": "expired", "expiration": "1h"})).await;
    node.key_of(&elastic, &json!({"name": "alive", "expiration": "30d"})).await;
    elastic.delete("/_security/api_key").json(&json!({"ids": [invalidated]})).await.ok();
    let left = async || {
        node.security().api_keys().remove_dead(node.clock.wall()).await.unwrap();
        let got = elastic.get("/_security/api_key").await.ok();
        let names =
            got["api_keys"].as_array().unwrap().iter().map(|key| key["name"].as_str().unwrap().to_owned());
        let mut names: Vec<String> = names.collect();
        names.sort();
        names
    };
    node.clock.advance(2 * DAY - 1);
    assert_eq!(left().await, ["alive", "expired", "invalidated"]);
    node.clock.advance(1);
    assert_eq!(left().await, ["alive", "expired"]);
    let error = key.authenticate().await.refused(401, "security_exception");
    let detail: &Value = &error["additional_unsuccessful_credentials"];
    assert_eq!(*detail, format!("API key: unable to find apikey with id {invalidated}"));
    node.clock.advance(HOUR);
    assert_eq!(left().await, ["alive"]);
}

async fn the_wall_clock_does_not_age_caches() {
    let node = TestNode::start().await;
    let jo = node.user("jo", &[]).await;
    let (_, key) = node.key_of(&node.elastic(), &json!({"name": "k", "expiration": "1h"})).await;
    assert_eq!(cost(&node, &jo).await, 1);
    key.whoami().await;
    node.clock.adjust_wall(2 * i64::try_from(HOUR).unwrap());
    assert_eq!(cost(&node, &jo).await, 0);
    assert_eq!(key.login().await, 401);
    node.clock.adjust_wall(-2 * i64::try_from(HOUR).unwrap());
    assert_eq!(key.login().await, 200);
}
