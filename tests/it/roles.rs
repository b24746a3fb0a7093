//! Roles: put, get, delete, with every field of a descriptor, and what is refused.

use portcullis_tests::node::TestNode;
use serde_json::{Value, json};

portcullis_tests::tests![
    a_role_is_put_got_and_deleted,
    every_field_is_given_back,
    reserved_roles_are_there_and_stay,
    bad_descriptors_are_refused,
    lists_and_unknown_roles,
];

async fn a_role_is_put_got_and_deleted() {
    let node = TestNode::start().await;
    let elastic = node.elastic();
    let put = async |method: &str| elastic.request(method, "/_security/role/r").json(&json!({})).await.ok();
    assert_eq!(put("POST").await, json!({"role": {"created": true}}));
    assert_eq!(put("PUT").await, json!({"role": {"created": false}}));
    let expected = json!({"r": {
        "cluster": [], "indices": [], "applications": [], "run_as": [], "metadata": {},
        "transient_metadata": {"enabled": true},
    }});
    assert_eq!(elastic.get("/_security/role/r").await.ok().to_string(), expected.to_string());
    assert_eq!(elastic.delete("/_security/role/r").await.ok(), json!({"found": true}));
    let gone = elastic.delete("/_security/role/r").await;
    assert_eq!((gone.status, gone.json()), (404, json!({"found": false})));
    let gone = elastic.get("/_security/role/r").await;
    assert_eq!((gone.status, gone.json()), (404, json!({})));
}

async fn every_field_is_given_back() {
    let node = TestNode::start().await;
    let body = json!({
        "cluster": ["Monitor", "cluster:admin/x"],
        "index": [
            {"names": "logs-*", "privileges": ["read"]},
            {
                "names": ["a", "/b.*/"], "privileges": ["read", "indices:data/read/x"],
                "field_security": {"grant": ["a*", "b"], "except": ["ab"]},
                "query": {"term": {"x": 1}}, "allow_restricted_indices": true,
            },
        ],
        "applications": [{"application": "app", "privileges": ["read"], "resources": ["*"]}],
        "run_as": ["jo", "a*"],
        "metadata": {"v": [1]},
        "transient_metadata": {"enabled": false},
        "global": {"application": {"manage": {"applications": ["kibana-*"]}}},
        "remote_indices": [{"clusters": "c*", "names": ["x"], "privileges": ["read"]}],
        "remote_cluster": [{"privileges": ["monitor_enrich"], "clusters": ["c"]}],
        "description": "what it is for",
    });
    let expected = json!({
        "cluster": ["Monitor", "cluster:admin/x"],
        "indices": [
            {"names": ["logs-*"], "privileges": ["read"], "allow_restricted_indices": false},
            {
                "names": ["a", "/b.*/"], "privileges": ["read", "indices:data/read/x"],
                "field_security": {"grant": ["a*", "b"], "except": ["ab"]},
                "query": "{\"term\":{\"x\":1}}", "allow_restricted_indices": true,
            },
        ],
        "applications": [{"application": "app", "privileges": ["read"], "resources": ["*"]}],
        "run_as": ["jo", "a*"],
        "metadata": {"v": [1]},
        "transient_metadata": {"enabled": true},
        "global": {"application": {"manage": {"applications": ["kibana-*"]}}},
        "remote_indices": [
            {"clusters": ["c*"], "names": ["x"], "privileges": ["read"], "allow_restricted_indices": false},
        ],
        "remote_cluster": [{"privileges": ["monitor_enrich"], "clusters": ["c"]}],
        "description": "what it is for",
    });
    node.elastic().put("/_security/role/r").json(&body).await.ok();
    assert_eq!(node.elastic().get("/_security/role/r").await.ok()["r"], expected);
    // What was given back can be put again.
    node.elastic().put("/_security/role/s").json(&expected).await.ok();
    assert_eq!(node.elastic().get("/_security/role/s").await.ok()["s"], expected);
}

async fn reserved_roles_are_there_and_stay() {
    let node = TestNode::start().await;
    let elastic = node.elastic();
    let superuser = elastic.get("/_security/role/superuser").await.ok()["superuser"].clone();
    assert_eq!(superuser["cluster"], json!(["all"]));
    assert_eq!(superuser["metadata"], json!({"_reserved": true}));
    let answer = elastic.put("/_security/role/superuser").json(&json!({})).await;
    let reason = "Validation Failed: 1: Role [superuser] is reserved and may not be used.;";
    answer.refused_because(400, "action_request_validation_exception", reason);
    let answer = elastic.delete("/_security/role/superuser").await;
    let reason = "role [superuser] is reserved and cannot be deleted";
    answer.refused_because(400, "illegal_argument_exception", reason);
    assert_eq!(elastic.get("/_security/role/superuser").await.ok()["superuser"], superuser);
}

async fn bad_descriptors_are_refused() {
    let node = TestNode::start().await;
    let index = |fields: Value| json!({"indices": [fields]});
    let indices = "failed to parse indices privileges for role [r]. ";
    let cases = [
        (json!({"clusters": []}), "failed to parse role [r]. unexpected field [clusters]".to_owned()),
        (json!({"restriction": {}}), "failed to parse role [r]. unexpected field [restriction]".to_owned()),
        (
            json!({"metadata": 1}),
            "expected field [metadata] to be of type object, but found [VALUE_NUMBER] instead".to_owned(),
        ),
        (index(json!({"privileges": ["read"]})), format!("{indices}missing required [names] field")),
        (index(json!({"names": ["a"]})), format!("{indices}missing required [privileges] field")),
        (
            index(json!({"names": [], "privileges": ["read"]})),
            format!("{indices}[names] cannot be an empty array"),
        ),
        (
            json!({"remote_indices": [{"names": ["a"], "privileges": ["read"]}]}),
            "failed to parse remote indices privileges for role [r]. missing required [clusters] field"
                .to_owned(),
        ),
    ];
    for (body, reason) in cases {
        let answer = node.elastic().put("/_security/role/r").json(&body).await;
        answer.refused_because(400, "parse_exception", &reason);
    }
    let invalid = [
        (
            json!({"cluster": ["nonsense"]}),
            "unknown cluster privilege [nonsense]. a privilege must be either one of",
        ),
        (index(json!({"names": ["a"], "privileges": ["nonsense"]})), "unknown index privilege [nonsense]."),
        (json!({"metadata": {"_a": 1}}), "role descriptor metadata keys may not start with [_]"),
        (json!({"description": "x".repeat(1001)}), "Role description must be less than 1000 characters."),
    ];
    for (body, reason) in invalid {
        let answer = node.elastic().put("/_security/role/r").json(&body).await;
        let error = answer.refused(400, "action_request_validation_exception");
        let told = error["reason"].as_str().unwrap();
        assert!(told.starts_with(&format!("Validation Failed: 1: {reason}")), "{told}");
    }
    assert_eq!(node.elastic().get("/_security/role/r").await.status, 404, "half-written");
}

async fn lists_and_unknown_roles() {
    let node = TestNode::start().await;
    for name in ["b", "a"] {
        node.elastic().put(&format!("/_security/role/{name}")).json(&json!({})).await.ok();
    }
    let names = async |target: &str| {
        let roles = node.elastic().get(target).await.ok();
        roles.as_object().unwrap().keys().cloned().collect::<Vec<_>>()
    };
    assert_eq!(names("/_security/role/a,nobody,b").await, ["a", "b"]);
    assert_eq!(names("/_security/role/superuser%2Ca").await.len(), 2);
    let all = names("/_security/role").await;
    for name in ["a", "b", "superuser", "kibana_system", "viewer", "editor"] {
        assert!(all.iter().any(|it| it == name), "{name} is missing in {all:?}");
    }
}
