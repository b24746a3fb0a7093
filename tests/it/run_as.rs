//! `es-security-runas-user`: acting as somebody else.

use portcullis_tests::node::TestNode;
use portcullis_tests::{lines, secrets};
use serde_json::json;

portcullis_tests::tests![
    who_may_acts_as_the_other,
    who_may_not_is_told_so_whether_or_not_there_is_such_a_user,
    the_targets_roles_count,
    a_disabled_target_is_refused,
    targets_come_from_the_lookup_cache,
    a_change_of_the_target_counts_from_the_next_request,
    an_api_key_acts_as_another_where_it_may,
    service_accounts_do_not_run_as,
    run_as_can_be_switched_off,
    a_user_of_a_file_can_be_the_target,
    an_ended_right_to_run_as_ends_at_once,
];

const AUTHENTICATE: &str = "cluster:admin/xpack/security/user/authenticate";

/// A user `agent` that may run as names that begin with `a`.
async fn agent(node: &TestNode) -> portcullis_tests::client::Client {
    let role = json!({"run_as": ["a*"], "cluster": ["manage_own_api_key"]});
    node.elastic().put("/_security/role/agents").json(&role).await.ok();
    node.user("agent", &["agents"]).await
}

async fn who_may_acts_as_the_other() {
    let node = TestNode::start().await;
    let agent = agent(&node).await;
    node.user("al", &["viewer"]).await;
    let native = json!({"name": "default_native", "type": "native"});
    let who = agent.run_as("al").whoami().await;
    assert_eq!((&who["username"], &who["roles"]), (&json!("al"), &json!(["viewer"])));
    assert_eq!((&who["authentication_realm"], &who["lookup_realm"]), (&native, &native));
    let who = node.elastic().run_as("al").whoami().await;
    assert_eq!(who["authentication_realm"], json!({"name": "reserved", "type": "reserved"}));
    assert_eq!((&who["lookup_realm"], &who["authentication_type"]), (&native, &json!("realm")));
}

async fn who_may_not_is_told_so_whether_or_not_there_is_such_a_user() {
    let node = TestNode::start().await;
    let agent = agent(&node).await;
    node.user("bo", &[]).await;
    for target in ["bo", "elastic", "nobody", "anobody", ""] {
        let reason = format!(
            "action [{AUTHENTICATE}] is unauthorized for user [agent] with effective roles [agents], because user \
             [agent] is unauthorized to run as [{target}]"
        );
        let answer = agent.run_as(target).authenticate().await;
        answer.refused_because(403, "security_exception", &reason);
    }
    let wrong = node.basic("agent", &secrets::password());
    wrong.run_as("al").authenticate().await.refused(401, "security_exception");
}

async fn the_targets_roles_count() {
    let node = TestNode::start().await;
    let agent = agent(&node).await;
    node.user_who_may("al", &["read_security"]).await;
    agent.get("/_security/user").await.refused(403, "security_exception");
    agent.run_as("al").get("/_security/user").await.ok();
    let reason = "action [cluster:admin/xpack/security/user/delete] is unauthorized for user [agent] run as [al] with \
                  effective roles [al], this action is granted by the cluster privileges [manage_security,all]";
    let answer = agent.run_as("al").delete("/_security/user/x").await;
    answer.refused_because(403, "security_exception", reason);
    // The caller's own roles do not help.
    let answer = node.elastic().run_as("al").delete("/_security/user/x").await;
    answer.refused(403, "security_exception");
}

async fn a_disabled_target_is_refused() {
    let node = TestNode::start().await;
    let agent = agent(&node).await;
    node.user("al", &[]).await;
    agent.run_as("al").whoami().await;
    node.elastic().put("/_security/user/al/_disable").await.ok();
    agent.run_as("al").authenticate().await.refused(401, "security_exception");
    node.elastic().put("/_security/user/al/_enable").await.ok();
    agent.run_as("al").whoami().await;
}

async fn targets_come_from_the_lookup_cache() {
    let node = TestNode::start().await;
    let agent = agent(&node).await;
    node.user("al", &[]).await;
    let cache = || node.cache("realm_lookup/native/default_native");
    agent.run_as("al").whoami().await;
    let before = cache();
    agent.run_as("al").whoami().await;
    assert_eq!((cache().hits, cache().loads), (before.hits + 1, before.loads));
}

async fn a_change_of_the_target_counts_from_the_next_request() {
    let node = TestNode::start().await;
    let (elastic, agent) = (node.elastic(), agent(&node).await);
    node.user("al", &["superuser"]).await;
    let may = async || agent.run_as("al").get("/_security/user").await.status;
    assert_eq!(may().await, 200);
    elastic.put("/_security/user/al").json(&json!({"roles": []})).await.ok();
    assert_eq!(may().await, 403);
    elastic.put("/_security/user/al").json(&json!({"roles": ["superuser"]})).await.ok();
    assert_eq!(may().await, 200);
    elastic.delete("/_security/user/al").await.ok();
    assert_eq!(may().await, 403);
    node.user("al", &["superuser"]).await;
    assert_eq!(may().await, 200);
    // A built-in user is a document of another kind.
    let may = async || elastic.run_as("kibana_system").authenticate().await.status;
    assert_eq!(may().await, 200);
    elastic.put("/_security/user/kibana_system/_disable").await.ok();
    assert_eq!(may().await, 401);
    elastic.put("/_security/user/kibana_system/_enable").await.ok();
    assert_eq!(may().await, 200);
}

async fn an_api_key_acts_as_another_where_it_may() {
    let node = TestNode::start().await;
    let agent = agent(&node).await;
    for name in ["al", "ab"] {
        node.user(name, &[]).await;
    }
    let body = json!({"name": "k", "role_descriptors": {"r": {"run_as": ["al", "bo"]}}});
    let (id, key) = node.key_of(&agent, &body).await;
    assert_eq!(key.run_as("al").whoami().await["username"], "al");
    for target in ["ab", "bo"] {
        let subject = format!("API key id [{id}] of user [agent]");
        let reason = format!(
            "action [{AUTHENTICATE}] is unauthorized for {subject}, because {subject} is unauthorized to run as [{target}]"
        );
        key.run_as(target).authenticate().await.refused_because(403, "security_exception", &reason);
    }
}

async fn service_accounts_do_not_run_as() {
    let node = TestNode::start().await;
    let token = node.token("t").await;
    assert_eq!(token.run_as("elastic").whoami().await["username"], "elastic/fleet-server");
}

async fn run_as_can_be_switched_off() {
    let node = TestNode::builder().setting("xpack.security.authc.run_as.enabled", "false").start().await;
    node.user("al", &[]).await;
    assert_eq!(node.elastic().run_as("al").whoami().await["username"], "elastic");
}

async fn a_user_of_a_file_can_be_the_target() {
    let node = TestNode::builder()
        .file("users", &lines::user("al", &secrets::password()))
        .file("users_roles", "viewer:al\n")
        .start()
        .await;
    let agent = agent(&node).await;
    let who = agent.run_as("al").whoami().await;
    assert_eq!((&who["lookup_realm"]["type"], &who["roles"]), (&json!("file"), &json!(["viewer"])));
    node.write("users_roles", "editor:al\n");
    assert_eq!(agent.run_as("al").whoami().await["roles"], json!(["editor"]));
    node.write("users", "");
    assert_eq!(agent.run_as("al").authenticate().await.status, 403);
}

async fn an_ended_right_to_run_as_ends_at_once() {
    let node = TestNode::start().await;
    let agent = agent(&node).await;
    node.user("al", &[]).await;
    agent.run_as("al").whoami().await;
    node.elastic().put("/_security/role/agents").json(&json!({"run_as": ["b*"]})).await.ok();
    assert_eq!(agent.run_as("al").login().await, 403);
}
