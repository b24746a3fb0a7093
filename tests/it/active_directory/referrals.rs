//! A domain refers whoever searches all of it to its other parts: the configuration, the zones of DNS. Their servers have
//! names that only the domain's DNS knows, and nobody's account is there.

use portcullis_tests::node::TestNode;
use portcullis_tests::samba::Samba;
use portcullis_tests::samba::content::{GROUPS, PEOPLE, group};
use serde_json::json;

use super::{map, user};

portcullis_tests::tests![below_the_root_there_is_nothing_to_follow, the_global_catalog_refers_to_nobody];

async fn below_the_root_there_is_nothing_to_follow() {
    let samba = Samba::start().await;
    let node = TestNode::builder()
        .active_directory(&samba)
        .active_directory_setting("follow_referrals", "true")
        .active_directory_setting("user_search.base_dn", PEOPLE)
        .active_directory_setting("group_search.base_dn", GROUPS)
        .start()
        .await;
    gets_in(&node).await;
}

async fn the_global_catalog_refers_to_nobody() {
    let samba = Samba::start().await;
    let node = TestNode::builder()
        .active_directory(&samba)
        .active_directory_setting("follow_referrals", "true")
        .active_directory_setting("url", &samba.global_catalog_url())
        .start()
        .await;
    gets_in(&node).await;
}

async fn gets_in(node: &TestNode) {
    map(node, "outermost", json!({"field": {"groups": group("everyone")}})).await;
    assert_eq!(user(node, "jo").whoami().await["roles"], json!(["outermost"]));
}
