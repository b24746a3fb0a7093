//! Users: put, get, delete, enable, disable, change password, and what becomes of their credentials.

use portcullis_tests::node::TestNode;
use portcullis_tests::secrets;
use serde_json::{Value, json};

portcullis_tests::tests![
    a_user_is_put_got_and_deleted,
    a_changed_password_counts_from_the_next_request,
    everybody_changes_their_own_password,
    a_put_with_a_password_replaces_the_user,
    a_put_without_a_password_keeps_it,
    a_hash_is_taken_as_it_is,
    a_disabled_user_is_out_and_an_enabled_one_in,
    a_deleted_user_is_out,
    what_was_refused_is_accepted_after_it_was_made_good,
    api_keys_outlive_their_user_and_the_answer_says_so,
    names_and_passwords_have_rules,
    reserved_users_have_a_password_and_nothing_else,
    an_unknown_user_is_told_as_such,
    lists_and_all_users,
];

async fn a_user_is_put_got_and_deleted() {
    let node = TestNode::start().await;
    let elastic = node.elastic();
    let password = secrets::password();
    let body = json!({
        "username": "jo", "password": password, "roles": "b,a", "full_name": "Jo", "email": null,
        "metadata": {"a": [1, {"b": null}]}, "enabled": true,
    });
    assert_eq!(elastic.put("/_security/user/jo").json(&body).await.ok(), json!({"created": true}));
    assert_eq!(elastic.post("/_security/user/jo").json(&body).await.ok(), json!({"created": false}));
    let expected = json!({"jo": {
        "username": "jo", "roles": ["b", "a"], "full_name": "Jo", "email": null,
        "metadata": {"a": [1, {"b": null}]}, "enabled": true,
    }});
    assert_eq!(elastic.get("/_security/user/jo").await.ok().to_string(), expected.to_string());
    assert_eq!(elastic.delete("/_security/user/jo").await.ok(), json!({"found": true}));
    let gone = elastic.delete("/_security/user/jo").await;
    assert_eq!((gone.status, gone.json()), (404, json!({"found": false})));
    let gone = elastic.get("/_security/user/jo").await;
    assert_eq!((gone.status, gone.json()), (404, json!({})));
}

async fn a_changed_password_counts_from_the_next_request() {
    let node = TestNode::start().await;
    let old = node.user("jo", &[]).await;
    old.whoami().await;
    for target in ["/_security/user/jo/_password", "/_security/user/jo/_password?refresh=false"] {
        let password = secrets::password();
        let before = node.basic("jo", &password);
        assert_eq!(before.login().await, 401);
        let answer = node.elastic().put(target).json(&json!({"password": password})).await;
        assert_eq!(answer.ok(), json!({}));
        assert_eq!(old.login().await, 401);
        before.whoami().await;
    }
}

async fn everybody_changes_their_own_password() {
    let node = TestNode::start().await;
    let first = node.user("jo", &[]).await;
    let password = secrets::password();
    first.post("/_security/user/_password").json(&json!({"password": password})).await.ok();
    assert_eq!(first.login().await, 401);
    let second = node.basic("jo", &password);
    let password = secrets::password();
    second.put("/_security/user/jo/_password").json(&json!({"password": password})).await.ok();
    assert_eq!(second.login().await, 401);
    let third = node.basic("jo", &password);
    third.whoami().await;
    let body = json!({"password": secrets::password()});
    third.put("/_security/user/elastic/_password").json(&body).await.refused(403, "security_exception");
    node.elastic().whoami().await;
}

async fn a_put_with_a_password_replaces_the_user() {
    let node = TestNode::start().await;
    let elastic = node.elastic();
    let body = json!({
        "password": secrets::password(), "roles": ["r"], "full_name": "Jo", "email": "e", "metadata": {"a": 1},
        "enabled": false,
    });
    elastic.put("/_security/user/jo").json(&body).await.ok();
    let body = json!({"password": secrets::password(), "roles": []});
    elastic.put("/_security/user/jo").json(&body).await.ok();
    let expected = json!({
        "username": "jo", "roles": [], "full_name": null, "email": null, "metadata": {}, "enabled": true,
    });
    assert_eq!(elastic.get("/_security/user/jo").await.ok()["jo"], expected);
}

async fn a_put_without_a_password_keeps_it() {
    let node = TestNode::start().await;
    let jo = node.user("jo", &[]).await;
    jo.whoami().await;
    let body = json!({"roles": ["superuser"], "full_name": "Jo"});
    assert_eq!(node.elastic().put("/_security/user/jo").json(&body).await.ok(), json!({"created": false}));
    let who = jo.whoami().await;
    assert_eq!((&who["roles"], &who["full_name"]), (&json!(["superuser"]), &json!("Jo")));
    let reason = "Validation Failed: 1: password must be specified unless you are updating an existing user;";
    let answer = node.elastic().put("/_security/user/other").json(&json!({"roles": []})).await;
    answer.refused_because(400, "validation_exception", reason);
}

async fn a_hash_is_taken_as_it_is() {
    let node = TestNode::start().await;
    let elastic = node.elastic();
    // The reference's vectors of this password, which is thus no secret.
    let hashes = [
        "$2a$10$abcdefghijklmnopqrstuuUgfjERmbHcKY9pHby3OETY8Ch6wuhOG",
        "{PBKDF2}1000$AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=$f1EX0KL1pR/UQv/nzCp7eQA1caT1pi/a1EXGWiYhyIk=",
        "{PBKDF2_STRETCH}10000$AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=$qOZSEVLWUAK6+12YwRoKSxLLqVFDeirZGOYV66dQIPg=",
    ];
    let jo = node.anonymous().with("Authorization", "Basic am86czNrcml0LXBhc3N3b3Jk");
    for hash in hashes {
        let body = json!({"password_hash": hash, "roles": []});
        elastic.put("/_security/user/jo").json(&body).await.ok();
        assert_eq!(jo.login().await, 200, "{hash}");
        elastic.delete("/_security/user/jo").await.ok();
        assert_eq!(jo.login().await, 401, "{hash}");
    }
    for refused in ["{SSHA256}AAECAwQFBgc=J+GWfTPDI5dnHG3p9fiZjIxNukCGQHABmKtivJV80jM=", "plain text", ""] {
        let body = json!({"password_hash": refused, "roles": []});
        let answer = elastic.put("/_security/user/jo").json(&body).await;
        assert_eq!(answer.envelope()["status"], 400, "{refused}");
    }
    let body = json!({"password": "unused password", "password_hash": hashes[0], "roles": []});
    let reason = "Validation Failed: 1: password_hash has already been set;";
    let answer = elastic.put("/_security/user/jo").json(&body).await;
    answer.refused_because(400, "validation_exception", reason);
}

async fn a_disabled_user_is_out_and_an_enabled_one_in() {
    let node = TestNode::start().await;
    let jo = node.user("jo", &["superuser"]).await;
    jo.whoami().await;
    for method in ["PUT", "POST"] {
        let answer = node.elastic().request(method, "/_security/user/jo/_disable").await;
        assert_eq!(answer.ok(), json!({}));
        assert_eq!(jo.login().await, 401);
        let answer = node.elastic().request(method, "/_security/user/jo/_enable").await;
        assert_eq!(answer.ok(), json!({}));
        assert_eq!(jo.login().await, 200);
    }
    let reason = "users may not update the enabled status of their own account";
    let answer = jo.put("/_security/user/jo/_disable").await;
    answer.refused_because(400, "illegal_argument_exception", reason);
    jo.whoami().await;
}

async fn a_deleted_user_is_out() {
    let node = TestNode::start().await;
    let jo = node.user("jo", &[]).await;
    jo.whoami().await;
    node.elastic().delete("/_security/user/jo").await.ok();
    assert_eq!(jo.login().await, 401);
}

async fn what_was_refused_is_accepted_after_it_was_made_good() {
    let node = TestNode::start().await;
    let elastic = node.elastic();
    let password = secrets::password();
    let jo = node.basic("jo", &password);
    let body = |enabled: bool| json!({"password": password, "roles": [], "enabled": enabled});
    assert_eq!(jo.login().await, 401);
    elastic.put("/_security/user/jo").json(&body(true)).await.ok();
    assert_eq!(jo.login().await, 200, "created");
    elastic.put("/_security/user/jo").json(&body(false)).await.ok();
    assert_eq!(jo.login().await, 401);
    elastic.put("/_security/user/jo/_enable").await.ok();
    assert_eq!(jo.login().await, 200, "enabled");
    elastic.put("/_security/user/jo/_password").json(&json!({"password": secrets::password()})).await.ok();
    assert_eq!(jo.login().await, 401);
    elastic.put("/_security/user/jo/_password").json(&json!({"password": password})).await.ok();
    assert_eq!(jo.login().await, 200, "changed back");
    elastic.delete("/_security/user/jo").await.ok();
    assert_eq!(jo.login().await, 401);
    elastic.put("/_security/user/jo").json(&body(true)).await.ok();
    assert_eq!(jo.login().await, 200, "created again");
}

async fn api_keys_outlive_their_user_and_the_answer_says_so() {
    let node = TestNode::start().await;
    let elastic = node.elastic();
    let jo = node.user_who_may("jo", &["manage_own_api_key"]).await;
    let (_, first) = node.key_of(&jo, &json!({"name": "first"})).await;
    let warning = async |request: portcullis_tests::client::Request| {
        let answer = request.await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer.header("warning").map(str::to_owned)
    };
    let told = warning(elastic.put("/_security/user/jo/_disable")).await.unwrap();
    assert!(told.starts_with("299 ") && told.contains("1 API key of this user is still valid"), "{told}");
    first.whoami().await;
    assert_eq!(warning(elastic.put("/_security/user/jo/_enable")).await, None);
    let (second, _) = node.key_of(&jo, &json!({"name": "second"})).await;
    node.key_of(&jo, &json!({"name": "third"})).await;
    elastic.delete("/_security/api_key").json(&json!({"ids": [second]})).await.ok();
    let told = warning(elastic.delete("/_security/user/jo")).await.unwrap();
    assert!(told.contains("2 API keys of this user are still valid"), "{told}");
    first.whoami().await;
    elastic.delete("/_security/api_key").json(&json!({"username": "jo"})).await.ok();
    assert_eq!(first.login().await, 401);
}

async fn names_and_passwords_have_rules() {
    let node = TestNode::start().await;
    let put = async |name: &str, body: Value| {
        node.elastic().put(&format!("/_security/user/{name}")).json(&body).await
    };
    let body = json!({"password": secrets::password(), "roles": []});
    let rule = |what: &str| {
        format!(
            "{what} names must be at least 1 and no more than 507 characters. They can contain alphanumeric characters \
             (a-z, A-Z, 0-9), spaces, punctuation, and printable symbols in the Basic Latin (ASCII) block. Leading or \
             trailing whitespace is not allowed."
        )
    };
    let longest = "x".repeat(507);
    for bad in ["%20jo", "jo%20", "j%C3%A9", "j%00o", "j%0Ao", "j%7Fo", &format!("{longest}x")] {
        let reason = format!("Validation Failed: 1: {};", rule("User"));
        let answer = put(bad, body.clone()).await;
        answer.refused_because(400, "action_request_validation_exception", &reason);
    }
    for good in ["j%20o", "%7Ejo%21%23", "_jo", "a%2Fb", "a%25", "%2A", &longest] {
        assert_eq!(put(good, body.clone()).await.ok(), json!({"created": true}), "{good}");
        assert_eq!(
            node.elastic().delete(&format!("/_security/user/{good}")).await.ok(),
            json!({"found": true})
        );
    }
    let reason = format!("Validation Failed: 1: {};", rule("Role"));
    let answer = put("jo", json!({"password": secrets::password(), "roles": [" r"]})).await;
    answer.refused_because(400, "action_request_validation_exception", &reason);
    let reason = "Validation Failed: 1: passwords must be at least [6] characters long;";
    for short in ["", "12345"] {
        let answer = put("jo", json!({"password": short, "roles": []})).await;
        answer.refused_because(400, "validation_exception", reason);
    }
    let reason = "Validation Failed: 1: roles are missing;";
    let answer = put("jo", json!({"password": secrets::password()})).await;
    answer.refused_because(400, "action_request_validation_exception", reason);
    let reason = "Validation Failed: 1: metadata keys may not start with [_];";
    let answer =
        put("jo", json!({"password": secrets::password(), "roles": [], "metadata": {"_a": 1}})).await;
    answer.refused_because(400, "action_request_validation_exception", reason);
    let reason = "[username] in source does not match the username provided [jo]";
    let answer = put("jo", json!({"username": "al", "password": secrets::password(), "roles": []})).await;
    answer.refused_because(400, "illegal_argument_exception", reason);
    assert_eq!(node.elastic().get("/_security/user/jo").await.status, 404, "half-written");
}

async fn reserved_users_have_a_password_and_nothing_else() {
    let node = TestNode::start().await;
    let elastic = node.elastic();
    let kibana = |password: &str| node.basic("kibana_system", password);
    let password = secrets::password();
    assert_eq!(kibana(&password).login().await, 401);
    let target = "/_security/user/kibana_system/_password";
    elastic.put(target).json(&json!({"password": password})).await.ok();
    let who = kibana(&password).whoami().await;
    assert_eq!((&who["roles"], &who["metadata"]), (&json!(["kibana_system"]), &json!({"_reserved": true})));
    elastic.put("/_security/user/kibana_system/_disable").await.ok();
    assert_eq!(kibana(&password).login().await, 401);
    elastic.put("/_security/user/kibana_system/_enable").await.ok();
    assert_eq!(kibana(&password).login().await, 200);

    // The old name of the same user still works, and whoever uses it is told so.
    elastic.put("/_security/user/kibana/_password").json(&json!({"password": password})).await.ok();
    let answer = node.basic("kibana", &password).authenticate().await;
    answer.ok();
    let told = answer.header("warning").unwrap_or_default();
    assert!(told.contains("The user [kibana] is deprecated"), "{told}");

    let body = json!({"password": secrets::password(), "roles": []});
    let answer = elastic.put("/_security/user/kibana_system").json(&body).await;
    assert_eq!(answer.status, 400);
    let reason = answer.json()["error"]["reason"].to_string();
    assert!(
        reason.contains("user [kibana_system] is reserved and only the password can be changed"),
        "{reason}"
    );
    let answer = elastic.delete("/_security/user/kibana_system").await;
    assert_eq!(answer.status, 400);
    let reason = answer.json()["error"]["reason"].to_string();
    assert!(reason.contains("user [kibana_system] is reserved and cannot be deleted"), "{reason}");
}

async fn an_unknown_user_is_told_as_such() {
    let node = TestNode::start().await;
    let cases = [
        ("_enable", "only existing users can be enabled"),
        ("_disable", "only existing users can be disabled"),
        ("_password", "user must exist in order to change password"),
    ];
    for (verb, message) in cases {
        let request = node.elastic().put(&format!("/_security/user/nobody/{verb}"));
        let request =
            if verb == "_password" { request.json(&json!({"password": "unused password"})) } else { request };
        let reason = format!("Validation Failed: 1: {message};");
        request.await.refused_because(400, "validation_exception", &reason);
    }
}

async fn lists_and_all_users() {
    let node = TestNode::start().await;
    for name in ["b", "a"] {
        node.user(name, &[]).await;
    }
    let names = async |target: &str| {
        let users = node.elastic().get(target).await.ok();
        users.as_object().unwrap().keys().cloned().collect::<Vec<_>>()
    };
    assert_eq!(names("/_security/user/a,nobody,b").await, ["a", "b"]);
    assert_eq!(names("/_security/user/a%2Cb").await, ["a", "b"]);
    assert_eq!(names("/_security/user/elastic").await, ["elastic"]);
    let all = names("/_security/user?with_profile_uid=true").await;
    for name in ["a", "b", "elastic", "kibana", "kibana_system", "logstash_system", "remote_monitoring_user"]
    {
        assert!(all.iter().any(|it| it == name), "{name} is missing in {all:?}");
    }
}
