//! The anonymous user's name: nobody else's, in no realm, whether anonymous access is on or not.

use portcullis_tests::node::{Builder, TestNode};
use portcullis_tests::{lines, secrets};
use serde_json::json;

use super::{ROLES, USERNAME, open};

portcullis_tests::tests![
    it_cannot_be_managed,
    it_is_got_only_while_it_may_come_in,
    who_has_it_in_a_realm_does_not_get_in,
    who_has_it_in_a_realm_cannot_be_acted_as,
    the_default_name_is_free_when_another_is_set,
];

async fn it_cannot_be_managed() {
    for builder in [open(), TestNode::builder()] {
        let node = builder.setting(USERNAME, "guest").start().await;
        let elastic = node.elastic();
        let password = json!({"password": secrets::password()});
        let body = json!({"password": secrets::password(), "roles": []});
        let sentence = "user [guest] is anonymous and cannot be modified via the API";
        let answer = elastic.put("/_security/user/guest").json(&body).await;
        let problem = format!("Validation Failed: 1: {sentence};");
        answer.refused_because(400, "action_request_validation_exception", &problem);
        let answer = elastic.put("/_security/user/guest/_password").json(&password).await;
        answer.refused_because(400, "illegal_argument_exception", sentence);
        let requests = [
            elastic.delete("/_security/user/guest"),
            elastic.put("/_security/user/guest/_disable"),
            elastic.put("/_security/user/guest/_enable"),
        ];
        for request in requests {
            request.await.refused(400, "illegal_argument_exception");
        }
    }
    // Not by itself either, though everybody else may change their own password.
    let node = TestNode::builder().setting(ROLES, "viewer").start().await;
    let body = json!({"password": secrets::password()});
    let answer = node.anonymous().put("/_security/user/_password").json(&body).await;
    answer.refused(403, "security_exception");
}

async fn it_is_got_only_while_it_may_come_in() {
    let shown = json!({
        "username": "guest",
        "roles": ["guests"],
        "full_name": null,
        "email": null,
        "metadata": {"_reserved": true},
        "enabled": true,
    });
    let node = open().setting(USERNAME, "guest").start().await;
    assert_eq!(node.elastic().get("/_security/user/guest").await.ok(), json!({"guest": shown}));
    assert_eq!(node.elastic().get("/_security/user").await.ok()["guest"], shown);
    let node = TestNode::builder().setting(USERNAME, "guest").start().await;
    assert_eq!(node.elastic().get("/_security/user/guest").await.status, 404);
    assert_eq!(node.elastic().get("/_security/user").await.ok().get("guest"), None);
}

/// A node to be whose anonymous user is `guest`, with a native user and a user of a file of that name, each with the
/// password that is given back.
async fn taken() -> (Builder, [String; 2]) {
    let node = TestNode::start().await;
    let elastic = node.password().to_owned();
    let passwords = [secrets::password(), secrets::password()];
    let body = json!({"password": passwords[0], "roles": ["superuser"]});
    node.elastic().put("/_security/user/guest").json(&body).await.ok();
    node.basic("guest", &passwords[0]).whoami().await;
    let builder = TestNode::builder()
        .folders(node.stop().await)
        .password(&elastic)
        .file("users", &lines::user("guest", &passwords[1]))
        .file("users_roles", "superuser:guest\n")
        .setting(USERNAME, "guest");
    (builder, passwords)
}

async fn who_has_it_in_a_realm_does_not_get_in() {
    for roles in ["[]", "guests"] {
        let (builder, passwords) = taken().await;
        let builder = if roles == "guests" { builder.setting(ROLES, roles) } else { builder };
        let node = builder.start().await;
        for password in &passwords {
            let before = node.slow_hashes();
            let answer = node.basic("guest", password).authenticate().await;
            let reason = "unable to authenticate user [guest] for REST request [/_security/_authenticate]";
            answer.refused_because(401, "security_exception", reason);
            assert_eq!(node.slow_hashes() - before, 1, "{roles}: it costs what every other name does");
        }
        let users = node.elastic().get("/_security/user").await.ok();
        let expected = if roles == "guests" { Some(&json!(["guests"])) } else { None };
        assert_eq!(users.get("guest").map(|it| &it["roles"]), expected);
    }
}

async fn who_has_it_in_a_realm_cannot_be_acted_as() {
    let (builder, _) = taken().await;
    let node = builder.setting(ROLES, "guests").start().await;
    let reason = "action [cluster:admin/xpack/security/user/authenticate] is unauthorized for user [elastic] with \
                  effective roles [superuser] (assigned roles [guests] were not found), because user [elastic] is \
                  unauthorized to run as [guest]";
    let answer = node.elastic().run_as("guest").authenticate().await;
    answer.refused_because(403, "security_exception", reason);
}

async fn the_default_name_is_free_when_another_is_set() {
    let node = open().setting(USERNAME, "guest").start().await;
    assert_eq!(node.user("_anonymous", &[]).await.whoami().await["authentication_type"], "realm");
}
