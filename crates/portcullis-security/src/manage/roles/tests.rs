use serde_json::json;

use super::Roles;
use crate::documents;
use crate::error::Kind;
use crate::manage::tests::{Service, elastic, refused, role, touch};

#[tokio::test]
async fn a_role_is_created_replaced_shown_and_deleted() {
    let service = Service::start();
    let roles = Roles::new(&service.core);
    assert!(roles.put(&elastic(), role("mine", &["monitor"])).await.unwrap());
    service.forestall(touch(documents::role::key("mine")));
    assert!(!roles.put(&elastic(), role("mine", &["manage"])).await.unwrap());
    let stored = service.json(&documents::role::key("mine")).unwrap();
    assert_eq!((&stored["type"], &stored["cluster"]), (&json!("role"), &json!(["manage"])));

    let names = ["mine", "nothing", "superuser", "mine"].map(str::to_owned);
    let shown = roles.get(&elastic(), &names).await.unwrap();
    let shown: Vec<&str> = shown.iter().map(|role| role.name.as_str()).collect();
    assert_eq!(shown, ["mine", "superuser"]);
    let all = roles.get(&elastic(), &[]).await.unwrap();
    assert_eq!(all.len(), portcullis_model::role::reserved::all().len() + 1);
    assert_eq!(all.last().unwrap(), &role("mine", &["manage"]));

    assert!(roles.delete(&elastic(), "mine").await.unwrap());
    assert!(!roles.delete(&elastic(), "mine").await.unwrap());
    assert!(roles.get(&elastic(), &["mine".to_owned()]).await.unwrap().is_empty());
}

#[tokio::test]
async fn everything_wrong_with_a_role_is_told_at_once() {
    let service = Service::start();
    let roles = Roles::new(&service.core);
    let mut bad = role("superuser", &["nonsense"]);
    bad.metadata.insert("_reserved".to_owned(), json!(true));
    let (kind, reason) = refused(roles.put(&elastic(), bad).await);
    assert_eq!(kind, Kind::RequestValidation);
    assert!(
        reason.starts_with(
            "Validation Failed: 1: Role [superuser] is reserved and may not be used.;2: unknown cluster privilege [nonsense]. "
        ),
        "{reason}"
    );
    assert!(reason.ends_with(";3: role descriptor metadata keys may not start with [_];"), "{reason}");
    let (_, reason) = refused(roles.put(&elastic(), role(" r", &[])).await);
    assert!(reason.starts_with("Validation Failed: 1: Role names must be at least 1"), "{reason}");
    let (kind, reason) = refused(roles.delete(&elastic(), "superuser").await);
    assert_eq!(
        (kind, reason.as_str()),
        (Kind::IllegalArgument, "role [superuser] is reserved and cannot be deleted")
    );
}
