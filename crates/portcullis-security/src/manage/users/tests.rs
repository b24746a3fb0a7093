use portcullis_store::{Batch, Condition, DocumentKey, Expected};
use serde_json::{Map, Value, json};

use super::{Deleted, Disabled, Enablement, NewPassword, PutUser, Users};
use crate::documents;
use crate::error::Kind;
use crate::manage::MAX_ATTEMPTS;
use crate::manage::api_keys::{ApiKeys, CreateApiKey};
use crate::manage::tests::{Service, elastic, fits, refused, resting_on, secret, touch, user};
use crate::settings::Switch;

fn put(username: &str) -> PutUser {
    PutUser {
        username: username.to_owned(),
        password: Some(secret("s3krit-password")),
        password_hash: None,
        roles: Some(vec!["viewer".to_owned()]),
        full_name: Some("Jo".to_owned()),
        email: None,
        metadata: None,
        enabled: true,
    }
}

fn without_password(username: &str) -> PutUser {
    PutUser { password: None, ..put(username) }
}

fn jo() -> DocumentKey {
    documents::user::key("jo")
}

#[tokio::test]
async fn a_put_user_is_stored_in_elasticsearchs_fields() {
    let service = Service::start();
    let users = Users::new(&service.core);
    assert!(users.put(&elastic(), put("jo")).await.unwrap());
    let stored = service.json(&jo()).unwrap();
    assert!(fits(&stored["password"], "s3krit-password"));
    let fields: Vec<&String> = stored.as_object().unwrap().keys().collect();
    assert_eq!(
        fields,
        ["username", "password", "roles", "full_name", "email", "metadata", "enabled", "type"]
    );
    assert_eq!(stored["type"], "user");
    assert_eq!(stored["email"], Value::Null);
    assert_eq!(jo().to_string(), "user-jo");
}

#[tokio::test]
async fn a_put_with_a_password_replaces_and_one_without_keeps_the_password() {
    let service = Service::start();
    let users = Users::new(&service.core);
    let metadata = Map::from_iter([("team".to_owned(), json!(1))]);
    users.put(&elastic(), PutUser { metadata: Some(metadata), ..put("jo") }).await.unwrap();

    let change = PutUser { full_name: None, enabled: false, ..without_password("jo") };
    assert!(!users.put(&elastic(), change).await.unwrap());
    let stored = service.json(&jo()).unwrap();
    assert!(fits(&stored["password"], "s3krit-password"));
    assert_eq!(
        (&stored["full_name"], &stored["metadata"], &stored["enabled"]),
        (&Value::Null, &json!({}), &json!(false))
    );

    let other = PutUser { password: Some(secret("another")), ..put("jo") };
    assert!(!users.put(&elastic(), other).await.unwrap());
    assert!(fits(&service.json(&jo()).unwrap()["password"], "another"));
}

#[tokio::test]
async fn a_put_is_refused_in_the_order_of_the_rules() {
    let service = Service::start_with(|_| {}, &[]);
    let users = Users::new(&service.core);
    let hash = Some("{SSHA256}AAECAwQFBgc=J+GWfTPDI5dnHG3p9fiZjIxNukCGQHABmKtivJV80jM=".to_owned());
    let metadata = Some(Map::from_iter([("_x".to_owned(), json!(1))]));
    let long = "x".repeat(508);
    let name_rule = |noun: &str| {
        format!(
            "{noun} names must be at least 1 and no more than 507 characters. They can contain alphanumeric characters \
             (a-z, A-Z, 0-9), spaces, punctuation, and printable symbols in the Basic Latin (ASCII) block. Leading or \
             trailing whitespace is not allowed."
        )
    };
    let cases = [
        (
            PutUser { password_hash: hash.clone(), ..put("elastic") },
            Kind::Validation,
            "Validation Failed: 1: password_hash has already been set;".to_owned(),
        ),
        (
            PutUser { password: Some(secret("12345")), roles: None, ..put("elastic") },
            Kind::Validation,
            "Validation Failed: 1: passwords must be at least [6] characters long;".to_owned(),
        ),
        (
            PutUser { roles: None, metadata: metadata.clone(), ..put("elastic") },
            Kind::RequestValidation,
            "Validation Failed: 1: roles are missing;2: metadata keys may not start with [_];".to_owned(),
        ),
        (
            put("elastic"),
            Kind::RequestValidation,
            "Validation Failed: 1: user [elastic] is reserved and only the password can be changed;"
                .to_owned(),
        ),
        (
            put("_anonymous"),
            Kind::RequestValidation,
            "Validation Failed: 1: user [_anonymous] is anonymous and cannot be modified via the API;"
                .to_owned(),
        ),
        (
            put("_xpack"),
            Kind::RequestValidation,
            "Validation Failed: 1: user [_xpack] is internal;".to_owned(),
        ),
        (
            PutUser { roles: Some(vec![" r".to_owned()]), ..put(&long) },
            Kind::RequestValidation,
            format!("Validation Failed: 1: {};2: {};", name_rule("User"), name_rule("Role")),
        ),
        (
            without_password("jo"),
            Kind::Validation,
            "Validation Failed: 1: password must be specified unless you are updating an existing user;"
                .to_owned(),
        ),
    ];
    for (request, kind, reason) in cases {
        assert_eq!(refused(users.put(&elastic(), request).await), (kind, reason));
    }
    let (kind, reason) =
        refused(users.put(&elastic(), PutUser { password_hash: hash, ..without_password("jo") }).await);
    assert_eq!(kind, Kind::IllegalArgument);
    assert!(
        reason.starts_with("The provided password hash is not a hash or it could not be resolved"),
        "{reason}"
    );
    let bad = PutUser { password_hash: Some("{PBKDF2}x$y$z".to_owned()), ..without_password("jo") };
    let (_, reason) = refused(users.put(&elastic(), bad).await);
    assert_eq!(reason, "The number of iterations could not be determined from the provided PBKDF2 hash.");
    assert_eq!(service.commits(), 0);
}

#[tokio::test]
async fn a_hash_is_stored_as_it_came_whatever_is_configured() {
    let service = Service::start();
    let hash = "{PBKDF2}1000$AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=$f1EX0KL1pR/UQv/nzCp7eQA1caT1pi/a1EXGWiYhyIk=";
    let request = PutUser { password_hash: Some(hash.to_owned()), ..without_password("jo") };
    Users::new(&service.core).put(&elastic(), request).await.unwrap();
    assert_eq!(service.json(&jo()).unwrap()["password"], hash);
}

#[tokio::test]
async fn a_document_too_large_to_be_changed_later_is_refused() {
    let service = Service::start();
    let metadata = Map::from_iter([("x".to_owned(), json!("y".repeat(512 * 1024 - 300)))]);
    let request = PutUser { metadata: Some(metadata), ..put("jo") };
    let (kind, reason) = refused(Users::new(&service.core).put(&elastic(), request).await);
    assert_eq!(kind, Kind::IllegalArgument);
    assert!(reason.starts_with("document [user-jo] has ["), "{reason}");
}

#[tokio::test]
async fn a_change_is_worked_out_anew_when_somebody_else_was_faster() {
    let service = Service::start();
    let users = Users::new(&service.core);
    users.put(&elastic(), put("jo")).await.unwrap();
    // Somebody disables the user while its password is being changed: both hold afterwards.
    let mut disabled = service.json(&jo()).unwrap();
    disabled["enabled"] = json!(false);
    service.forestall(move |_| Batch::new().put(jo(), disabled.to_string()));
    users.change_password(&elastic(), Some("jo"), NewPassword::Clear(secret("another"))).await.unwrap();
    let stored = service.json(&jo()).unwrap();
    assert!(fits(&stored["password"], "another"));
    assert_eq!(stored["enabled"], false);

    // Deleted while it is being disabled.
    service.forestall(|_| Batch::new().delete(jo()));
    users.set_enabled(&elastic(), "jo", Enablement::Enabled).await.unwrap_err();
    assert!(service.json(&jo()).is_none());
}

#[tokio::test]
async fn who_never_gets_on_is_told_of_the_conflict() {
    let service = Service::start();
    let users = Users::new(&service.core);
    users.put(&elastic(), put("jo")).await.unwrap();
    for _ in 0..MAX_ATTEMPTS {
        service.forestall(touch(jo()));
    }
    let before = service.commits();
    let (kind, _) = refused(users.delete(&elastic(), "jo").await);
    assert_eq!(kind, Kind::VersionConflict);
    assert_eq!(service.commits() - before, u32::from(MAX_ATTEMPTS));
    assert!(service.json(&jo()).is_some());
}

#[tokio::test]
async fn a_caller_whose_own_document_changed_writes_nothing() {
    let service = Service::start();
    let users = Users::new(&service.core);
    users.put(&elastic(), put("jo")).await.unwrap();
    let revision = service.document(&jo()).revision;
    let caller =
        resting_on(user("jo", "native", &[]), Condition { key: jo(), expected: Expected::At(revision) });
    service.forestall(touch(jo()));
    let before = service.commits();
    users.put(&caller, put("other")).await.unwrap_err();
    assert_eq!(service.commits() - before, 1, "it is not tried again");
    assert!(service.json(&documents::user::key("other")).is_none());
}

#[tokio::test]
async fn get_lists_reserved_users_with_their_state() {
    let service = Service::start();
    let users = Users::new(&service.core);
    users.put(&elastic(), put("jo")).await.unwrap();
    users.set_enabled(&elastic(), "kibana_system", Enablement::Disabled).await.unwrap();
    let all = users.get(&elastic(), &[]).await.unwrap();
    assert_eq!(all.len(), 8);
    assert_eq!(all[0].username, "elastic");
    assert_eq!(all[7].username, "jo");

    let names = ["jo", "nobody", "kibana_system", "jo"].map(str::to_owned);
    let some = users.get(&elastic(), &names).await.unwrap();
    let some: Vec<(&str, bool)> = some.iter().map(|user| (user.username.as_str(), user.enabled)).collect();
    assert_eq!(some, [("jo", true), ("kibana_system", false)]);
    let (kind, reason) = refused(users.get(&elastic(), &["_system".to_owned()]).await);
    assert_eq!((kind, reason.as_str()), (Kind::IllegalArgument, "user [_system] is internal"));
}

#[tokio::test]
async fn without_the_reserved_realm_its_names_are_free() {
    let service = Service::start_with(|settings| settings.reserved_realm = Switch::Off, &[]);
    let users = Users::new(&service.core);
    assert!(users.get(&elastic(), &[]).await.unwrap().is_empty());
    assert!(users.put(&elastic(), put("kibana")).await.unwrap());
    let (kind, reason) = refused(
        users.change_password(&elastic(), Some("kibana"), NewPassword::Clear(secret("123456"))).await,
    );
    assert_eq!(kind, Kind::Validation);
    assert_eq!(
        reason,
        "Validation Failed: 1: user [kibana] belongs to the reserved realm which is disabled.;"
    );
    assert!(users.delete(&elastic(), "kibana").await.unwrap().found);
}

#[tokio::test]
async fn deleting_and_disabling_tell_how_many_keys_stay_alive() {
    let service = Service::start();
    let (users, keys) = (Users::new(&service.core), ApiKeys::new(&service.core));
    users.put(&elastic(), put("jo")).await.unwrap();
    let owner = user("jo", "default_native", &[]);
    let named = |expiration: Option<&str>| CreateApiKey {
        name: Some("k".to_owned()),
        expiration: expiration.map(str::to_owned),
        ..CreateApiKey::default()
    };
    keys.create(&owner, named(None)).await.unwrap();
    keys.create(&owner, named(Some("1d"))).await.unwrap();
    keys.create(&owner, named(Some("1s"))).await.unwrap();
    keys.create(&user("jo", "default_file", &[]), named(None)).await.unwrap();
    let ended = keys.create(&owner, named(None)).await.unwrap();
    let request =
        crate::manage::api_keys::InvalidateApiKeys { ids: Some(vec![ended.id]), ..Default::default() };
    keys.invalidate(&owner, &request).await.unwrap();
    service.advance(1000);

    let disabled = users.set_enabled(&elastic(), "jo", Enablement::Disabled).await.unwrap();
    assert_eq!(disabled, Disabled { live_api_keys: 2 });
    let enabled = users.set_enabled(&elastic(), "jo", Enablement::Enabled).await.unwrap();
    assert_eq!(enabled, Disabled { live_api_keys: 0 });
    let deleted = users.delete(&elastic(), "jo").await.unwrap();
    assert_eq!(deleted, Deleted { found: true, live_api_keys: 2 });
    assert_eq!(users.delete(&elastic(), "jo").await.unwrap(), Deleted { found: false, live_api_keys: 0 });
}

#[tokio::test]
async fn what_cannot_be_deleted_says_why() {
    let service = Service::start();
    let users = Users::new(&service.core);
    for (name, reason) in [
        ("elastic", "user [elastic] is reserved and cannot be deleted"),
        ("_anonymous", "user [_anonymous] is anonymous and cannot be deleted"),
        ("_storage", "user [_storage] is internal"),
    ] {
        assert_eq!(refused(users.delete(&elastic(), name).await), (Kind::IllegalArgument, reason.to_owned()));
    }
}

#[tokio::test]
async fn who_cannot_be_switched_is_told_why() {
    let service = Service::start();
    let users = Users::new(&service.core);
    let disable = async |name: &str| refused(users.set_enabled(&elastic(), name, Enablement::Disabled).await);
    let own = "users may not update the enabled status of their own account";
    let anonymous = "user [_anonymous] is anonymous and cannot be modified using the api";
    let missing = "Validation Failed: 1: only existing users can be disabled;";
    assert_eq!(disable("elastic").await, (Kind::IllegalArgument, own.to_owned()));
    assert_eq!(disable("_xpack").await, (Kind::IllegalArgument, "user [_xpack] is internal".to_owned()));
    assert_eq!(disable("_anonymous").await, (Kind::IllegalArgument, anonymous.to_owned()));
    assert_eq!(disable("jo").await, (Kind::Validation, missing.to_owned()));
    let (_, reason) = refused(users.set_enabled(&elastic(), "jo", Enablement::Enabled).await);
    assert_eq!(reason, "Validation Failed: 1: only existing users can be enabled;");
    assert_eq!(service.commits(), 0);
}

#[tokio::test]
async fn switching_what_is_switched_already_writes_nothing() {
    let service = Service::start();
    let users = Users::new(&service.core);
    users.put(&elastic(), put("jo")).await.unwrap();
    let before = service.commits();
    users.set_enabled(&elastic(), "jo", Enablement::Enabled).await.unwrap();
    users.set_enabled(&elastic(), "kibana", Enablement::Enabled).await.unwrap();
    assert_eq!(service.commits(), before);
}

#[tokio::test]
async fn a_reserved_user_keeps_its_password_when_switched_and_its_state_when_the_password_changes() {
    let service = Service::start();
    let users = Users::new(&service.core);
    let key = documents::reserved_user::key("kibana_system");
    users.set_enabled(&elastic(), "kibana_system", Enablement::Disabled).await.unwrap();
    assert_eq!(
        service.json(&key).unwrap(),
        json!({"password": "", "enabled": false, "type": "reserved-user"})
    );
    let new = NewPassword::Clear(secret("another"));
    users.change_password(&elastic(), Some("kibana_system"), new).await.unwrap();
    let stored = service.json(&key).unwrap();
    assert!(fits(&stored["password"], "another"));
    assert_eq!(stored["enabled"], false);
    users.set_enabled(&elastic(), "kibana_system", Enablement::Enabled).await.unwrap();
    assert_eq!(service.json(&key).unwrap()["password"], stored["password"]);

    // The caller's own account, where no user is named.
    users.change_password(&elastic(), None, NewPassword::Clear(secret("new-one"))).await.unwrap();
    let own = service.json(&documents::reserved_user::key("elastic")).unwrap();
    assert!(fits(&own["password"], "new-one"));
    assert_eq!(own["enabled"], true);
}

#[tokio::test]
async fn whose_password_cannot_be_changed_says_why() {
    let file = "filip:$2a$10$abcdefghijklmnopqrstuuUgfjERmbHcKY9pHby3OETY8Ch6wuhOG\n";
    let service = Service::start_with(|_| {}, &[("users", file)]);
    let users = Users::new(&service.core);
    let change = async |name: &str, password: &str| {
        refused(users.change_password(&elastic(), Some(name), NewPassword::Clear(secret(password))).await)
    };
    let short = "Validation Failed: 1: passwords must be at least [6] characters long;";
    assert_eq!(change("_anonymous", "12345").await, (Kind::Validation, short.to_owned()));
    for (name, kind, reason) in [
        (
            "_anonymous",
            Kind::IllegalArgument,
            "user [_anonymous] is anonymous and cannot be modified via the API",
        ),
        ("_xpack", Kind::IllegalArgument, "user [_xpack] is internal"),
        ("jo", Kind::Validation, "Validation Failed: 1: user must exist in order to change password;"),
        (
            "filip",
            Kind::Validation,
            "Validation Failed: 1: user [filip] does not belong to the native realm and cannot be managed via this API.;",
        ),
    ] {
        assert_eq!(change(name, "123456").await, (kind, reason.to_owned()));
    }
    let long = "x".repeat(4097);
    assert_eq!(change("elastic", &long).await.0, Kind::Validation);
}
