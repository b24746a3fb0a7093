//! Who may do what: each row of the route table is walked without credentials, without the privilege, and with every
//! privilege.

use portcullis_model::authentication::Authentication;
use portcullis_model::decision::{RoleNames, denial};
use portcullis_model::subject::{RealmRef, User};
use portcullis_tests::node::TestNode;
use serde_json::json;

use crate::samples;

portcullis_tests::tests![
    nobody_gets_in_without_credentials,
    nobody_gets_through_without_the_privilege,
    the_superuser_gets_through_everywhere,
    authenticate_is_refused_only_under_run_as,
    an_api_key_may_not_change_its_owners_password,
    manage_api_key_does_not_clear_caches,
    manage_service_account_does_not_clear_caches,
    manage_security_and_all_clear_caches,
    a_role_counts_from_the_next_request,
    roles_that_do_not_exist_are_named,
    an_api_key_may_what_both_it_and_its_owner_may,
];

async fn nobody_gets_in_without_credentials() {
    let node = TestNode::start().await;
    for (route, method, _) in samples::guarded() {
        let answer = samples::request(route, method, &node.anonymous(), "k", "unused password").await;
        assert_eq!(answer.status, 401, "{method} {}", route.path);
        assert_eq!(answer.headers("www-authenticate").len(), 2, "{method} {}", route.path);
        assert_eq!(answer.header("x-elastic-product"), None, "{method} {}", route.path);
        if method != "HEAD" {
            answer.refused(401, "security_exception");
        }
    }
}

async fn nobody_gets_through_without_the_privilege() {
    let node = TestNode::start().await;
    let powerless = node.user("powerless", &[]).await;
    let user = User::new("powerless", [""; 0]);
    let authentication = Authentication::realm(user, RealmRef::new("default_native", "native"));
    let before = node.security().stats().revision;
    for (route, method, action) in samples::guarded() {
        let facts = samples::facts(route, method, "powerless", "k");
        // Everybody may ask who they are, and change the password that is their own.
        if ["/_security/_authenticate", "/_security/user/_password"].contains(&route.path) {
            continue;
        }
        let answer = samples::request(route, method, &powerless, "k", "unused password").await;
        assert_eq!(answer.status, 403, "{method} {}: {}", route.path, answer.text());
        assert_eq!(answer.header("x-elastic-product"), None);
        assert_eq!(answer.header("www-authenticate"), None);
        if method != "HEAD" {
            let roles = RoleNames::Resolved { effective: &[], missing: &[] };
            let sentence = denial(&authentication, roles, action, &facts);
            answer.refused_because(403, "security_exception", &sentence);
        }
    }
    assert_eq!(node.security().stats().revision, before, "a refused request has written");
}

async fn the_superuser_gets_through_everywhere() {
    let node = TestNode::start().await;
    for (route, method) in samples::all() {
        let key = samples::prepare(&node, route, method).await;
        let answer = samples::request(route, method, &node.elastic(), &key, node.password()).await;
        assert_eq!(answer.status, 200, "{method} {}: {}", route.path, answer.text());
        assert_eq!(answer.header("x-elastic-product"), Some("Elasticsearch"), "{method} {}", route.path);
    }
}

async fn authenticate_is_refused_only_under_run_as() {
    let node = TestNode::start().await;
    let jo = node.user("jo", &[]).await;
    jo.whoami().await;
    let reason = "action [cluster:admin/xpack/security/user/authenticate] is unauthorized for user [jo] with effective \
                  roles [], because user [jo] is unauthorized to run as [elastic]";
    jo.run_as("elastic").authenticate().await.refused_because(403, "security_exception", reason);
}

async fn an_api_key_may_not_change_its_owners_password() {
    let node = TestNode::start().await;
    let keeper = node.user_who_may("keeper", &["manage_own_api_key"]).await;
    let (id, key) = node.key_of(&keeper, &json!({"name": "k"})).await;
    let reason = format!(
        "action [cluster:admin/xpack/security/user/change_password] is unauthorized for API key id [{id}] of user \
         [keeper], this action is granted by the cluster privileges [manage_security,all]"
    );
    for method in ["PUT", "POST"] {
        let body = json!({"password": "unused password"});
        let answer = key.request(method, "/_security/user/_password").json(&body).await;
        answer.refused_because(403, "security_exception", &reason);
    }
    keeper.whoami().await;
}

const CLEARS: [(&str, &str); 5] = [
    ("/_security/realm/default_native/_clear_cache", "realm/cache/clear"),
    ("/_security/role/r/_clear_cache", "roles/cache/clear"),
    ("/_security/privilege/app/_clear_cache", "cache/clear"),
    ("/_security/api_key/k/_clear_cache", "cache/clear"),
    ("/_security/service/elastic/fleet-server/credential/token/t/_clear_cache", "cache/clear"),
];

async fn may_not_clear(privilege: &str) {
    let node = TestNode::start().await;
    let caller = node.user_who_may("caller", &[privilege]).await;
    for (target, action) in CLEARS {
        let reason = format!(
            "action [cluster:admin/xpack/security/{action}] is unauthorized for user [caller] with effective roles \
             [caller], this action is granted by the cluster privileges [manage_security,all]"
        );
        caller.post(target).await.refused_because(403, "security_exception", &reason);
    }
}

async fn manage_api_key_does_not_clear_caches() {
    may_not_clear("manage_api_key").await;
}

async fn manage_service_account_does_not_clear_caches() {
    may_not_clear("manage_service_account").await;
}

async fn manage_security_and_all_clear_caches() {
    let node = TestNode::start().await;
    for privilege in ["manage_security", "all"] {
        let caller = node.user_who_may(privilege, &[privilege]).await;
        for (target, _) in CLEARS {
            assert_eq!(caller.post(target).await.ok()["_nodes"]["successful"], 1, "{privilege} {target}");
        }
    }
}

async fn a_role_counts_from_the_next_request() {
    let node = TestNode::start().await;
    let (elastic, jo) = (node.elastic(), node.user("jo", &["r"]).await);
    let may = async || jo.get("/_security/role").await.status;
    assert_eq!(may().await, 403);
    elastic.put("/_security/role/r").json(&json!({"cluster": ["read_security"]})).await.ok();
    assert_eq!(may().await, 200);
    elastic.put("/_security/role/r").json(&json!({"cluster": ["monitor"]})).await.ok();
    assert_eq!(may().await, 403);
    elastic.put("/_security/role/r").json(&json!({"cluster": ["read_security"]})).await.ok();
    assert_eq!(may().await, 200);
    elastic.delete("/_security/role/r").await.ok();
    assert_eq!(may().await, 403);
    elastic.put("/_security/user/jo").json(&json!({"roles": ["superuser"]})).await.ok();
    assert_eq!(may().await, 200);
}

async fn roles_that_do_not_exist_are_named() {
    let node = TestNode::start().await;
    let jo = node.user("jo", &["viewer", "zz", "yy"]).await;
    let reason = "action [cluster:admin/xpack/security/user/get] is unauthorized for user [jo] with effective roles \
                  [viewer] (assigned roles [yy,zz] were not found), this action is granted by the cluster privileges \
                  [read_security,manage_security,all]";
    jo.get("/_security/user").await.refused_because(403, "security_exception", reason);
}

async fn an_api_key_may_what_both_it_and_its_owner_may() {
    let node = TestNode::start().await;
    let owner = node.user_who_may("owner", &["manage_own_api_key", "read_security"]).await;
    let descriptors =
        |privileges: &[&str]| json!({"name": "k", "role_descriptors": {"r": {"cluster": privileges}}});
    let cases = [
        (descriptors(&["read_security"]), 200, 403),
        (descriptors(&["monitor"]), 403, 403),
        (descriptors(&["all"]), 200, 403),
        (json!({"name": "k"}), 200, 403),
    ];
    for (body, read, write) in cases {
        let (_, key) = node.key_of(&owner, &body).await;
        assert_eq!(key.get("/_security/user").await.status, read, "{body}");
        assert_eq!(key.delete("/_security/user/nobody").await.status, write, "{body}");
    }
}
