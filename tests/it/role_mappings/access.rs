//! Who may look at role mappings and who may change them.

use portcullis_tests::node::TestNode;
use serde_json::json;

use super::gives;

portcullis_tests::tests![each_privilege_allows_what_it_says];

async fn each_privilege_allows_what_it_says() {
    let node = TestNode::start().await;
    let target = "/_security/role_mapping/m";
    let body = gives(&["r"], json!({"any": []}));
    for (privilege, may_read, may_write) in [
        ("all", true, true),
        ("manage_security", true, true),
        ("read_security", true, false),
        ("manage_api_key", false, false),
        ("manage_own_api_key", false, false),
        ("manage", false, false),
        ("monitor", false, false),
    ] {
        node.elastic().put(target).json(&body).await.ok();
        let user = node.user_who_may(&privilege.replace('_', "-"), &[privilege]).await;
        let expected = |may| if may { 200 } else { 403 };
        assert_eq!(user.get(target).await.status, expected(may_read), "{privilege} gets");
        assert_eq!(user.get("/_security/role_mapping").await.status, expected(may_read), "{privilege} lists");
        assert_eq!(user.put(target).json(&body).await.status, expected(may_write), "{privilege} puts");
        assert_eq!(user.delete(target).await.status, expected(may_write), "{privilege} deletes");
    }
    let reader = node.user_who_may("reader", &["read_security"]).await;
    let reason = "action [cluster:admin/xpack/security/role_mapping/put] is unauthorized for user [reader] with \
                  effective roles [reader], this action is granted by the cluster privileges [manage_security,all]";
    let answer = reader.put(target).json(&body).await;
    answer.refused_because(403, "security_exception", reason);
}
