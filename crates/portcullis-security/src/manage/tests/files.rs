//! Who is known from a file, and what a change of the file means for a write of theirs that is under way.

use portcullis_model::decision::RequestFacts;

use crate::authz;
use crate::caller::Caller;
use crate::error::Kind;
use crate::files::Reading;
use crate::manage::roles::Roles;

use super::{HASH, PASSWORD, Service, refused, role};

async fn caller(service: &Service) -> Caller {
    let who = service.log_in("jo", PASSWORD).await.unwrap();
    let action = "cluster:admin/xpack/security/role/put";
    authz::authorize(&service.core, &who, action, &RequestFacts::None).await.unwrap()
}

fn rewrite(service: &Service, name: &str, content: &str) {
    std::fs::write(service.directory.path().join(name), content).unwrap();
    assert!(!service.core.files().take_in(service.core.caches(), Reading::First));
}

#[tokio::test]
async fn a_user_taken_out_of_a_file_makes_no_write_that_was_under_way() {
    let files = [("users", &*format!("jo:{HASH}")), ("users_roles", "superuser:jo")];
    let service = Service::start_with(|_| {}, &files);
    let roles = Roles::new(&service.core);
    let before = caller(&service).await;
    assert!(roles.put(&before, role("r", &["all"])).await.unwrap());
    rewrite(&service, "users", &format!("jane:{HASH}"));
    assert_eq!(refused(roles.put(&before, role("r", &["none"])).await).0, Kind::Unavailable);
}

#[tokio::test]
async fn a_role_that_changed_in_a_file_grants_no_write_that_was_under_way() {
    let files = [
        ("users", &*format!("jo:{HASH}")),
        ("users_roles", "boss:jo"),
        ("roles.yml", "boss:\n  cluster: [all]\n"),
    ];
    let service = Service::start_with(|_| {}, &files);
    let roles = Roles::new(&service.core);
    let before = caller(&service).await;
    rewrite(&service, "roles.yml", "boss:\n  cluster: [monitor]\n");
    assert_eq!(refused(roles.put(&before, role("r", &["all"])).await).0, Kind::Unavailable);
}
